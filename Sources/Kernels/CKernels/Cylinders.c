#include "CKernels.h"
#include "Dispatch.h"

// The smallest number of set cells on which a likeness can rest.
#define LEAST_CELLS 8

CK_DISPATCHED
void ck_cylinder_likeness(
    const uint64_t *probe, int32_t probe_count, const uint64_t *candidate, int32_t candidate_count, uint8_t *likeness) {
    for (int32_t i = 0; i < probe_count; i++) {
        const uint64_t *a = probe + 7 * (size_t)i;
        const uint64_t a0 = a[0], a1 = a[1], a2 = a[2], a3 = a[3], a4 = a[4], a5 = a[5], am = a[6];
        uint8_t *row = likeness + (size_t)i * (size_t)candidate_count;
        for (int32_t j = 0; j < candidate_count; j++) {
            const uint64_t *b = candidate + 7 * (size_t)j;
            const uint64_t bm = b[6];
            int both = __builtin_popcountll(a0 & b[0]) + __builtin_popcountll(a1 & b[1])
                + __builtin_popcountll(a2 & b[2]) + __builtin_popcountll(a3 & b[3])
                + __builtin_popcountll(a4 & b[4]) + __builtin_popcountll(a5 & b[5]);
            int one = __builtin_popcountll(a0 & bm) + __builtin_popcountll(a1 & bm) + __builtin_popcountll(a2 & bm)
                + __builtin_popcountll(a3 & bm) + __builtin_popcountll(a4 & bm) + __builtin_popcountll(a5 & bm);
            int other = __builtin_popcountll(b[0] & am) + __builtin_popcountll(b[1] & am)
                + __builtin_popcountll(b[2] & am) + __builtin_popcountll(b[3] & am)
                + __builtin_popcountll(b[4] & am) + __builtin_popcountll(b[5] & am);
            float value = 510.0f * (float)both / (float)(one + other + 1);
            row[j] = one < LEAST_CELLS || other < LEAST_CELLS ? 0 : (uint8_t)value;
        }
    }
}
