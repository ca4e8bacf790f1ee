#include "CKernels.h"
#include "Dispatch.h"
#include <string.h>

typedef float octet __attribute__((vector_size(32)));

// Functions that return a wide vector have another convention where there are no wide registers; these have none.
#define LOAD(name, at) octet name; memcpy(&name, at, sizeof name)
#define STORE(at, value) do { const octet kept = value; memcpy(at, &kept, sizeof kept); } while (0)

CK_DISPATCHED
void ck_move(
    const float *x, const float *y, int32_t width, const float *movement, const float *sides, int32_t side_count,
    float *moved_x, float *moved_y, float *outside) {
    const float cosine = movement[0], sine = movement[1];
    for (int32_t start = 0; start < width; start += 8) {
        LOAD(px, x + start);
        LOAD(py, y + start);
        const octet mx = cosine * px - sine * py + movement[2], my = sine * px + cosine * py + movement[3];
        octet furthest = px - px - (side_count > 0 ? 1e30f : 0.0f);
        for (int32_t k = 0; k < side_count; k++) {
            const float *side = sides + 4 * k;
            furthest = __builtin_elementwise_max(furthest, mx * side[0] + my * side[1] + side[2]);
        }
        STORE(moved_x + start, mx);
        STORE(moved_y + start, my);
        STORE(outside + start, furthest);
    }
}

CK_DISPATCHED
void ck_stretch(float *x, float *y, int32_t width, const float *members, int32_t count, float pull) {
    for (int32_t start = 0; start < width; start += 8) {
        LOAD(px, x + start);
        LOAD(py, y + start);
        octet sx = px - px, sy = sx, sum = sx + 0.15f;
        for (int32_t k = 0; k < count; k++) {
            const float *member = members + 4 * k;
            const octet dx = px - member[0], dy = py - member[1];
            const octet fall = 1.0f + (dx * dx + dy * dy) * pull;
            const octet weight = 1.0f / (fall * fall);
            sx += weight * member[2];
            sy += weight * member[3];
            sum += weight;
        }
        const octet share = 1.0f / sum;
        STORE(x + start, px + sx * share);
        STORE(y + start, py + sy * share);
    }
}

#if defined(CK_WIDE)
#include <immintrin.h>

static CK_WIDE int32_t near_by_vectors(
    const float *px, const float *py, const float *x, const float *y, int32_t count, int32_t width, const float *outside,
    float limit, float reach, int32_t *places) {
    const __m256 reach2 = _mm256_set1_ps(reach * reach);
    int32_t found = 0;
    for (int32_t i = 0; i < count; i++) {
        if (!(outside[i] < limit)) continue;
        const __m256 ox = _mm256_set1_ps(px[i]), oy = _mm256_set1_ps(py[i]);
        for (int32_t start = 0; start < width; start += 8) {
            const __m256 ex = _mm256_sub_ps(_mm256_loadu_ps(x + start), ox), ey = _mm256_sub_ps(_mm256_loadu_ps(y + start), oy);
            const __m256 squares = _mm256_fmadd_ps(ex, ex, _mm256_mul_ps(ey, ey));
            unsigned near = (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(squares, reach2, _CMP_LT_OQ));
            for (; near != 0; near &= near - 1) places[found++] = i * width + start + (int32_t)__builtin_ctz(near);
        }
    }
    return found;
}
#endif

int32_t ck_near(
    const float *px, const float *py, const float *x, const float *y, int32_t count, int32_t width, const float *outside,
    float limit, float reach, int32_t *places) {
#if defined(CK_WIDE)
    if (ck_is_wide()) return near_by_vectors(px, py, x, y, count, width, outside, limit, reach, places);
#endif
    int32_t found = 0;
    for (int32_t i = 0; i < count; i++) {
        if (!(outside[i] < limit)) continue;
        for (int32_t j = 0; j < width; j++) {
            const float ex = x[j] - px[i], ey = y[j] - py[i];
            if (ex * ex + ey * ey < reach * reach) places[found++] = i * width + j;
        }
    }
    return found;
}
