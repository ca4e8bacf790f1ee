// The layer between SQLite and its way to files (a VFS). Only database files pass through it: their pages get a sum when
// they are written and are compared with it when they are read. Logs, journals and temporary files are SQLite's own; a
// page that comes back from the write-ahead log gets its sum when a checkpoint brings it into the database file.
//
// Whether a file has sums stands in its header, which SQLite writes: a file of older days has none and is let alone.
#include "internal.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/// Beyond what SQLite's own numbers reach.
enum { READ_DAMAGED = 0x534A4C01 };

struct summed {
    sqlite3_file base;
    const char *name;
    unsigned char *scratch;
    sqlite3_int64 page_size;
    int has_sums;
    int reads_damaged;
    /// Made through this handle: what is written before the header is summed when the header comes.
    int is_new;
    sqlite3_int64 unsummed_end;
};

static sqlite3_vfs layer;
static sqlite3_vfs *below;

static sqlite3_file *under(sqlite3_file *file) { return (sqlite3_file *)((struct summed *)file + 1); }

/// Learns from the first page whether the file has sums.
static void learn(struct summed *file, const unsigned char *header) {
    size_t size = sums_page_size(header);
    if (size == 0) return;
    file->page_size = (sqlite3_int64)size;
    file->has_sums = header[20] == SUMS_RESERVED;
}

/// The same for a header that may be damaged: a page that was summed says so whatever stands in it.
static void learn_from_file(struct summed *file) {
    unsigned char page[4096];
    sqlite3_int64 length = 0;
    sqlite3_file *real = under(&file->base);
    if (real->pMethods->xFileSize(real, &length) != SQLITE_OK || length == 0) {
        file->is_new = length == 0;
        return;
    }
    if (length < (sqlite3_int64)sizeof page || real->pMethods->xRead(real, page, sizeof page, 0) != SQLITE_OK) return;
    learn(file, page);
    if (!file->has_sums && sums_header_is_summed(page)) {
        file->page_size = sizeof page;
        file->has_sums = 1;
    }
}

static int is_page(const struct summed *file, int count, sqlite3_int64 place) {
    return count == file->page_size && place % count == 0;
}

static int sums_close(sqlite3_file *file) {
    sqlite3_file *real = under(file);
    free(((struct summed *)file)->scratch);
    return real->pMethods->xClose(real);
}

static int sums_read(sqlite3_file *base, void *bytes, int count, sqlite3_int64 place) {
    struct summed *file = (struct summed *)base;
    sqlite3_file *real = under(base);
    int code = real->pMethods->xRead(real, bytes, count, place);
    if (code != SQLITE_OK) return code;
    if (place == 0 && count >= 512 && !file->has_sums) learn(file, bytes);
    // A damaged header makes SQLite ask for a first page of another size.
    if (place == 0 && count >= 512 && file->has_sums && count != file->page_size && !file->reads_damaged) {
        sqlite3_log(SQLITE_IOERR_DATA, "page 1 of %s: its header is damaged", file->name);
        return SQLITE_IOERR_DATA;
    }
    if (!file->has_sums || !is_page(file, count, place)) return code;
    uint32_t number = (uint32_t)(place / count) + 1, bit = 0;
    if (sums_compare(bytes, (size_t)count, number, &bit) == SUMS_TURNED_BIT && !file->reads_damaged) {
        sqlite3_log(SQLITE_IOERR_DATA, "page %u of %s: bit %u turned over", number, file->name, bit);
        return SQLITE_IOERR_DATA;
    }
    return code;
}

static int write_summed(struct summed *file, const void *bytes, int count, sqlite3_int64 place) {
    sqlite3_file *real = under(&file->base);
    if (!file->scratch) file->scratch = malloc(65536);
    if (!file->scratch) return SQLITE_IOERR_NOMEM;
    if (bytes != file->scratch) memcpy(file->scratch, bytes, (size_t)count - SUMS_RESERVED);
    uint64_t sum = sums_page(file->scratch, (size_t)count, (uint32_t)(place / count) + 1);
    memcpy(file->scratch + count - SUMS_RESERVED, &sum, SUMS_RESERVED);
    return real->pMethods->xWrite(real, file->scratch, count, place);
}

/// Gives their sums to pages that were written before the header said that there are any.
static int sum_what_came_before(struct summed *file) {
    sqlite3_file *real = under(&file->base);
    if (!file->scratch) file->scratch = malloc(65536);
    if (!file->scratch) return SQLITE_IOERR_NOMEM;
    for (sqlite3_int64 place = file->page_size; place < file->unsummed_end; place += file->page_size) {
        int code = real->pMethods->xRead(real, file->scratch, (int)file->page_size, place);
        if (code == SQLITE_OK) code = write_summed(file, file->scratch, (int)file->page_size, place);
        if (code != SQLITE_OK) return code;
    }
    file->unsummed_end = 0;
    return SQLITE_OK;
}

