// One source, compiled for the plain processor and for one with wider registers; the choice is made when it runs.
#ifndef SIJILL_DISPATCH_H
#define SIJILL_DISPATCH_H
#if defined(__x86_64__) && defined(__linux__)
// Plain C that the compiler turns into either.
#define CK_DISPATCHED __attribute__((target_clones("arch=x86-64-v3", "default")))
// What names the wider registers itself, and is called only where `ck_is_wide` holds.
#define CK_WIDE __attribute__((target("avx2,bmi,bmi2,fma,lzcnt,popcnt")))
static inline int ck_is_wide(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
}
#else
#define CK_DISPATCHED
#endif
#endif
