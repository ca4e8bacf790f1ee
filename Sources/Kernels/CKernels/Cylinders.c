#include "CKernels.h"
#include "Dispatch.h"

// The smallest number of set cells, of both together, on which a likeness can rest.
#define LEAST_CELLS 16

static inline int32_t bits(uint64_t word) { return __builtin_popcountll(word); }

static inline uint8_t share(int32_t both, int32_t all) {
    return (uint8_t)(all < LEAST_CELLS ? 0.0f : 510.0f * (float)both / ((float)all + 1.0f));
}

uint8_t ck_one_likeness(const uint64_t *probe, int32_t probe_stride, const uint64_t *candidate, int32_t candidate_stride) {
    const size_t s = (size_t)probe_stride, t = (size_t)candidate_stride;
    int32_t both = 0, all = 0;
    for (size_t k = 0; k < 6; k++) both += bits(probe[k * s] & candidate[k * t]);
    for (size_t k = 0; k < 3; k++) {
        all += bits(probe[(7 + k) * s] & candidate[6 * t]) << k;
        all += bits(candidate[(7 + k) * t] & probe[6 * s]) << k;
    }
    return share(both, all);
}

static void by_words(
    const uint64_t *restrict probe, int32_t probe_count, int32_t probe_stride, const uint64_t *restrict candidate,
    int32_t candidate_count, int32_t candidate_stride, uint8_t *restrict likeness) {
    for (int32_t i = 0; i < probe_count; i++) {
        for (int32_t j = 0; j < candidate_count; j++) {
            *likeness++ = ck_one_likeness(probe + i, probe_stride, candidate + j, candidate_stride);
        }
    }
}

#if defined(CK_WIDE)
#include <immintrin.h>

static inline CK_WIDE __m256i times(__m256i words, __m256i counts, __m256i low) {
    return _mm256_add_epi8(
        _mm256_shuffle_epi8(counts, _mm256_and_si256(words, low)),
        _mm256_shuffle_epi8(counts, _mm256_and_si256(_mm256_srli_epi16(words, 4), low)));
}

#define AND _mm256_and_si256
#define OR _mm256_or_si256
#define XOR _mm256_xor_si256

// Of four candidates: the cells set in both, and in either under the other's mask, each in 64 bits.
static inline CK_WIDE __attribute__((always_inline)) void four(
    const __m256i *a, const uint64_t *b, size_t t, __m256i *both, __m256i *either) {
#define WORD(k) _mm256_loadu_si256((const void *)(b + (k) * t))
    // The bits of each number below sixteen, times one, two, four and eight.
    const __m256i one = _mm256_setr_epi8(
        0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m256i two = _mm256_add_epi8(one, one), double_two = _mm256_add_epi8(two, two);
    const __m256i eight = _mm256_add_epi8(double_two, double_two), low = _mm256_set1_epi8(15);
    const __m256i zero = _mm256_setzero_si256();
    // Six directions added cell by cell to a number of three bits.
    const __m256i c0 = AND(a[0], WORD(0)), c1 = AND(a[1], WORD(1)), c2 = AND(a[2], WORD(2));
    const __m256i d0 = XOR(c0, c1), s0 = XOR(d0, c2), e0 = OR(AND(c0, c1), AND(d0, c2));
    const __m256i c3 = AND(a[3], WORD(3)), c4 = AND(a[4], WORD(4)), c5 = AND(a[5], WORD(5));
    const __m256i d1 = XOR(c3, c4), s1 = XOR(d1, c5), e1 = OR(AND(c3, c4), AND(d1, c5));
    const __m256i e2 = AND(s0, s1), f = XOR(e0, e1);
    __m256i sum = times(XOR(s0, s1), one, low);
    sum = _mm256_add_epi8(sum, times(XOR(f, e2), two, low));
    sum = _mm256_add_epi8(sum, times(OR(AND(e0, e1), AND(f, e2)), double_two, low));
    *both = _mm256_sad_epu8(sum, zero);
    // Two numbers of three bits added cell by cell.
    const __m256i mask = WORD(6), own = a[6];
    const __m256i p0 = AND(a[7], mask), q0 = AND(WORD(7), own), r0 = AND(p0, q0);
    const __m256i p1 = AND(a[8], mask), q1 = AND(WORD(8), own), g1 = XOR(p1, q1);
    const __m256i r1 = OR(AND(p1, q1), AND(g1, r0));
    const __m256i p2 = AND(a[9], mask), q2 = AND(WORD(9), own), g2 = XOR(p2, q2);
    sum = times(XOR(p0, q0), one, low);
    sum = _mm256_add_epi8(sum, times(XOR(g1, r0), two, low));
    sum = _mm256_add_epi8(sum, times(XOR(g2, r1), double_two, low));
    sum = _mm256_add_epi8(sum, times(OR(AND(p2, q2), AND(g2, r1)), eight, low));
    *either = _mm256_sad_epu8(sum, zero);
#undef WORD
}

static inline CK_WIDE __m256 numbers(__m256i one, __m256i other) {
    return _mm256_cvtepi32_ps(
        _mm256_castps_si256(_mm256_shuffle_ps(_mm256_castsi256_ps(one), _mm256_castsi256_ps(other), 0x88)));
}

static CK_WIDE void by_vectors(
    const uint64_t *restrict probe, int32_t probe_count, int32_t probe_stride, const uint64_t *restrict candidate,
    int32_t candidate_count, int32_t candidate_stride, uint8_t *restrict likeness) {
    const size_t s = (size_t)probe_stride, t = (size_t)candidate_stride;
    const __m256 least = _mm256_set1_ps(LEAST_CELLS), zero = _mm256_setzero_ps();
    for (int32_t i = 0; i < probe_count; i++) {
        __m256i a[10];
        for (size_t k = 0; k < 10; k++) a[k] = _mm256_set1_epi64x((long long)probe[k * s + (size_t)i]);
        uint8_t *row = likeness + (size_t)i * (size_t)candidate_count;
        for (size_t start = 0; start < (size_t)candidate_count; start += 8) {
            __m256i both[2], either[2];
            four(a, candidate + start, t, &both[0], &either[0]);
            four(a, candidate + start + 4, t, &both[1], &either[1]);
            // The order is now 0, 1, 4, 5, 2, 3, 6, 7.
            const __m256 shared = numbers(both[0], both[1]), all = numbers(either[0], either[1]);
            __m256 value = _mm256_div_ps(
                _mm256_mul_ps(_mm256_set1_ps(510), shared), _mm256_add_ps(all, _mm256_set1_ps(1)));
            value = _mm256_blendv_ps(value, zero, _mm256_cmp_ps(all, least, _CMP_LT_OQ));
            __m256i whole = _mm256_permute4x64_epi64(_mm256_cvttps_epi32(value), 0xD8);
            const __m128i half = _mm_packus_epi32(_mm256_castsi256_si128(whole), _mm256_extracti128_si256(whole, 1));
            _mm_storel_epi64((void *)(row + start), _mm_packus_epi16(half, half));
        }
    }
}
#endif

void ck_cylinder_likeness(
    const uint64_t *probe, int32_t probe_count, int32_t probe_stride, const uint64_t *candidate,
    int32_t candidate_count, int32_t candidate_stride, uint8_t *likeness) {
#if defined(CK_WIDE)
    if (ck_is_wide()) {
        by_vectors(probe, probe_count, probe_stride, candidate, candidate_count, candidate_stride, likeness);
        return;
    }
#endif
    by_words(probe, probe_count, probe_stride, candidate, candidate_count, candidate_stride, likeness);
}
