#include "CKernels.h"
#include "Dispatch.h"
#include <math.h>
#include <string.h>

static void by_numbers(
    const float *restrict columns, int32_t count, int32_t width, int32_t stride, const float *tolerance, float *restrict agreement) {
    const float *xi = columns, *yi = xi + stride, *xj = yi + stride, *yj = xj + stride;
    const float *rc = yj + stride, *rs = rc + stride;
    const float turn = 1.0f / (1.0f - tolerance[4]), least = tolerance[5] * tolerance[5];
    for (int32_t a = 0; a < count; a++) {
        for (int32_t b = 0; b < width; b++) {
            const float ux = xi[b] - xi[a], uy = yi[b] - yi[a], vx = xj[b] - xj[a], vy = yj[b] - yj[a];
            const float mc = rc[b] + rc[a], ms = rs[b] + rs[a];
            const float cosine = rc[b] * rc[a] + rs[b] * rs[a];
            const float rx = mc * ux - ms * uy, ry = ms * ux + mc * uy;
            const float u2 = ux * ux + uy * uy, v2 = vx * vx + vy * vy;
            float *target = agreement + (size_t)a * (size_t)stride + b;
            *target = 0;
            const float bend = 1.0f - (1.0f - cosine) * turn;
            if (bend <= 0 || u2 < least || v2 < least || rx * vx + ry * vy <= 0) continue;
            // The sideways distance at the mean length: cross / (|m| max(lu, lv)).
            const float cross = rx * vy - ry * vx, lu = sqrtf(u2), lv = sqrtf(v2);
            const float length = (lu - lv) / (tolerance[0] + tolerance[1] * lv);
            const float reach = tolerance[2] + tolerance[3] * lv;
            const float side2 = cross * cross / ((2.0f + 2.0f * cosine + 1e-6f) * (v2 + 1e-6f) * reach * reach);
            if (length * length < 1 && side2 < 1) *target = (1 - length * length) * (1 - side2) * bend;
        }
    }
}

#if defined(CK_WIDE)
#include <immintrin.h>

#define MUL _mm256_mul_ps
#define ADD _mm256_add_ps
#define SUB _mm256_sub_ps
#define ALL _mm256_set1_ps
#define ABOVE(a, b) _mm256_cmp_ps(a, b, _CMP_GT_OQ)

// Of each set of four lanes, the order that brings its members to the front.
static const int32_t fronts[16][4] = {
    {0, 1, 2, 3}, {0, 1, 2, 3}, {1, 0, 2, 3}, {0, 1, 2, 3}, {2, 0, 1, 3}, {0, 2, 1, 3}, {1, 2, 0, 3}, {0, 1, 2, 3},
    {3, 0, 1, 2}, {0, 3, 1, 2}, {1, 3, 0, 2}, {0, 1, 3, 2}, {2, 3, 0, 1}, {0, 2, 3, 1}, {1, 2, 3, 0}, {0, 1, 2, 3},
};

// Pairs of pairs that may agree, in columns; room for every two, for the rest of an eight and what a store writes beyond.
#define ROOM (CK_MOST_PAIRS * (CK_MOST_PAIRS + 8) / 2 + 8)
struct few {
    float u2[ROOM], v2[ROOM], cross2[ROOM], cosine[ROOM];
    // The row times 65,536, and the column.
    int32_t place[ROOM];
};

static inline CK_WIDE __attribute__((always_inline)) void keep(
    float *at, int32_t low, __m256i order, __m256 value) {
    const __m256 sorted = _mm256_permutevar_ps(value, order);
    _mm_storeu_ps(at, _mm256_castps256_ps128(sorted));
    _mm_storeu_ps(at + low, _mm256_extractf128_ps(sorted, 1));
}

