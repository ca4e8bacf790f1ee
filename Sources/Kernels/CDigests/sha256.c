#include "CDigests.h"

#include <string.h>

static const uint32_t constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static const uint32_t start[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

/// A message while it is hashed: a first block with the prefix, whole blocks where they lie, then the padded end.
struct stream {
    uint32_t state[8];
    const uint8_t *data;
    size_t whole;
    int has_head;
    int ends;
    int end_at;
    uint8_t head[64];
    uint8_t end[128];
};

static void open_stream(struct stream *stream, const uint32_t *state, size_t hashed_before, struct cd_message message) {
    memcpy(stream->state, state, 32);
    const uint8_t *data = message.data;
    size_t left = message.count, filled = message.prefix_count;
    stream->has_head = 0;
    if (filled > 0 && filled + left >= 64) {
        memcpy(stream->head, message.prefix, filled);
        memcpy(stream->head + filled, data, 64 - filled);
        data += 64 - filled;
        left -= 64 - filled;
        filled = 0;
        stream->has_head = 1;
    } else if (filled > 0) {
        memcpy(stream->end, message.prefix, filled);
    }
    stream->data = data;
    stream->whole = filled > 0 ? 0 : left / 64;
    size_t rest = left - 64 * stream->whole;
    if (rest > 0) memcpy(stream->end + filled, data + 64 * stream->whole, rest);
    rest += filled;
    stream->ends = rest + 9 <= 64 ? 1 : 2;
    stream->end_at = 0;
    memset(stream->end + rest, 0, 64 * (size_t)stream->ends - rest);
    stream->end[rest] = 0x80;
    uint64_t bits = 8 * (uint64_t)(hashed_before + message.prefix_count + message.count);
    for (int i = 0; i < 8; i++) stream->end[64 * stream->ends - 1 - i] = (uint8_t)(bits >> (8 * i));
}

static inline size_t blocks_of(const struct stream *stream) {
    return (size_t)stream->has_head + stream->whole + (size_t)(stream->ends - stream->end_at);
}

static inline const uint8_t *next_block(struct stream *stream) {
    if (stream->has_head) {
        stream->has_head = 0;
        return stream->head;
    }
    if (stream->whole > 0) {
        const uint8_t *block = stream->data;
        stream->whole -= 1;
        stream->data += 64;
        return block;
    }
    return stream->end + 64 * stream->end_at++;
}

static void close_stream(const struct stream *stream, uint8_t *digest) {
    for (int i = 0; i < 8; i++) {
        uint32_t word = __builtin_bswap32(stream->state[i]);
        memcpy(digest + 4 * i, &word, 4);
    }
}

// MARK: Portable

static inline uint32_t turned(uint32_t word, int bits) { return word >> bits | word << (32 - bits); }

static void compress(uint32_t *state, const uint8_t *block) {
    uint32_t w[64], s[8];
    for (int i = 0; i < 16; i++) {
        memcpy(w + i, block + 4 * i, 4);
        w[i] = __builtin_bswap32(w[i]);
    }
    for (int i = 16; i < 64; i++) {
        uint32_t a = turned(w[i - 15], 7) ^ turned(w[i - 15], 18) ^ w[i - 15] >> 3;
        uint32_t b = turned(w[i - 2], 17) ^ turned(w[i - 2], 19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16] + a + w[i - 7] + b;
    }
    memcpy(s, state, 32);
    for (int i = 0; i < 64; i++) {
        uint32_t e = turned(s[4], 6) ^ turned(s[4], 11) ^ turned(s[4], 25);
        uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
        uint32_t first = s[7] + e + choice + constants[i] + w[i];
        uint32_t a = turned(s[0], 2) ^ turned(s[0], 13) ^ turned(s[0], 22);
        uint32_t second = a + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 28);
        s[4] += first;
        s[0] = first + second;
    }
    for (int i = 0; i < 8; i++) state[i] += s[i];
}

static void run_portable(struct stream *stream) {
    for (size_t left = blocks_of(stream); left > 0; left--) compress(stream->state, next_block(stream));
}

