#include "CKernels.h"
#include "Dispatch.h"

CK_DISPATCHED
int32_t ck_grow(
    const float *restrict row, const int32_t *restrict one, const int32_t *restrict other, int32_t member, int32_t width,
    float least, float *restrict backing, float *restrict open) {
    const int32_t i = one[member], j = other[member];
    float tops[8] = {0};
    for (int32_t start = 0; start < width; start += 8) {
        for (int32_t k = 0; k < 8; k++) {
            const int32_t b = start + k;
            const float sum = backing[b] + row[b];
            const float still = ((one[b] == i) | (other[b] == j)) ? 0.0f : open[b];
            const float value = sum > least ? sum * still : 0.0f;
            backing[b] = sum;
            open[b] = still;
            tops[k] = value > tops[k] ? value : tops[k];
        }
    }
    float most = 0;
    for (int32_t k = 0; k < 8; k++) most = tops[k] > most ? tops[k] : most;
    if (most <= 0) return -1;
    for (int32_t b = 0; b < width; b++) {
        if (backing[b] > least && backing[b] * open[b] == most) return b;
    }
    return -1;
}