static CK_WIDE void by_vectors(
    const float *restrict columns, int32_t count, int32_t width, int32_t stride, const float *tolerance, float *restrict agreement) {
    const float *xi = columns, *yi = xi + stride, *xj = yi + stride, *yj = xj + stride;
    const float *rc = yj + stride, *rs = rc + stride;
    const float t0 = tolerance[0], t1 = tolerance[1], t2 = tolerance[2], t3 = tolerance[3];
    const __m256 turn = ALL(1.0f / (1.0f - tolerance[4])), one = ALL(1), zero = _mm256_setzero_ps();
    const __m256 least = ALL(tolerance[5] * tolerance[5]), least_cosine = ALL(tolerance[4]), tiny = ALL(1e-6f);
    const __m256i eight = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    struct few few;
    int32_t found = 0;
    for (int32_t a = 0; a < count; a++) memset(agreement + (size_t)a * (size_t)stride, 0, (size_t)width * sizeof(float));
    for (int32_t a = 0; a < count; a++) {
        const __m256 ax = ALL(xi[a]), ay = ALL(yi[a]), bx = ALL(xj[a]), by = ALL(yj[a]), ac = ALL(rc[a]), as = ALL(rs[a]);
        const __m256i own = _mm256_set1_epi32(a), mark = _mm256_slli_epi32(own, 16);
        // Agreement is mutual: a row looks only at the pairs behind its own.
        for (int32_t b = a & ~7; b < width; b += 8) {
            const __m256 c = _mm256_loadu_ps(rc + b), s = _mm256_loadu_ps(rs + b);
            const __m256 ux = SUB(_mm256_loadu_ps(xi + b), ax), uy = SUB(_mm256_loadu_ps(yi + b), ay);
            const __m256 vx = SUB(_mm256_loadu_ps(xj + b), bx), vy = SUB(_mm256_loadu_ps(yj + b), by);
            const __m256 cosine = ADD(MUL(c, ac), MUL(s, as)), mc = ADD(c, ac), ms = ADD(s, as);
            const __m256 rx = SUB(MUL(mc, ux), MUL(ms, uy)), ry = ADD(MUL(ms, ux), MUL(mc, uy));
            const __m256 u2 = ADD(MUL(ux, ux), MUL(uy, uy)), v2 = ADD(MUL(vx, vx), MUL(vy, vy));
            const __m256 cross = SUB(MUL(rx, vy), MUL(ry, vx)), along = ADD(MUL(rx, vx), MUL(ry, vy));
            const __m256 cross2 = MUL(cross, cross);
            const __m256 m2v2 = MUL(ADD(ADD(cosine, cosine), ALL(2.0f + 1e-6f)), ADD(v2, tiny));
            // Twice the sum of two squares is at least the square of the sum, and (v2 / 64 + 64) / 2 at least the
            // length: who is beyond these bounds has no agreement, and most are.
            const __m256 wide = ADD(ALL(2 * t2 * t2), MUL(ALL(2 * t3 * t3), v2));
            const __m256 longest = ADD(MUL(v2, ALL(1.0f / 128)), ALL(32)), slack = ADD(ALL(t0), MUL(ALL(t1), longest));
            const __m256 apart = _mm256_andnot_ps(ALL(-0.0f), SUB(u2, v2));
            const __m256i other = _mm256_add_epi32(_mm256_set1_epi32(b), eight);
            __m256 maybe = _mm256_and_ps(ABOVE(cosine, least_cosine), ABOVE(along, zero));
            maybe = _mm256_and_ps(maybe, ABOVE(MUL(m2v2, wide), cross2));
            maybe = _mm256_and_ps(maybe, ABOVE(MUL(slack, ADD(ADD(longest, longest), slack)), apart));
            maybe = _mm256_and_ps(maybe, _mm256_castsi256_ps(_mm256_cmpgt_epi32(other, own)));
            const unsigned set = (unsigned)_mm256_movemask_ps(maybe);
            // Kept without asking whether there is any: a branch would be guessed wrong too often.
            const __m256i order = _mm256_insertf128_si256(
                _mm256_castsi128_si256(_mm_loadu_si128((const void *)fronts[set & 15])),
                _mm_loadu_si128((const void *)fronts[set >> 4]), 1);
            const int32_t low = __builtin_popcount(set & 15);
            keep(few.u2 + found, low, order, u2);
            keep(few.v2 + found, low, order, v2);
            keep(few.cross2 + found, low, order, cross2);
            keep(few.cosine + found, low, order, cosine);
            keep((float *)few.place + found, low, order, _mm256_castsi256_ps(_mm256_or_si256(other, mark)));
            found += __builtin_popcount(set);
        }
    }
    for (int32_t at = 0; at < found; at += 8) {
        const __m256 u2 = _mm256_loadu_ps(few.u2 + at), v2 = _mm256_loadu_ps(few.v2 + at);
        const __m256 cosine = _mm256_loadu_ps(few.cosine + at), cross2 = _mm256_loadu_ps(few.cross2 + at);
        const __m256 lu = _mm256_sqrt_ps(u2), lv = _mm256_sqrt_ps(v2), off = SUB(lu, lv);
        const __m256 allowed = ADD(ALL(t0), MUL(ALL(t1), lv)), reach = ADD(ALL(t2), MUL(ALL(t3), lv));
        const __m256 m2v2 = MUL(ADD(ADD(cosine, cosine), ALL(2.0f + 1e-6f)), ADD(v2, tiny));
        const __m256 allowed2 = MUL(allowed, allowed), reach2 = MUL(m2v2, MUL(reach, reach));
        const __m256 length = _mm256_max_ps(SUB(allowed2, MUL(off, off)), zero);
        // The sideways distance at the mean length: cross / (|m| max(lu, lv)).
        const __m256 side = _mm256_max_ps(SUB(reach2, cross2), zero);
        const __m256 bend = SUB(one, MUL(SUB(one, cosine), turn));
        __m256 value = MUL(_mm256_div_ps(MUL(length, side), MUL(allowed2, reach2)), bend);
        const __m256 apart = _mm256_and_ps(
            _mm256_cmp_ps(u2, least, _CMP_GE_OQ), _mm256_cmp_ps(v2, least, _CMP_GE_OQ));
        float values[8];
        _mm256_storeu_ps(values, _mm256_and_ps(value, apart));
        const int32_t last = found - at < 8 ? found - at : 8;
        for (int32_t k = 0; k < last; k++) {
            const int32_t a = few.place[at + k] >> 16, b = few.place[at + k] & 65535;
            // What fills the last eight pairs has no row.
            if (b >= count) continue;
            agreement[(size_t)a * (size_t)stride + (size_t)b] = values[k];
            agreement[(size_t)b * (size_t)stride + (size_t)a] = values[k];
        }
    }
}
#endif

void ck_pair_agreement(
    const float *columns, int32_t count, int32_t width, int32_t stride, const float *tolerance, float *agreement) {
#if defined(CK_WIDE)
    if (width <= CK_MOST_PAIRS && ck_is_wide()) {
        by_vectors(columns, count, width, stride, tolerance, agreement);
        return;
    }
#endif
    by_numbers(columns, count, width, stride, tolerance, agreement);
}

CK_DISPATCHED
void ck_support(const float *restrict agreement, const float *restrict likeness, int32_t count, int32_t width, int32_t stride, float *restrict support) {
    for (int32_t start = 0; start < width; start += 8) {
        float sums[8] = {0};
        for (int32_t a = 0; a < count; a++) {
            const float *row = agreement + (size_t)a * (size_t)stride + start;
            const float weight = likeness[a];
            for (int32_t k = 0; k < 8; k++) sums[k] += weight * row[k];
        }
        for (int32_t k = 0; k < 8; k++) support[start + k] = sums[k] * likeness[start + k];
    }
}