// MARK: SHA-NI

#if defined(__x86_64__)
#include <immintrin.h>

#define SHA __attribute__((target("sha,sse4.1,ssse3")))

/// The two registers in which the instructions keep the state: A, B, E, F and C, D, G, H.
struct halves {
    __m128i abef, cdgh;
};

static inline SHA struct halves load_state(const uint32_t *state) {
    __m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xB1);
    __m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1B);
    return (struct halves){_mm_alignr_epi8(low, high, 8), _mm_blend_epi16(high, low, 0xF0)};
}

static inline SHA void store_state(struct halves halves, uint32_t *state) {
    __m128i low = _mm_shuffle_epi32(halves.abef, 0x1B);
    __m128i high = _mm_shuffle_epi32(halves.cdgh, 0xB1);
    _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(low, high, 0xF0));
    _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(high, low, 8));
}

/// Four rounds, and the words of the message for four rounds that come sixteen later.
#define ROUNDS(h, m0, m1, m2, m3, at)                                                            \
    do {                                                                                         \
        __m128i k = _mm_add_epi32(m0, _mm_load_si128((const __m128i *)(constants + 4 * (at))));  \
        h.cdgh = _mm_sha256rnds2_epu32(h.cdgh, h.abef, k);                                       \
        h.abef = _mm_sha256rnds2_epu32(h.abef, h.cdgh, _mm_shuffle_epi32(k, 0x0E));              \
        if ((at) < 12)                                                                           \
            m0 = _mm_sha256msg2_epu32(                                                           \
                _mm_add_epi32(_mm_sha256msg1_epu32(m0, m1), _mm_alignr_epi8(m3, m2, 4)), m3);    \
    } while (0)

#define LOAD(m, block)                                                                                    \
    for (int i = 0; i < 4; i++)                                                                           \
    m[i] = _mm_shuffle_epi8(                                                                              \
        _mm_loadu_si128((const __m128i *)(block) + i), _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203))

static SHA void run_one(struct stream *stream) {
    struct halves h = load_state(stream->state);
    for (size_t left = blocks_of(stream); left > 0; left--) {
        __m128i m[4];
        struct halves before = h;
        const uint8_t *block = next_block(stream);
        LOAD(m, block);
#pragma GCC unroll 4
        for (int at = 0; at < 16; at += 4) {
            ROUNDS(h, m[0], m[1], m[2], m[3], at);
            ROUNDS(h, m[1], m[2], m[3], m[0], at + 1);
            ROUNDS(h, m[2], m[3], m[0], m[1], at + 2);
            ROUNDS(h, m[3], m[0], m[1], m[2], at + 3);
        }
        h.abef = _mm_add_epi32(h.abef, before.abef);
        h.cdgh = _mm_add_epi32(h.cdgh, before.cdgh);
    }
    store_state(h, stream->state);
}

static SHA void run_two(struct stream *first, struct stream *second) {
    size_t common = blocks_of(first), other = blocks_of(second);
    if (other < common) common = other;
    struct halves h = load_state(first->state), g = load_state(second->state);
    for (; common > 0; common--) {
        __m128i m[4], n[4];
        struct halves before = h, other_before = g;
        const uint8_t *block = next_block(first), *other_block = next_block(second);
        LOAD(m, block);
        LOAD(n, other_block);
#pragma GCC unroll 4
        for (int at = 0; at < 16; at += 4) {
            ROUNDS(h, m[0], m[1], m[2], m[3], at);
            ROUNDS(g, n[0], n[1], n[2], n[3], at);
            ROUNDS(h, m[1], m[2], m[3], m[0], at + 1);
            ROUNDS(g, n[1], n[2], n[3], n[0], at + 1);
            ROUNDS(h, m[2], m[3], m[0], m[1], at + 2);
            ROUNDS(g, n[2], n[3], n[0], n[1], at + 2);
            ROUNDS(h, m[3], m[0], m[1], m[2], at + 3);
            ROUNDS(g, n[3], n[0], n[1], n[2], at + 3);
        }
        h.abef = _mm_add_epi32(h.abef, before.abef);
        h.cdgh = _mm_add_epi32(h.cdgh, before.cdgh);
        g.abef = _mm_add_epi32(g.abef, other_before.abef);
        g.cdgh = _mm_add_epi32(g.cdgh, other_before.cdgh);
    }
    store_state(h, first->state);
    store_state(g, second->state);
    if (blocks_of(first) > 0) run_one(first);
    if (blocks_of(second) > 0) run_one(second);
}

