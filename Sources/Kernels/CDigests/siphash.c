#include "CDigests.h"

#include <string.h>

/// SipHash: a fast short-input PRF (Aumasson, Bernstein 2012), 2 and 4 rounds, the variant with 128 bits of its authors.

static inline uint64_t turned(uint64_t word, int bits) { return word << bits | word >> (64 - bits); }

#define ROUND                                                                                    \
    do {                                                                                         \
        a += b; b = turned(b, 13) ^ a; a = turned(a, 32);                                        \
        c += d; d = turned(d, 16) ^ c;                                                           \
        a += d; d = turned(d, 21) ^ a;                                                           \
        c += b; b = turned(b, 17) ^ c; c = turned(c, 32);                                        \
    } while (0)

void cd_siphash128(
    const uint64_t key[2], const uint8_t *first, size_t first_count, const uint8_t *second, size_t second_count,
    uint64_t hash[2]) {
    uint64_t a = key[0] ^ 0x736f6d6570736575, b = key[1] ^ 0x646f72616e646f6d ^ 0xee;
    uint64_t c = key[0] ^ 0x6c7967656e657261, d = key[1] ^ 0x7465646279746573;
    uint64_t word, pending = 0;
    size_t filled = 0, total = first_count + second_count;
    for (; first_count >= 8; first += 8, first_count -= 8) {
        memcpy(&word, first, 8);
        d ^= word;
        ROUND; ROUND;
        a ^= word;
    }
    if (first_count > 0) {
        memcpy(&pending, first, first_count);
        filled = first_count;
    }
    for (; second_count >= 8; second += 8, second_count -= 8) {
        memcpy(&word, second, 8);
        uint64_t whole = filled ? pending | word << (8 * filled) : word;
        pending = filled ? word >> (64 - 8 * filled) : 0;
        d ^= whole;
        ROUND; ROUND;
        a ^= whole;
    }
    for (; second_count > 0; second++, second_count--) {
        pending |= (uint64_t)*second << (8 * filled++);
        if (filled < 8) continue;
        d ^= pending;
        ROUND; ROUND;
        a ^= pending;
        pending = 0;
        filled = 0;
    }
    pending |= (uint64_t)total << 56;
    d ^= pending;
    ROUND; ROUND;
    a ^= pending;
    c ^= 0xee;
    ROUND; ROUND; ROUND; ROUND;
    hash[0] = a ^ b ^ c ^ d;
    b ^= 0xdd;
    ROUND; ROUND; ROUND; ROUND;
    hash[1] = a ^ b ^ c ^ d;
}
