#include "CKernels.h"
#include "Dispatch.h"
#include <string.h>

typedef float octet __attribute__((vector_size(32)));

// Inputs of sixteen columns that are gathered before they are read again and again. Rows of a map often stand a
// multiple of the cache's way apart, so that they would push each other out.
#define GATHERED 256

static inline __attribute__((always_inline)) octet load(const float *at) {
    octet value;
    memcpy(&value, at, sizeof value);
    return value;
}

// `rows` outputs of sixteen columns; `rows` is a constant wherever this is inlined.
static inline __attribute__((always_inline)) void panel(
    const int32_t rows, const float *weights, const float *bias, int32_t inputs, const float *source,
    ptrdiff_t source_stride, float *target, ptrdiff_t target_stride) {
    octet left[6], right[6];
#pragma clang loop unroll(full)
    for (int32_t r = 0; r < rows; r++) {
        const octet start = {bias[r], bias[r], bias[r], bias[r], bias[r], bias[r], bias[r], bias[r]};
        left[r] = start;
        right[r] = start;
    }
    for (int32_t k = 0; k < inputs; k++) {
        const octet a = load(source), b = load(source + 8);
#pragma clang loop unroll(full)
        for (int32_t r = 0; r < rows; r++) {
            const float weight = weights[r * inputs + k];
            left[r] += a * weight;
            right[r] += b * weight;
        }
        source += source_stride;
    }
#pragma clang loop unroll(full)
    for (int32_t r = 0; r < rows; r++) {
        memcpy(target + r * target_stride, &left[r], sizeof left[r]);
        memcpy(target + r * target_stride + 8, &right[r], sizeof right[r]);
    }
}

CK_DISPATCHED
void ck_matrix(
    const float *weights, const float *bias, int32_t inputs, int32_t outputs, const float *source,
    ptrdiff_t source_stride, float *target, ptrdiff_t target_stride, int32_t width) {
    float gathered[16 * GATHERED];
    for (int32_t x = 0; x < width; x += 16) {
        const float *from = source + x;
        ptrdiff_t step = source_stride;
        if (inputs <= GATHERED && outputs > 6) {
            for (int32_t k = 0; k < inputs; k++) memcpy(gathered + 16 * k, from + k * source_stride, 16 * sizeof(float));
            from = gathered;
            step = 16;
        }
        int32_t row = 0;
        // Eight at the end are twice four: two rows alone would wait for each sum.
        for (; row + 6 <= outputs && row + 8 != outputs; row += 6) {
            panel(6, weights + (ptrdiff_t)row * inputs, bias + row, inputs, from, step,
                  target + row * target_stride + x, target_stride);
        }
        for (; row + 4 <= outputs; row += 4) {
            panel(4, weights + (ptrdiff_t)row * inputs, bias + row, inputs, from, step,
                  target + row * target_stride + x, target_stride);
        }
        for (; row + 2 <= outputs; row += 2) {
            panel(2, weights + (ptrdiff_t)row * inputs, bias + row, inputs, from, step,
                  target + row * target_stride + x, target_stride);
        }
        for (; row < outputs; row++) {
            panel(1, weights + (ptrdiff_t)row * inputs, bias + row, inputs, from, step,
                  target + row * target_stride + x, target_stride);
        }
    }
}

// e to the power x, within two units of the last place for |x| < 80.
static inline __attribute__((always_inline)) float exponential(float x) {
    const float limited = x < -80.0f ? -80.0f : x > 80.0f ? 80.0f : x;
    const float turns = limited * 1.44269504f;
    const float whole = (float)(int32_t)(turns + (turns < 0.0f ? -0.5f : 0.5f));
    const float rest = (limited - whole * 0.693359375f) + whole * 2.12194440e-4f;
    float sum = 1.9875691500e-4f;
    sum = sum * rest + 1.3981999507e-3f;
    sum = sum * rest + 8.3334519073e-3f;
    sum = sum * rest + 4.1665795894e-2f;
    sum = sum * rest + 1.6666665459e-1f;
    sum = sum * rest + 5.0000001201e-1f;
    sum = sum * rest * rest + rest + 1.0f;
    const int32_t power = ((int32_t)whole + 127) << 23;
    float scale;
    memcpy(&scale, &power, sizeof scale);
    return sum * scale;
}

CK_DISPATCHED
void ck_gelu(float *values, ptrdiff_t count) {
    for (ptrdiff_t k = 0; k < count; k++) {
        const float x = values[k];
        values[k] = x / (1.0f + exponential(-1.5957691216f * (x + 0.044715f * x * x * x)));
    }
}

CK_DISPATCHED
void ck_sigmoid(float *values, ptrdiff_t count) {
    for (ptrdiff_t k = 0; k < count; k++) values[k] = 1.0f / (1.0f + exponential(-values[k]));
}

CK_DISPATCHED
void ck_normalise(
    const float *source, ptrdiff_t source_stride, int32_t channels, const float *scale, const float *shift,
    float floor, float *target, ptrdiff_t target_stride, int32_t width) {
    float gathered[16 * GATHERED];
    for (int32_t x = 0; x < width; x += 16) {
        float mean[16] = {0}, spread[16] = {0};
        const float share = 1.0f / (float)channels, *from = source + x;
        ptrdiff_t step = source_stride;
        if (channels <= GATHERED) {
            for (int32_t c = 0; c < channels; c++) memcpy(gathered + 16 * c, from + c * source_stride, 16 * sizeof(float));
            from = gathered;
            step = 16;
        }
        for (int32_t c = 0; c < channels; c++) {
            const float *row = from + c * step;
            for (int32_t k = 0; k < 16; k++) mean[k] += row[k];
        }
        for (int32_t k = 0; k < 16; k++) mean[k] *= share;
        for (int32_t c = 0; c < channels; c++) {
            const float *row = from + c * step;
            for (int32_t k = 0; k < 16; k++) spread[k] += (row[k] - mean[k]) * (row[k] - mean[k]);
        }
        for (int32_t k = 0; k < 16; k++) spread[k] = 1.0f / __builtin_sqrtf(spread[k] * share + floor);
        for (int32_t c = 0; c < channels; c++) {
            const float *row = from + c * step;
            float *out = target + c * target_stride + x;
            for (int32_t k = 0; k < 16; k++) out[k] = (row[k] - mean[k]) * spread[k] * scale[c] + shift[c];
        }
    }
}
