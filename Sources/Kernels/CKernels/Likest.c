#include "CKernels.h"
#include "Dispatch.h"
#include <string.h>

typedef uint8_t block __attribute__((vector_size(32)));
typedef int8_t verdict __attribute__((vector_size(32)));

static inline __attribute__((always_inline)) block load(const uint8_t *at) {
    block value;
    memcpy(&value, at, sizeof value);
    return value;
}

// How many of `total` likenesses are at least `bound`.
static inline __attribute__((always_inline)) int32_t reach(const uint8_t *likeness, int32_t total, uint8_t bound) {
    const int32_t size = sizeof(block);
    int32_t reached = 0, at = 0;
    while (at + size <= total) {
        // Counters of one byte hold 255 blocks.
        verdict counters = {0};
        const int32_t end = total - at < 255 * size ? total : at + 255 * size;
        for (; at + size <= end; at += size) counters -= (verdict)(load(likeness + at) >= bound);
        for (int32_t k = 0; k < size; k++) reached += (uint8_t)counters[k];
    }
    for (; at < total; at++) reached += likeness[at] >= bound;
    return reached;
}

CK_DISPATCHED
int32_t ck_likest(
    const uint8_t *restrict likeness, int32_t total, int32_t most, uint8_t *restrict level, int32_t *restrict places) {
    // The least level that at most `most` reach, by halves.
    int32_t low = 2, high = 256;
    while (low < high) {
        const int32_t middle = (low + high) / 2;
        if (reach(likeness, total, (uint8_t)middle) > most) low = middle + 1; else high = middle;
    }
    const uint8_t least = (uint8_t)(low == 2 ? 1 : low == 256 ? 255 : low);
    int32_t count = 0;
    for (int32_t at = 0; at < total && count < most; at += 8) {
        uint64_t eight = 0;
        for (int32_t k = 0; k < 8; k++) eight |= (uint64_t)(likeness[at + k] >= least) << (8 * k);
        for (; eight != 0 && count < most; eight &= eight - 1) places[count++] = at + __builtin_ctzll(eight) / 8;
    }
    *level = least;
    return count;
}
