// Sums of the pages of SQLite's database files: a layer below SQLite that writes them and compares them.
#ifndef C_SQLITE_SUMS_H
#define C_SQLITE_SUMS_H

#include <stddef.h>
#include <stdint.h>

/// The bytes at the end of each page that SQLite leaves to the layer, and that the file's header says (offset 20).
enum { SUMS_RESERVED = 8 };

/// What a page says of itself.
enum sums_verdict {
    SUMS_WHOLE = 0,
    /// One bit is not as it was written: no program does that.
    SUMS_TURNED_BIT = 1,
    /// More is different: damage, or a program that knows no sums wrote the page.
    SUMS_DIFFERENT = 2,
};

/// Makes the layer SQLite's own way to files for the rest of the process. Returns SQLite's result code; repeating it is
/// harmless. To be called before the first database opens.
int sums_register(void);

/// Asks that the pages of a new database have room for sums; one that exists gets it by its next VACUUM.
///
/// `connection` is a `sqlite3 *` before its first statement.
void sums_reserve(void *connection);

/// Lets a connection read pages with a turned bit, for whoever looks for damage.
void sums_read_damaged(void *connection);

/// The sum of a page whose last eight bytes are the sum's place. Pages are counted from 1.
uint64_t sums_page(const uint8_t *page, size_t size, uint32_t number);

/// The same on any processor: what the other is compared with.
uint64_t sums_page_by_table(const uint8_t *page, size_t size, uint32_t number);

/// Compares a page with its sum; a page of zeros was never written, and is whole. `bit` is the place of a turned bit,
/// counted from the page's first.
enum sums_verdict sums_compare(const uint8_t *page, size_t size, uint32_t number, uint32_t *bit);

/// A page that is not what was written.
struct sums_page_fault {
    uint32_t number;
    enum sums_verdict verdict;
    /// Of a turned bit, counted from the page's first.
    uint32_t bit;
};

/// What reading a whole file gave.
struct sums_scan {
    /// Whether its pages have sums; where not, nothing else is known.
    int has_sums;
    uint32_t pages;
    uint32_t fault_count;
    /// The first of them, from `malloc`.
    struct sums_page_fault *faults;
};

/// Reads a database file to its end or to so many pages, free ones too, beside whoever uses it. Returns 0, or -1 with
/// nothing allocated.
int sums_scan_first(const char *path, uint32_t most_pages, uint32_t most_faults, struct sums_scan *scan);

/// The same for the first page alone: whether there are sums.
int sums_scan_header(const char *path, struct sums_scan *scan);

/// What a write-ahead log holds, beside what it should.
struct sums_log {
    /// Frames to the end of the last transaction that SQLite would find.
    uint32_t frames;
    /// The first frame that is not what was written although a transaction that was acknowledged lies at or behind it.
    uint32_t damaged_frame;
    int is_header_damaged;
};

/// Walks a write-ahead log as SQLite does when it opens it, and looks whether anything acknowledged lies behind the end
/// that it would find.
///
/// A frame that was torn when power failed is no damage: SQLite forgets it, and nobody was told of it. It is damage where a
/// further transaction follows, since that is written only when the one before is on the medium, or where the index
/// beside the log, which is written after that, counts further. Returns 0, or -1 where the log cannot be read.
///
/// `covered`, where given, has a bit for each page (from 1) that is in a transaction which SQLite would find.
int sums_walk_log(const char *log, const char *index, struct sums_log *result, uint8_t *covered, size_t covered_bytes);

#endif