static int sums_write(sqlite3_file *base, const void *bytes, int count, sqlite3_int64 place) {
    struct summed *file = (struct summed *)base;
    sqlite3_file *real = under(base);
    if (place == 0 && count >= 512) {
        learn(file, bytes);
        if (file->has_sums && file->is_new && file->unsummed_end > 0) {
            int code = sum_what_came_before(file);
            if (code != SQLITE_OK) return code;
        }
    }
    if (file->has_sums && is_page(file, count, place)) return write_summed(file, bytes, count, place);
    if (file->is_new && !file->has_sums && place + count > file->unsummed_end) file->unsummed_end = place + count;
    return real->pMethods->xWrite(real, bytes, count, place);
}

static int sums_truncate(sqlite3_file *file, sqlite3_int64 size) {
    return under(file)->pMethods->xTruncate(under(file), size);
}

static int sums_sync(sqlite3_file *file, int flags) { return under(file)->pMethods->xSync(under(file), flags); }

static int sums_file_size(sqlite3_file *file, sqlite3_int64 *size) {
    return under(file)->pMethods->xFileSize(under(file), size);
}

static int sums_lock(sqlite3_file *file, int lock) { return under(file)->pMethods->xLock(under(file), lock); }

static int sums_unlock(sqlite3_file *file, int lock) { return under(file)->pMethods->xUnlock(under(file), lock); }

static int sums_check_reserved_lock(sqlite3_file *file, int *result) {
    return under(file)->pMethods->xCheckReservedLock(under(file), result);
}

static int sums_file_control(sqlite3_file *file, int operation, void *argument) {
    if (operation == READ_DAMAGED) {
        ((struct summed *)file)->reads_damaged = 1;
        return SQLITE_OK;
    }
    return under(file)->pMethods->xFileControl(under(file), operation, argument);
}

static int sums_sector_size(sqlite3_file *file) { return under(file)->pMethods->xSectorSize(under(file)); }

static int sums_device_characteristics(sqlite3_file *file) {
    return under(file)->pMethods->xDeviceCharacteristics(under(file));
}

static int sums_shm_map(sqlite3_file *file, int region, int size, int extends, void volatile **memory) {
    return under(file)->pMethods->xShmMap(under(file), region, size, extends, memory);
}

static int sums_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
    return under(file)->pMethods->xShmLock(under(file), offset, count, flags);
}

static void sums_shm_barrier(sqlite3_file *file) { under(file)->pMethods->xShmBarrier(under(file)); }

static int sums_shm_unmap(sqlite3_file *file, int removes) {
    return under(file)->pMethods->xShmUnmap(under(file), removes);
}

/// Of version 2: without `xFetch`, so that no page is read past the layer by mapping the file.
static const sqlite3_io_methods methods = {
    2, sums_close, sums_read, sums_write, sums_truncate, sums_sync, sums_file_size, sums_lock, sums_unlock,
    sums_check_reserved_lock, sums_file_control, sums_sector_size, sums_device_characteristics, sums_shm_map,
    sums_shm_lock, sums_shm_barrier, sums_shm_unmap, NULL, NULL,
};

static int sums_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *out) {
    (void)vfs;
    if (!(flags & SQLITE_OPEN_MAIN_DB) || !name) return below->xOpen(below, name, base, flags, out);
    struct summed *file = (struct summed *)base;
    memset(file, 0, sizeof *file);
    const char *last = strrchr(name, '/');
    file->name = last ? last + 1 : name;
    int code = below->xOpen(below, name, under(base), flags, out);
    if (code != SQLITE_OK) return code;
    base->pMethods = &methods;
    learn_from_file(file);
    return SQLITE_OK;
}

static int registered;

static void make_layer(void) {
    below = sqlite3_vfs_find(NULL);
    if (!below) {
        registered = SQLITE_NOTFOUND;
        return;
    }
    layer = *below;
    layer.pNext = NULL;
    layer.zName = "sijill-sums";
    layer.szOsFile = below->szOsFile + (int)sizeof(struct summed);
    layer.xOpen = sums_open;
    registered = sqlite3_vfs_register(&layer, 1);
}

int sums_register(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_layer);
    return registered;
}

void sums_reserve(void *connection) {
    int bytes = SUMS_RESERVED;
    sqlite3_file_control(connection, "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes);
}

void sums_read_damaged(void *connection) { sqlite3_file_control(connection, "main", READ_DAMAGED, NULL); }
