#include "CKernels.h"
#include "Dispatch.h"

// How many of `total` likenesses are at least `bound`.
static int32_t reach(const uint8_t *likeness, int32_t total, uint8_t bound) {
    int32_t reached = 0;
    for (int32_t at = 0; at < total; at++) reached += likeness[at] >= bound;
    return reached;
}

#if defined(CK_WIDE)
#include <immintrin.h>

// Of the 32 likenesses at a place, those that are at least `bound`, one bit each; eight where fewer are left.
static inline CK_WIDE uint32_t thirty_two(const uint8_t *at, __m256i bound) {
    const __m256i block = _mm256_loadu_si256((const void *)at);
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(block, bound), block));
}

static inline CK_WIDE uint32_t eight(const uint8_t *at, __m256i bound) {
    const __m128i block = _mm_loadl_epi64((const void *)at), limit = _mm256_castsi256_si128(bound);
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(block, limit), block)) & 255;
}

static CK_WIDE int32_t reach_by_vectors(const uint8_t *likeness, int32_t total, uint8_t bound) {
    const __m256i limit = _mm256_set1_epi8((char)bound);
    int32_t reached = 0, at = 0;
    for (; at + 32 <= total; at += 32) reached += __builtin_popcount(thirty_two(likeness + at, limit));
    for (; at < total; at += 8) reached += __builtin_popcount(eight(likeness + at, limit));
    return reached;
}

static CK_WIDE int32_t take_by_vectors(
    const uint8_t *likeness, int32_t total, int32_t most, uint8_t least, int32_t *places) {
    const __m256i limit = _mm256_set1_epi8((char)least);
    int32_t count = 0;
    for (int32_t at = 0; at < total && count < most;) {
        const int32_t step = at + 32 <= total ? 32 : 8;
        uint32_t found = step == 32 ? thirty_two(likeness + at, limit) : eight(likeness + at, limit);
        for (; found != 0 && count < most; found &= found - 1) places[count++] = at + __builtin_ctz(found);
        at += step;
    }
    return count;
}
#endif

int32_t ck_likest(const uint8_t *likeness, int32_t total, int32_t most, uint8_t *level, int32_t *places) {
    int32_t (*count_reached)(const uint8_t *, int32_t, uint8_t) = reach;
#if defined(CK_WIDE)
    const int is_wide = ck_is_wide();
    if (is_wide) count_reached = reach_by_vectors;
#endif
    // The least level that at most `most` reach, by halves.
    int32_t low = 2, high = 256;
    while (low < high) {
        const int32_t middle = (low + high) / 2;
        if (count_reached(likeness, total, (uint8_t)middle) > most) low = middle + 1; else high = middle;
    }
    const uint8_t least = (uint8_t)(low == 2 ? 1 : low == 256 ? 255 : low);
    *level = least;
#if defined(CK_WIDE)
    if (is_wide) return take_by_vectors(likeness, total, most, least, places);
#endif
    int32_t count = 0;
    for (int32_t at = 0; at < total && count < most; at++) {
        if (likeness[at] >= least) places[count++] = at;
    }
    return count;
}
