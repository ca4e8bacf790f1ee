// Loaded before the C library: a medium that answers EIO.
//
// SIJILL_FAIL_SYNC is n: the n-th fsync or fdatasync of the process fails, as a dying medium answers.
//
// SIJILL_FAIL_WRITE names a file of two 32-bit numbers that the test changes while the process runs: how many writes to
// the stores' files are still to succeed before one fails, and one more (0: none fails), and whether all that follow fail
// too. The wal-index is memory that has a name, and is left out.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static atomic_int syncs;

static int sync_fails(void) {
    const char *wanted = getenv("SIJILL_FAIL_SYNC");
    if (wanted == NULL || atomic_fetch_add(&syncs, 1) + 1 != atoi(wanted)) return 0;
    static const char reached[] = "SIJILL_FAIL_SYNC reached\n";
    (void)!NEXT(write)(STDERR_FILENO, reached, sizeof reached - 1);
    errno = EIO;
    return 1;
}

int fsync(int descriptor) { return sync_fails() ? -1 : NEXT(fsync)(descriptor); }

int fdatasync(int descriptor) { return sync_fails() ? -1 : NEXT(fdatasync)(descriptor); }

struct orders {
    atomic_int remaining;
    atomic_int lasts;
};

static struct orders *orders;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void read_orders(void) {
    const char *path = getenv("SIJILL_FAIL_WRITE");
    int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *memory = mmap(NULL, sizeof *orders, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (memory != MAP_FAILED) orders = memory;
}

static int write_fails(int descriptor) {
    pthread_once(&once, read_orders);
    if (!orders || atomic_load(&orders->remaining) == 0) return 0;
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t count = readlink(link, path, sizeof path - 1);
    if (count <= 0) return 0;
    path[count] = 0;
    const char *kind = strstr(path, ".sqlite");
    if (!kind || strcmp(kind, ".sqlite-shm") == 0) return 0;
    int remaining = atomic_load(&orders->remaining);
    while (remaining > 0 && !atomic_compare_exchange_weak(
        &orders->remaining, &remaining, remaining == 1 && atomic_load(&orders->lasts) ? 1 : remaining - 1)) {}
    if (remaining != 1) return 0;
    errno = EIO;
    return 1;
}

ssize_t write(int descriptor, const void *data, size_t count) {
    return write_fails(descriptor) ? -1 : NEXT(write)(descriptor, data, count);
}

ssize_t pwrite(int descriptor, const void *data, size_t count, off_t place) {
    return write_fails(descriptor) ? -1 : NEXT(pwrite)(descriptor, data, count, place);
}

ssize_t pwrite64(int descriptor, const void *data, size_t count, off64_t place) {
    return write_fails(descriptor) ? -1 : NEXT(pwrite64)(descriptor, data, count, place);
}
