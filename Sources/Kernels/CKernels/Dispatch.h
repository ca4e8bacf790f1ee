// One source, compiled for the plain processor and for one with wider registers; the loader chooses at start.
#ifndef SIJILL_DISPATCH_H
#define SIJILL_DISPATCH_H
#if defined(__x86_64__) && defined(__linux__)
#define CK_DISPATCHED __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define CK_DISPATCHED
#endif
#endif
