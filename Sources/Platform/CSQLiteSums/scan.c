// A database file read page by page, past SQLite.
#include "internal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/// The page at this place of a file is never written: SQLite locks its bytes.
static const off_t lock_place = 0x40000000;

/// Compares one page; a page that somebody was just writing is read again.
static enum sums_verdict compare(int file, uint8_t *page, size_t size, uint32_t number, uint32_t *bit) {
    enum sums_verdict verdict = SUMS_WHOLE;
    for (int attempt = 0; attempt < 3; attempt++) {
        if (attempt > 0) nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
        if (pread(file, page, size, (off_t)(number - 1) * (off_t)size) != (ssize_t)size) return SUMS_WHOLE;
        verdict = sums_compare(page, size, number, bit);
        if (verdict == SUMS_WHOLE) break;
    }
    return verdict;
}

/// Learns from the first page the size of pages, and whether they have sums.
static size_t read_header(int file, uint8_t *page, struct sums_scan *scan) {
    struct stat status;
    memset(scan, 0, sizeof *scan);
    if (fstat(file, &status) != 0 || pread(file, page, 4096, 0) != 4096) return 0;
    size_t size = sums_page_size(page);
    scan->has_sums = size > 0 && page[20] == SUMS_RESERVED;
    if (!scan->has_sums && sums_header_is_summed(page)) {
        size = 4096;
        scan->has_sums = 1;
    }
    scan->pages = size > 0 ? (uint32_t)(status.st_size / (off_t)size) : 0;
    return size;
}

struct errand {
    const char *path;
    uint32_t most_pages, most_faults;
    struct sums_scan *scan;
    int result;
};

static int scan_header(const char *path, struct sums_scan *scan) {
    uint8_t page[4096];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return -1;
    read_header(file, page, scan);
    sums_close_apart(file);
    return 0;
}

static int scan_pages(const char *path, uint32_t most_pages, uint32_t most_faults, struct sums_scan *scan) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    uint8_t *page = malloc(65536);
    struct sums_page_fault *faults = calloc(most_faults > 0 ? most_faults : 1, sizeof *faults);
    int result = -1;
    if (file < 0 || !page || !faults) goto end;
    result = 0;
    size_t size = read_header(file, page, scan);
    if (!scan->has_sums) goto end;
    for (uint32_t number = 1; number <= scan->pages && number <= most_pages; number++) {
        uint32_t bit = 0;
        enum sums_verdict verdict = compare(file, page, size, number, &bit);
        if (verdict == SUMS_WHOLE) continue;
        if ((off_t)(number - 1) * (off_t)size <= lock_place && (off_t)number * (off_t)size > lock_place) continue;
        if (scan->fault_count < most_faults)
            faults[scan->fault_count] = (struct sums_page_fault){.number = number, .verdict = verdict, .bit = bit};
        scan->fault_count++;
    }
end:
    if (file >= 0) sums_close_apart(file);
    free(page);
    if (result == 0) {
        scan->faults = faults;
    } else {
        free(faults);
    }
    return result;
}

static void look(void *argument) {
    struct errand *errand = argument;
    errand->result = errand->most_pages == 0
        ? scan_header(errand->path, errand->scan)
        : scan_pages(errand->path, errand->most_pages, errand->most_faults, errand->scan);
}

int sums_scan_header(const char *path, struct sums_scan *scan) {
    struct errand errand = {.path = path, .scan = scan};
    sums_apart(look, &errand);
    return errand.result;
}

int sums_scan_first(const char *path, uint32_t most_pages, uint32_t most_faults, struct sums_scan *scan) {
    struct errand errand = {path, most_pages, most_faults, scan, -1};
    sums_apart(look, &errand);
    return errand.result;
}