int cd_best_way(void) {
    static int way = -1;
    int known = __atomic_load_n(&way, __ATOMIC_RELAXED);
    if (known >= 0) return known;
    uint32_t a = 7, b = 0, c = 0, d = 0;
    __asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    __builtin_cpu_init();
    known = (b >> 29 & 1) && __builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("ssse3");
    __atomic_store_n(&way, known, __ATOMIC_RELAXED);
    return known;
}
#else
static void run_one(struct stream *stream) { run_portable(stream); }
static void run_two(struct stream *first, struct stream *second) {
    run_portable(first);
    run_portable(second);
}
int cd_best_way(void) { return 0; }
#endif

static void run(struct stream *stream, int way) {
    if (way > 0) run_one(stream); else run_portable(stream);
}

static void run_both(struct stream *first, struct stream *second, int way) {
    if (way > 0) {
        run_two(first, second);
    } else {
        run_portable(first);
        run_portable(second);
    }
}

// MARK: What is called

void cd_sha256(struct cd_message message, int way, uint8_t *digest) {
    struct stream stream;
    open_stream(&stream, start, 0, message);
    run(&stream, way);
    close_stream(&stream, digest);
}

void cd_sha256_two(
    struct cd_message first, struct cd_message second, int way, uint8_t *first_digest, uint8_t *second_digest) {
    struct stream one, other;
    open_stream(&one, start, 0, first);
    open_stream(&other, start, 0, second);
    run_both(&one, &other, way);
    close_stream(&one, first_digest);
    close_stream(&other, second_digest);
}

void cd_nodes(const uint8_t *pairs, size_t count, int way, uint8_t *nodes) {
    static const uint8_t mark = 1;
    size_t index = 0;
    for (; index + 1 < count; index += 2)
        cd_sha256_two(
            (struct cd_message){&mark, 1, pairs + 64 * index, 64},
            (struct cd_message){&mark, 1, pairs + 64 * index + 64, 64}, way, nodes + 32 * index,
            nodes + 32 * index + 32);
    if (index < count) cd_sha256((struct cd_message){&mark, 1, pairs + 64 * index, 64}, way, nodes + 32 * index);
}

void cd_hmac_prepare(struct cd_hmac_key *key, const uint8_t *bytes, size_t count) {
    uint8_t inner[64], outer[64];
    for (size_t i = 0; i < 64; i++) {
        uint8_t byte = i < count ? bytes[i] : 0;
        inner[i] = byte ^ 0x36;
        outer[i] = byte ^ 0x5c;
    }
    memcpy(key->inner, start, 32);
    memcpy(key->outer, start, 32);
    compress(key->inner, inner);
    compress(key->outer, outer);
}

void cd_hmac_and_leaf(
    const struct cd_hmac_key *key, const uint8_t *data, size_t count, int way, uint8_t *code, uint8_t *leaf) {
    static const uint8_t mark = 0;
    struct stream inner, hash;
    uint8_t digest[32];
    open_stream(&inner, key->inner, 64, (struct cd_message){0, 0, data, count});
    open_stream(&hash, start, 0, (struct cd_message){&mark, 1, data, count});
    run_both(&inner, &hash, way);
    close_stream(&inner, digest);
    close_stream(&hash, leaf);
    open_stream(&inner, key->outer, 64, (struct cd_message){0, 0, digest, 32});
    run(&inner, way);
    close_stream(&inner, code);
}
