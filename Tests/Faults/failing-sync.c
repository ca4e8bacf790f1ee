// Loaded before the C library: the n-th fsync or fdatasync of the process fails with EIO, as a dying medium answers.
// SIJILL_FAIL_SYNC is n.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

static atomic_int calls;

static int fails(void) {
    const char *wanted = getenv("SIJILL_FAIL_SYNC");
    return wanted != NULL && atomic_fetch_add(&calls, 1) + 1 == atoi(wanted);
}

static int pass_on(const char *name, int descriptor) {
    int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    if (fails()) {
        static const char reached[] = "SIJILL_FAIL_SYNC reached\n";
        (void)!write(STDERR_FILENO, reached, sizeof reached - 1);
        errno = EIO;
        return -1;
    }
    return next(descriptor);
}

int fsync(int descriptor) { return pass_on("fsync", descriptor); }

int fdatasync(int descriptor) { return pass_on("fdatasync", descriptor); }
