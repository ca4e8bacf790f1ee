// The sum of a page: CRC-64 with the polynomial of ECMA-182, reflected, begun with the page's number, so that a page at
// another's place is found. Any one or two turned bits of a page and any run of damage up to 64 bits give another sum, and
// since the sum is linear, one turned bit is known by its place.
#include "internal.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif
#include <pthread.h>
#include <string.h>

static uint64_t tables[8][256];
static pthread_once_t once = PTHREAD_ONCE_INIT;

#if defined(__x86_64__)
static void fill_powers(void);
#endif

static void fill(void) {
    for (unsigned byte = 0; byte < 256; byte++) {
        uint64_t value = byte;
        for (int bit = 0; bit < 8; bit++) value = (value >> 1) ^ (0xC96C5795D7870F42u & (0 - (value & 1)));
        tables[0][byte] = value;
    }
    for (unsigned byte = 0; byte < 256; byte++)
        for (int step = 1; step < 8; step++)
            tables[step][byte] = tables[0][tables[step - 1][byte] & 255] ^ (tables[step - 1][byte] >> 8);
#if defined(__x86_64__)
    fill_powers();
#endif
}

/// The sum of a multiple of eight bytes, begun with `sum`.
static uint64_t by_table(uint64_t sum, const uint8_t *bytes, size_t count) {
    for (const uint8_t *end = bytes + count; bytes < end; bytes += 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        word ^= sum;
        sum = tables[7][word & 255] ^ tables[6][(word >> 8) & 255] ^ tables[5][(word >> 16) & 255]
            ^ tables[4][(word >> 24) & 255] ^ tables[3][(word >> 32) & 255] ^ tables[2][(word >> 40) & 255]
            ^ tables[1][(word >> 48) & 255] ^ tables[0][word >> 56];
    }
    return sum;
}

#if defined(__x86_64__)
/// What 64 and 16 bytes further do to the halves of sixteen bytes (V. Gopal and others, "Fast CRC computation for generic
/// polynomials using PCLMULQDQ", Intel, 2009); a product of reflected halves is one place too far, hence one power less.
static uint64_t by_64_bytes[2], by_16_bytes[2];

static uint64_t power_of_x(int exponent) {
    uint64_t value = 1ull << 63;
    while (exponent-- > 0) value = (value >> 1) ^ (0xC96C5795D7870F42u & (0 - (value & 1)));
    return value;
}

static void fill_powers(void) {
    by_64_bytes[0] = power_of_x(512 + 63), by_64_bytes[1] = power_of_x(512 - 1);
    by_16_bytes[0] = power_of_x(128 + 63), by_16_bytes[1] = power_of_x(128 - 1);
}

#define FOLD(value, powers, next) \
    _mm_xor_si128( \
        _mm_xor_si128(_mm_clmulepi64_si128(value, powers, 0x00), _mm_clmulepi64_si128(value, powers, 0x11)), next)

/// The same by multiplication without carries. For at least 64 bytes.
__attribute__((target("pclmul,sse2"))) static uint64_t by_product(uint64_t sum, const uint8_t *bytes, size_t count) {
    const __m128i *next = (const __m128i *)bytes;
    __m128i powers = _mm_loadu_si128((const __m128i *)by_64_bytes);
    __m128i one = _mm_xor_si128(_mm_loadu_si128(next), _mm_set_epi64x(0, (long long)sum));
    __m128i two = _mm_loadu_si128(next + 1), three = _mm_loadu_si128(next + 2), four = _mm_loadu_si128(next + 3);
    for (next += 4, count -= 64; count >= 64; next += 4, count -= 64) {
        one = FOLD(one, powers, _mm_loadu_si128(next));
        two = FOLD(two, powers, _mm_loadu_si128(next + 1));
        three = FOLD(three, powers, _mm_loadu_si128(next + 2));
        four = FOLD(four, powers, _mm_loadu_si128(next + 3));
    }
    powers = _mm_loadu_si128((const __m128i *)by_16_bytes);
    one = FOLD(one, powers, two);
    one = FOLD(one, powers, three);
    one = FOLD(one, powers, four);
    for (; count >= 16; next++, count -= 16) one = FOLD(one, powers, _mm_loadu_si128(next));
    uint8_t rest[16];
    _mm_storeu_si128((__m128i *)rest, one);
    return by_table(by_table(0, rest, sizeof rest), (const uint8_t *)next, count);
}
#endif

uint64_t sums_page_by_table(const uint8_t *page, size_t size, uint32_t number) {
    pthread_once(&once, fill);
    // A page's size is a power of two, so what is summed is a multiple of eight bytes.
    return ~by_table(~(uint64_t)number, page, size - SUMS_RESERVED);
}

uint64_t sums_page(const uint8_t *page, size_t size, uint32_t number) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("pclmul")) {
        pthread_once(&once, fill);
        return ~by_product(~(uint64_t)number, page, size - SUMS_RESERVED);
    }
#endif
    return sums_page_by_table(page, size, number);
}

size_t sums_page_size(const uint8_t *header) {
    if (memcmp(header, "SQLite format 3", 16) != 0) return 0;
    size_t size = ((size_t)header[16] << 8) | header[17];
    if (size == 1) size = 65536;
    return size >= 512 && (size & (size - 1)) == 0 ? size : 0;
}

int sums_header_is_summed(const uint8_t *page) {
    uint32_t bit;
    // A page of zeros has no header, damaged or not.
    return (page[0] | page[1]) != 0 && sums_compare(page, 4096, 1, &bit) != SUMS_DIFFERENT;
}

static size_t set_bits(const uint8_t *page, size_t size, uint32_t *last) {
    size_t count = 0;
    for (size_t place = 0; place < size; place++)
        for (uint32_t bit = 0; bit < 8; bit++)
            if (page[place] >> bit & 1) {
                count++;
                *last = (uint32_t)place * 8 + bit;
            }
    return count;
}

enum sums_verdict sums_compare(const uint8_t *page, size_t size, uint32_t number, uint32_t *bit) {
    uint64_t stored;
    memcpy(&stored, page + size - SUMS_RESERVED, 8);
    uint64_t difference = sums_page(page, size, number) ^ stored;
    if (difference == 0) return SUMS_WHOLE;
    // A page of zeros stands where the file was made longer and nothing written yet.
    size_t set = set_bits(page, size, bit);
    if (set == 0) return SUMS_WHOLE;
    if (set == 1) return SUMS_TURNED_BIT;
    size_t summed = size - SUMS_RESERVED;
    if ((difference & (difference - 1)) == 0) {
        *bit = (uint32_t)(summed * 8) + (uint32_t)__builtin_ctzll(difference);
        return SUMS_TURNED_BIT;
    }
    // What each bit of the last byte does to the sum; a byte further in front one more step does the same.
    uint64_t effect[8];
    for (int place = 0; place < 8; place++) effect[place] = tables[0][1 << place];
    for (size_t byte = summed; byte-- > 0;) {
        for (uint32_t place = 0; place < 8; place++) {
            if (effect[place] == difference) {
                *bit = (uint32_t)byte * 8 + place;
                return SUMS_TURNED_BIT;
            }
            effect[place] = tables[0][effect[place] & 255] ^ (effect[place] >> 8);
        }
    }
    return SUMS_DIFFERENT;
}
