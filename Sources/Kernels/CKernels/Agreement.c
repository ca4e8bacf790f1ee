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

static CK_WIDE void by_vectors(
    const float *restrict columns, int32_t count, int32_t width, int32_t stride, const float *tolerance, float *restrict agreement) {
    const float *xi = columns, *yi = xi + stride, *xj = yi + stride, *yj = xj + stride;
    const float *rc = yj + stride, *rs = rc + stride;
    const float t0 = tolerance[0], t1 = tolerance[1], t2 = tolerance[2], t3 = tolerance[3];
    const __m256 turn = ALL(1.0f / (1.0f - tolerance[4])), one = ALL(1), zero = _mm256_setzero_ps();
    const __m256 least = ALL(tolerance[5] * tolerance[5] * 0.999999f), tiny = ALL(1e-6f);
    for (int32_t a = 0; a < count; a++) memset(agreement + (size_t)a * (size_t)stride, 0, (size_t)width * sizeof(float));
    for (int32_t a = 0; a < count; a++) {
        const __m256 ax = ALL(xi[a]), ay = ALL(yi[a]), bx = ALL(xj[a]), by = ALL(yj[a]), ac = ALL(rc[a]), as = ALL(rs[a]);
        float *row = agreement + (size_t)a * (size_t)stride;
        const int32_t first = a & ~7;
        // Agreement is mutual: what stands before the row's own eight was found by an earlier row.
        for (int32_t b = first; b < width; b += 8) {
            const __m256 c = _mm256_loadu_ps(rc + b), s = _mm256_loadu_ps(rs + b);
            const __m256 ux = SUB(_mm256_loadu_ps(xi + b), ax), uy = SUB(_mm256_loadu_ps(yi + b), ay);
            const __m256 vx = SUB(_mm256_loadu_ps(xj + b), bx), vy = SUB(_mm256_loadu_ps(yj + b), by);
            const __m256 cosine = ADD(MUL(c, ac), MUL(s, as)), mc = ADD(c, ac), ms = ADD(s, as);
            const __m256 rx = SUB(MUL(mc, ux), MUL(ms, uy)), ry = ADD(MUL(ms, ux), MUL(mc, uy));
            const __m256 u2 = ADD(MUL(ux, ux), MUL(uy, uy)), v2 = ADD(MUL(vx, vx), MUL(vy, vy));
            const __m256 cross = SUB(MUL(rx, vy), MUL(ry, vx)), along = ADD(MUL(rx, vx), MUL(ry, vy));
            const __m256 cross2 = MUL(cross, cross);
            const __m256 m2v2 = MUL(ADD(ADD(cosine, cosine), ALL(2.0f + 1e-6f)), ADD(v2, tiny));
            const __m256 bend = SUB(one, MUL(SUB(one, cosine), turn));
            // Twice the sum of two squares is at least the square of the sum, and (v2 / 64 + 64) / 2 at least the
            // length: who is beyond these bounds has no agreement, and most are.
            const __m256 wide = ADD(ALL(2 * t2 * t2), MUL(ALL(2 * t3 * t3), v2));
            const __m256 long_ = ADD(MUL(v2, ALL(1.0f / 128)), ALL(32)), slack = ADD(ALL(t0), MUL(ALL(t1), long_));
            const __m256 apart = _mm256_andnot_ps(ALL(-0.0f), SUB(u2, v2));
            __m256 maybe = _mm256_and_ps(ABOVE(bend, zero), ABOVE(along, zero));
            maybe = _mm256_and_ps(maybe, ABOVE(MUL(m2v2, wide), cross2));
            maybe = _mm256_and_ps(maybe, ABOVE(MUL(slack, ADD(ADD(long_, long_), slack)), apart));
            maybe = _mm256_and_ps(maybe, _mm256_and_ps(ABOVE(u2, least), ABOVE(v2, least)));
            if (_mm256_movemask_ps(maybe) == 0) continue;
            const __m256 lu = _mm256_sqrt_ps(u2), lv = _mm256_sqrt_ps(v2), off = SUB(lu, lv);
            const __m256 allowed = ADD(ALL(t0), MUL(ALL(t1), lv)), reach = ADD(ALL(t2), MUL(ALL(t3), lv));
            const __m256 allowed2 = MUL(allowed, allowed), reach2 = MUL(m2v2, MUL(reach, reach));
            const __m256 length = _mm256_max_ps(SUB(allowed2, MUL(off, off)), zero);
            const __m256 side = _mm256_max_ps(SUB(reach2, cross2), zero);
            __m256 value = MUL(_mm256_div_ps(MUL(length, side), MUL(allowed2, reach2)), bend);
            value = _mm256_and_ps(value, maybe);
            _mm256_storeu_ps(row + b, value);
            if (b == first) continue;
            unsigned found = (unsigned)_mm256_movemask_ps(ABOVE(value, zero));
            for (; found != 0; found &= found - 1) {
                const int32_t k = b + (int32_t)__builtin_ctz(found);
                // Rows beyond the pairs do not exist, and pairs beyond them agree with nothing.
                if (k < count) agreement[(size_t)k * (size_t)stride + (size_t)a] = row[k];
            }
        }
    }
}
#endif

void ck_pair_agreement(
    const float *columns, int32_t count, int32_t width, int32_t stride, const float *tolerance, float *agreement) {
#if defined(CK_WIDE)
    if (ck_is_wide()) {
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
