#include "CKernels.h"
#include "Dispatch.h"
#include <math.h>

CK_DISPATCHED
void ck_pair_agreement(
    const float *restrict columns, int32_t count, int32_t width, int32_t stride, const float *tolerance, float *restrict agreement) {
    const float *xi = columns, *yi = xi + stride, *xj = yi + stride, *yj = xj + stride;
    const float *rc = yj + stride, *rs = rc + stride;
    const float t0 = tolerance[0], t1 = tolerance[1], t2 = tolerance[2], t3 = tolerance[3];
    const float turn = 1.0f / (1.0f - tolerance[4]), least = tolerance[5] * tolerance[5];
    for (int32_t a = 0; a < count; a++) {
        const float ax = xi[a], ay = yi[a], bx = xj[a], by = yj[a], ac = rc[a], as = rs[a];
        float *row = agreement + (size_t)a * (size_t)stride;
        // Agreement is mutual: what stands before the row's own eight was found by an earlier row.
        for (int32_t b = a & ~7; b < width; b++) {
            const float ux = xi[b] - ax, uy = yi[b] - ay, vx = xj[b] - bx, vy = yj[b] - by;
            const float mc = rc[b] + ac, ms = rs[b] + as;
            const float cosine = rc[b] * ac + rs[b] * as;
            const float rx = mc * ux - ms * uy, ry = ms * ux + mc * uy;
            const float u2 = ux * ux + uy * uy, v2 = vx * vx + vy * vy;
            const float lu = sqrtf(u2), lv = sqrtf(v2);
            const float m2 = 2.0f + 2.0f * cosine + 1e-6f;
            const float cross = rx * vy - ry * vx, along = rx * vx + ry * vy;
            // The sideways distance at the mean length: cross / (|m| max(lu, lv)).
            const float side2 = cross * cross / (m2 * (v2 + 1e-6f));
            const float d1 = (lu - lv) / (t0 + t1 * lv);
            const float reach = t2 + t3 * lv;
            const float c1 = 1.0f - d1 * d1;
            const float c2 = 1.0f - side2 / (reach * reach);
            const float c3 = 1.0f - (1.0f - cosine) * turn;
            float c = (c1 > 0.0f ? c1 : 0.0f) * (c2 > 0.0f ? c2 : 0.0f) * (c3 > 0.0f ? c3 : 0.0f);
            c = along > 0.0f ? c : 0.0f;
            c = u2 < least ? 0.0f : c;
            row[b] = v2 < least ? 0.0f : c;
        }
    }
    for (int32_t top = 0; top < count; top += 8) {
        const int32_t rows = count - top < 8 ? count - top : 8;
        for (int32_t left = 0; left < top; left += 8) {
            for (int32_t a = 0; a < rows; a++) {
                float *row = agreement + (size_t)(top + a) * (size_t)stride + left;
                const float *column = agreement + (size_t)left * (size_t)stride + top + a;
                for (int32_t b = 0; b < 8; b++) row[b] = column[(size_t)b * (size_t)stride];
            }
        }
    }
}
