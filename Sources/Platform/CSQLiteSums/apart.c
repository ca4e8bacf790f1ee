// Files of SQLite's read past SQLite, in a process that may have them open.
//
// SQLite's locks are POSIX's: a process loses all that it has on a file when any of its descriptors of that file is closed
// (https://www.sqlite.org/howtocorrupt.html, 2.2). So files are read on a thread with a table of descriptors of its own,
// whose closing takes nothing from the others'.
#define _GNU_SOURCE
#include "internal.h"

#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

struct errand {
    void (*work)(void *);
    void *argument;
};

/// Whether this thread's descriptors are its own.
static _Thread_local int is_apart;

static void *run(void *argument) {
    struct errand *errand = argument;
#ifdef SYS_close_range
    // CLOSE_RANGE_UNSHARE: an empty table of its own (Linux 5.9).
    is_apart = syscall(SYS_close_range, 0u, ~0u, 2u) == 0;
#endif
    if (!is_apart) is_apart = unshare(CLONE_FILES) == 0;
    errand->work(errand->argument);
    return NULL;
}

void sums_apart(void (*work)(void *), void *argument) {
    struct errand errand = {work, argument};
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, &errand) != 0) {
        work(argument);
        return;
    }
    pthread_join(thread, NULL);
}

void sums_close_apart(int descriptor) {
    // Where no table of its own is to be had, a descriptor that stays open is the smaller evil.
    if (is_apart) close(descriptor);
}
