#include "CKernels.h"
#include "Dispatch.h"
#include <string.h>

typedef float octet __attribute__((vector_size(32)));

CK_DISPATCHED
void ck_filter_block(
    const float *source, ptrdiff_t source_stride, const float *taps, int32_t radius, float *target,
    ptrdiff_t target_stride) {
    octet sums[8] = {0};
    for (int32_t v = -radius; v <= radius; v++) {
        for (int32_t u = -radius; u <= radius; u++) {
            const float tap = *taps++;
            const float *at = source + v * source_stride + u;
#pragma clang loop unroll(full)
            for (int32_t y = 0; y < 8; y++) {
                octet pixels;
                memcpy(&pixels, at + y * source_stride, sizeof pixels);
                sums[y] += pixels * tap;
            }
        }
    }
    for (int32_t y = 0; y < 8; y++) memcpy(target + y * target_stride, &sums[y], sizeof sums[y]);
}
