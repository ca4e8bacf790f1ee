// Loaded before the C library: writes, cuts and syncs of the store's files are copied, in their order, into a file of
// their own. SIJILL_RECORD names that file, SIJILL_RECORD_FOLDER what the paths of the store's files begin with.
//
// A record is five numbers of 64 bits (nanoseconds of the monotonic clock, kind, length of the path, place, length of the
// data), the path and the data. Kinds: 1 write, 2 cut to a length, 3 sync, 4 removal.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int record = -1;

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static void put_all(const void *bytes, size_t count) {
    ssize_t (*next)(int, const void *, size_t) = NEXT(write);
    while (count > 0) {
        ssize_t done = next(record, bytes, count);
        if (done <= 0) abort();
        bytes = (const char *)bytes + done;
        count -= (size_t)done;
    }
}

static void put(uint64_t kind, const char *path, uint64_t place, const void *data, uint64_t count) {
    const char *folder = getenv("SIJILL_RECORD_FOLDER"), *target = getenv("SIJILL_RECORD");
    if (!folder || !target || strncmp(path, folder, strlen(folder)) != 0) return;
    pthread_mutex_lock(&lock);
    if (record < 0) record = open(target, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    uint64_t head[5] = {(uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec, kind, strlen(path), place, count};
    put_all(head, sizeof head);
    put_all(path, strlen(path));
    if (data) put_all(data, count);
    pthread_mutex_unlock(&lock);
}

static int path_of(int descriptor, char path[PATH_MAX]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t count = readlink(link, path, PATH_MAX - 1);
    if (count <= 0) return 0;
    path[count] = 0;
    return path[0] == '/';
}

static void written(int descriptor, off_t place, const void *data, ssize_t count) {
    char path[PATH_MAX];
    if (count > 0 && path_of(descriptor, path)) put(1, path, (uint64_t)place, data, (uint64_t)count);
}

ssize_t pwrite(int descriptor, const void *data, size_t count, off_t place) {
    ssize_t done = NEXT(pwrite)(descriptor, data, count, place);
    written(descriptor, place, data, done);
    return done;
}

ssize_t pwrite64(int descriptor, const void *data, size_t count, off64_t place) {
    ssize_t done = NEXT(pwrite64)(descriptor, data, count, place);
    written(descriptor, (off_t)place, data, done);
    return done;
}

ssize_t write(int descriptor, const void *data, size_t count) {
    off_t place = lseek(descriptor, 0, SEEK_CUR);
    ssize_t done = NEXT(write)(descriptor, data, count);
    if (place >= 0) written(descriptor, place, data, done);
    return done;
}

int ftruncate(int descriptor, off_t length) {
    char path[PATH_MAX];
    int status = NEXT(ftruncate)(descriptor, length);
    if (status == 0 && path_of(descriptor, path)) put(2, path, (uint64_t)length, NULL, 0);
    return status;
}

int ftruncate64(int descriptor, off64_t length) {
    char path[PATH_MAX];
    int status = NEXT(ftruncate64)(descriptor, length);
    if (status == 0 && path_of(descriptor, path)) put(2, path, (uint64_t)length, NULL, 0);
    return status;
}

static int synced(int descriptor, int status) {
    char path[PATH_MAX];
    if (status == 0 && path_of(descriptor, path)) put(3, path, 0, NULL, 0);
    return status;
}

int fsync(int descriptor) { return synced(descriptor, NEXT(fsync)(descriptor)); }

int fdatasync(int descriptor) { return synced(descriptor, NEXT(fdatasync)(descriptor)); }

int unlink(const char *path) {
    int status = NEXT(unlink)(path);
    if (status == 0) put(4, path, 0, NULL, 0);
    return status;
}
