#include "CIrisKernels.h"

#include <math.h>
#include <string.h>

/// Counts at one rotation.
struct counts {
    int32_t differing[16];
    int32_t compared[16];
};

/// 0.5 - (0.5 - HD) * sqrt(n / N) with HD = d / n, written so that whole numbers stay exact until the root.
static void pick(const struct counts *counts, float *distance, uint8_t *rotation) {
    float best = 1;
    uint8_t at = 7;
    for (int index = 0; index < CI_ROTATIONS; index++) {
        float n = (float)(2 * counts->compared[index]);
        if (n == 0) continue;
        float value = 0.5f - (0.5f * n - (float)counts->differing[index]) / sqrtf(n * 2048.0f);
        if (value < best) {
            best = value;
            at = (uint8_t)index;
        }
    }
    *distance = best;
    *rotation = at;
}

static void portable(const uint8_t *probe, const uint8_t *code, struct counts *counts) {
    uint64_t planes[3][CI_PLANE / 8];
    memcpy(planes, code, sizeof planes);
    for (int rotation = 0; rotation < CI_ROTATIONS; rotation++) {
        int32_t differing = 0, compared = 0;
        for (int word = 0; word < CI_PLANE / 8; word++) {
            uint64_t real, imaginary, mask;
            memcpy(&real, probe + rotation + 8 * word, 8);
            memcpy(&imaginary, probe + CI_PROBE_PLANE + rotation + 8 * word, 8);
            memcpy(&mask, probe + 2 * CI_PROBE_PLANE + rotation + 8 * word, 8);
            mask &= planes[2][word];
            differing += __builtin_popcountll((real ^ planes[0][word]) & mask);
            differing += __builtin_popcountll((imaginary ^ planes[1][word]) & mask);
            compared += __builtin_popcountll(mask);
        }
        counts->differing[rotation] = differing;
        counts->compared[rotation] = compared;
    }
}

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,popcnt,bmi")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vpopcntdq")))

/// Bits of each byte, each times what `counts` says of a nibble.
static inline AVX2 __m256i byte_counts(__m256i bits, __m256i counts) {
    const __m256i low = _mm256_set1_epi8(15);
    return _mm256_add_epi8(
        _mm256_shuffle_epi8(counts, _mm256_and_si256(bits, low)),
        _mm256_shuffle_epi8(counts, _mm256_and_si256(_mm256_srli_epi16(bits, 4), low)));
}

/// Full adder of bits: three words become a sum and a carry.
static inline AVX2 __m256i add_bits(__m256i a, __m256i b, __m256i c, __m256i *carry) {
    __m256i half = _mm256_xor_si256(a, b);
    *carry = _mm256_or_si256(_mm256_and_si256(a, b), _mm256_and_si256(half, c));
    return _mm256_xor_si256(half, c);
}

/// A probe at one rotation, or a code: three planes of four words.
struct planes {
    __m256i words[12];
};

