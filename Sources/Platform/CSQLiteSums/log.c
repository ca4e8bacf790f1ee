// A write-ahead log read frame by frame, past SQLite. Its form: https://www.sqlite.org/fileformat2.html#walformat, that of
// the index beside it: https://www.sqlite.org/walformat.html#the_wal_index_file_format.
#include "internal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEADER = 32, FRAME_HEADER = 24, INDEX_HEADER = 48 };

struct sums {
    uint32_t first, second;
};

static uint32_t big(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static uint32_t word(const uint8_t *bytes, int is_big) {
    if (is_big) return big(bytes);
    return (uint32_t)bytes[3] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[1] << 8 | bytes[0];
}

static struct sums add(struct sums sums, const uint8_t *bytes, size_t count, int is_big) {
    for (size_t place = 0; place < count; place += 8) {
        sums.first += word(bytes + place, is_big) + sums.second;
        sums.second += word(bytes + place + 4, is_big) + sums.first;
    }
    return sums;
}

static int are_stored(struct sums sums, const uint8_t *bytes) {
    return big(bytes) == sums.first && big(bytes + 4) == sums.second;
}

/// How many frames the index says are committed under this log's salts; 0 where it says nothing.
static uint32_t claimed_frames(const char *path, const uint8_t *salts) {
    uint8_t bytes[2 * INDEX_HEADER];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    ssize_t count = pread(file, bytes, sizeof bytes, 0);
    sums_close_apart(file);
    if (count != sizeof bytes || memcmp(bytes, bytes + INDEX_HEADER, INDEX_HEADER) != 0) return 0;
    uint32_t fields[INDEX_HEADER / 4];
    memcpy(fields, bytes, INDEX_HEADER);
    struct sums sums = {0, 0};
    for (int place = 0; place < 10; place += 2) {
        sums.first += fields[place] + sums.second;
        sums.second += fields[place + 1] + sums.first;
    }
    if (sums.first != fields[10] || sums.second != fields[11] || bytes[12] == 0) return 0;
    return memcmp(bytes + 32, salts, 8) == 0 ? fields[4] : 0;
}

static int bits_of_difference(const uint8_t *one, const uint8_t *other, size_t count) {
    int bits = 0;
    for (size_t place = 0; place < count; place++) bits += __builtin_popcount(one[place] ^ other[place]);
    return bits;
}

struct walk {
    int file;
    off_t length;
    uint8_t header[HEADER];
    int is_big;
    size_t page_size;
    uint8_t *frame;
};

static int read_frame(const struct walk *walk, uint32_t number) {
    size_t size = FRAME_HEADER + walk->page_size;
    return pread(walk->file, walk->frame, size, HEADER + (off_t)(number - 1) * (off_t)size) == (ssize_t)size;
}

/// Whether the frame that was read continues these sums, under these salts.
static int continues(const struct walk *walk, struct sums *sums, const uint8_t *salts) {
    *sums = add(*sums, walk->frame, 8, walk->is_big);
    *sums = add(*sums, walk->frame + FRAME_HEADER, walk->page_size, walk->is_big);
    return memcmp(walk->frame + 8, salts, 8) == 0 && are_stored(*sums, walk->frame + 16) && big(walk->frame) != 0;
}

/// Whether behind a frame that ends the chain a transaction follows another. `computed` are that frame's sums as they should
/// be, which count where its own are what was damaged.
static int is_followed(const struct walk *walk, uint32_t number, struct sums computed, const uint8_t *salts) {
    struct sums stored = {0, 0};
    int ended = 0;
    for (uint32_t next = number; read_frame(walk, next); next++) {
        struct sums sums = stored;
        if (next > number && ended && continues(walk, &sums, salts)) return 1;
        if (next == number + 1 && ended && continues(walk, &computed, salts)) return 1;
        int differs = bits_of_difference(walk->frame + 8, salts, 8);
        // A frame of an earlier use of the log ends it, but for the first, whose salts may be what is damaged.
        if (differs > (next == number ? 1 : 0)) {
            if (next > number) return 0;
            ended = 0;
            continue;
        }
        ended = big(walk->frame + 4) != 0;
        stored = (struct sums){big(walk->frame + 16), big(walk->frame + 20)};
    }
    return 0;
}

static void mark(uint8_t *covered, size_t bytes, uint32_t page) {
    if (covered && page / 8 < bytes) covered[page / 8] |= (uint8_t)(1 << (page % 8));
}

static void walk_frames(
    struct walk *walk, const char *index, struct sums_log *result, uint8_t *covered, size_t covered_bytes) {
    const uint8_t *salts = walk->header + 16;
    struct sums chain = {big(walk->header + 24), big(walk->header + 28)};
    // First, so that what is committed while the frames are read does not count.
    uint32_t claimed = claimed_frames(index, salts);
    uint32_t number = 1;
    uint32_t *open_pages = NULL;
    size_t open_count = 0, room = 0;
    for (; read_frame(walk, number); number++) {
        if (!continues(walk, &chain, salts)) break;
        if (covered) {
            if (open_count == room) {
                room = room ? room * 2 : 256;
                uint32_t *more = realloc(open_pages, room * sizeof *more);
                if (!more) break;
                open_pages = more;
            }
            open_pages[open_count++] = big(walk->frame);
        }
        if (big(walk->frame + 4) == 0) continue;
        result->frames = number;
        for (size_t place = 0; place < open_count; place++) mark(covered, covered_bytes, open_pages[place]);
        open_count = 0;
    }
    free(open_pages);
    if (claimed > result->frames || is_followed(walk, number, chain, salts))
        result->damaged_frame = number;
}

static int walk_once(
    const char *log, const char *index, struct sums_log *result, uint8_t *covered, size_t covered_bytes) {
    memset(result, 0, sizeof *result);
    if (covered) memset(covered, 0, covered_bytes);
    struct walk walk = {.file = open(log, O_RDONLY | O_CLOEXEC)};
    struct stat status;
    if (walk.file < 0) return access(log, F_OK) == 0 ? -1 : 0;
    uint8_t again[HEADER];
    int outcome = 0;
    if (fstat(walk.file, &status) != 0) outcome = -1;
    if (outcome != 0 || pread(walk.file, walk.header, HEADER, 0) != HEADER) goto end;
    static const uint8_t nothing[HEADER];
    if (memcmp(walk.header, nothing, HEADER) == 0 && status.st_size <= HEADER) goto end;
    uint32_t magic = big(walk.header);
    walk.is_big = (int)(magic & 1);
    walk.page_size = big(walk.header + 8);
    struct sums sums = add((struct sums){0, 0}, walk.header, HEADER - 8, walk.is_big);
    if ((magic & ~1u) != 0x377F0682 || big(walk.header + 4) != 3007000 || walk.page_size < 512
        || walk.page_size > 65536 || !are_stored(sums, walk.header + 24)) {
        result->is_header_damaged = 1;
        goto end;
    }
    walk.frame = malloc(FRAME_HEADER + walk.page_size);
    if (!walk.frame) {
        outcome = -1;
        goto end;
    }
    walk_frames(&walk, index, result, covered, covered_bytes);
    // Begun anew meanwhile: what was read belongs to two uses of the log.
    if (pread(walk.file, again, HEADER, 0) != HEADER || memcmp(again, walk.header, HEADER) != 0) outcome = 1;
end:
    free(walk.frame);
    sums_close_apart(walk.file);
    return outcome;
}

struct errand {
    const char *log, *index;
    struct sums_log *result;
    uint8_t *covered;
    size_t covered_bytes;
    int outcome;
};

static void look(void *argument) {
    struct errand *errand = argument;
    struct sums_log *result = errand->result;
    for (int attempt = 0; attempt < 5; attempt++) {
        errand->outcome = walk_once(errand->log, errand->index, result, errand->covered, errand->covered_bytes);
        if (errand->outcome < 0) return;
        if (errand->outcome == 0 && !result->damaged_frame && !result->is_header_damaged) return;
        // What a program that writes at this moment makes look like damage is another thing the next time.
        usleep(5000);
    }
    if (errand->outcome > 0) memset(result, 0, sizeof *result);
}

int sums_walk_log(const char *log, const char *index, struct sums_log *result, uint8_t *covered, size_t covered_bytes) {
    struct errand errand = {log, index, result, covered, covered_bytes, -1};
    sums_apart(look, &errand);
    return errand.outcome < 0 ? -1 : 0;
}