/// Differing places in the lower half of each of four numbers, compared places in the upper; their sum is the count.
static inline AVX2 __attribute__((always_inline)) __m256i count_by_avx2(
    const struct planes *probe, const struct planes *code) {
    const __m256i one = _mm256_setr_epi8(
        0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m256i two = _mm256_add_epi8(one, one), four = _mm256_add_epi8(two, two);
    __m256i differing[8], masks[4];
    for (int part = 0; part < 4; part++) {
        __m256i mask = _mm256_and_si256(probe->words[8 + part], code->words[8 + part]);
        differing[2 * part] = _mm256_and_si256(_mm256_xor_si256(probe->words[part], code->words[part]), mask);
        differing[2 * part + 1] = _mm256_and_si256(
            _mm256_xor_si256(probe->words[4 + part], code->words[4 + part]), mask);
        masks[part] = mask;
    }
    // Seven words as three of weights one, two and four, so that four are counted instead of eight.
    __m256i carry1, carry2, carry3, fours, upper;
    __m256i first = add_bits(differing[0], differing[1], differing[2], &carry1);
    __m256i second = add_bits(differing[3], differing[4], differing[5], &carry2);
    __m256i ones = add_bits(first, second, differing[6], &carry3);
    __m256i twos = add_bits(carry1, carry2, carry3, &fours);
    __m256i bytes = _mm256_add_epi8(
        _mm256_add_epi8(byte_counts(fours, four), byte_counts(twos, two)),
        _mm256_add_epi8(byte_counts(ones, one), byte_counts(differing[7], one)));
    __m256i lower = add_bits(masks[0], masks[1], masks[2], &upper);
    __m256i known = _mm256_add_epi8(
        byte_counts(upper, two), _mm256_add_epi8(byte_counts(lower, one), byte_counts(masks[3], one)));
    const __m256i zero = _mm256_setzero_si256();
    return _mm256_or_si256(_mm256_sad_epu8(bytes, zero), _mm256_slli_epi64(_mm256_sad_epu8(known, zero), 32));
}

/// The sums of the four numbers of four counts.
static inline AVX2 __m256i four_sums(const __m256i *counts) {
    __m256i low = _mm256_add_epi64(
        _mm256_unpacklo_epi64(counts[0], counts[1]), _mm256_unpackhi_epi64(counts[0], counts[1]));
    __m256i high = _mm256_add_epi64(
        _mm256_unpacklo_epi64(counts[2], counts[3]), _mm256_unpackhi_epi64(counts[2], counts[3]));
    return _mm256_add_epi64(_mm256_permute2x128_si256(low, high, 0x20), _mm256_permute2x128_si256(low, high, 0x31));
}

static AVX2 void by_avx2(const struct planes *probe, const struct planes *code, struct counts *counts) {
    __m256i found[CI_ROTATIONS + 1];
#pragma clang loop unroll(disable)
    for (int rotation = 0; rotation < CI_ROTATIONS; rotation++) {
        found[rotation] = count_by_avx2(probe + rotation, code);
    }
    found[CI_ROTATIONS] = _mm256_setzero_si256();
    for (int part = 0; part < 2; part++) {
        __m256 low = _mm256_castsi256_ps(four_sums(found + 8 * part));
        __m256 high = _mm256_castsi256_ps(four_sums(found + 8 * part + 4));
        // Even words of both, then odd ones; the halves come out as 0, 2, 1, 3.
        __m256i differing = _mm256_castps_si256(_mm256_shuffle_ps(low, high, 0x88));
        __m256i compared = _mm256_castps_si256(_mm256_shuffle_ps(low, high, 0xDD));
        _mm256_storeu_si256((void *)(counts->differing + 8 * part), _mm256_permute4x64_epi64(differing, 0xD8));
        _mm256_storeu_si256((void *)(counts->compared + 8 * part), _mm256_permute4x64_epi64(compared, 0xD8));
    }
}

static AVX512 void by_avx512(const uint8_t *probe, const uint8_t *code, struct counts *counts) {
    __m512i other[6];
    for (int part = 0; part < 6; part++) other[part] = _mm512_loadu_si512(code + 64 * part);
    for (int rotation = 0; rotation < CI_ROTATIONS; rotation++) {
        const uint8_t *own = probe + rotation;
        __m512i differing = _mm512_setzero_si512(), compared = _mm512_setzero_si512();
        for (int part = 0; part < 2; part++) {
            __m512i real = _mm512_loadu_si512(own + 64 * part);
            __m512i imaginary = _mm512_loadu_si512(own + CI_PROBE_PLANE + 64 * part);
            __m512i mask = _mm512_and_si512(_mm512_loadu_si512(own + 2 * CI_PROBE_PLANE + 64 * part), other[4 + part]);
            // 0x28 is (a xor b) and c.
            real = _mm512_ternarylogic_epi64(real, other[part], mask, 0x28);
            imaginary = _mm512_ternarylogic_epi64(imaginary, other[2 + part], mask, 0x28);
            differing = _mm512_add_epi64(differing, _mm512_popcnt_epi64(real));
            differing = _mm512_add_epi64(differing, _mm512_popcnt_epi64(imaginary));
            compared = _mm512_add_epi64(compared, _mm512_popcnt_epi64(mask));
        }
        // Both counts in one word: neither passes 2,048.
        __m512i both = _mm512_or_si512(differing, _mm512_slli_epi64(compared, 32));
        __m256i half = _mm256_add_epi64(_mm512_castsi512_si256(both), _mm512_extracti64x4_epi64(both, 1));
        __m128i quarter = _mm_add_epi64(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
        quarter = _mm_add_epi64(quarter, _mm_unpackhi_epi64(quarter, quarter));
        uint64_t sums = (uint64_t)_mm_cvtsi128_si64(quarter);
        counts->differing[rotation] = (int32_t)sums;
        counts->compared[rotation] = (int32_t)(sums >> 32);
    }
}

/// The same choice as `pick`, eight rotations at once: division and root round alike, whatever their width.
static AVX2 void pick_by_avx2(struct counts *counts, float *distance, uint8_t *rotation) {
    float values[16];
    for (int part = 0; part < 2; part++) {
        __m256i whole = _mm256_loadu_si256((const void *)(counts->compared + 8 * part));
        __m256 n = _mm256_cvtepi32_ps(_mm256_add_epi32(whole, whole));
        __m256 d = _mm256_cvtepi32_ps(_mm256_loadu_si256((const void *)(counts->differing + 8 * part)));
        __m256 gain = _mm256_div_ps(
            _mm256_sub_ps(_mm256_mul_ps(_mm256_set1_ps(0.5f), n), d),
            _mm256_sqrt_ps(_mm256_mul_ps(n, _mm256_set1_ps(2048.0f))));
        __m256 value = _mm256_sub_ps(_mm256_set1_ps(0.5f), gain);
        __m256 none = _mm256_cmp_ps(n, _mm256_setzero_ps(), _CMP_EQ_OQ);
        _mm256_storeu_ps(values + 8 * part, _mm256_blendv_ps(value, _mm256_set1_ps(1.0f), none));
    }
    __m256 low = _mm256_loadu_ps(values), high = _mm256_loadu_ps(values + 8);
    __m256 least = _mm256_min_ps(low, high);
    least = _mm256_min_ps(least, _mm256_permute2f128_ps(least, least, 1));
    least = _mm256_min_ps(least, _mm256_shuffle_ps(least, least, 0x4E));
    least = _mm256_min_ps(least, _mm256_shuffle_ps(least, least, 0xB1));
    int equal = _mm256_movemask_ps(_mm256_cmp_ps(low, least, _CMP_EQ_OQ))
        | _mm256_movemask_ps(_mm256_cmp_ps(high, least, _CMP_EQ_OQ)) << 8;
    *distance = _mm256_cvtss_f32(least);
    *rotation = *distance < 1 ? (uint8_t)__builtin_ctz((unsigned)equal) : 7;
}

static AVX2 void all_by_avx2(
    const uint8_t *probe, const uint8_t *codes, size_t count, float *distance, uint8_t *rotation) {
    struct counts counts;
    // Turned once and laid where no load crosses a line of the cache.
    struct planes turned[CI_ROTATIONS], code;
    for (int turn = 0; turn < CI_ROTATIONS; turn++) {
        for (int plane = 0; plane < 3; plane++) {
            memcpy(turned[turn].words + 4 * plane, probe + plane * CI_PROBE_PLANE + turn, CI_PLANE);
        }
    }
    for (size_t index = 0; index < count; index++) {
        memcpy(&code, codes + 3 * CI_PLANE * index, sizeof code);
        by_avx2(turned, &code, &counts);
        pick_by_avx2(&counts, distance + index, rotation + index);
    }
}

static AVX512 void all_by_avx512(
    const uint8_t *probe, const uint8_t *codes, size_t count, float *distance, uint8_t *rotation) {
    struct counts counts;
    for (size_t index = 0; index < count; index++) {
        by_avx512(probe, codes + 3 * CI_PLANE * index, &counts);
        counts.differing[15] = 0;
        counts.compared[15] = 0;
        pick_by_avx2(&counts, distance + index, rotation + index);
    }
}
#endif

int ci_best_way(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512vpopcntdq") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx2")) {
        return 2;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt")) return 1;
#endif
    return 0;
}

void ci_compare(
    const uint8_t *probe, const uint8_t *codes, size_t count, int way, float *distance, uint8_t *rotation) {
#if defined(__x86_64__)
    if (way == 2) {
        all_by_avx512(probe, codes, count, distance, rotation);
        return;
    }
    if (way == 1) {
        all_by_avx2(probe, codes, count, distance, rotation);
        return;
    }
#endif
    struct counts counts;
    for (size_t index = 0; index < count; index++) {
        portable(probe, codes + 3 * CI_PLANE * index, &counts);
        pick(&counts, distance + index, rotation + index);
    }
}
