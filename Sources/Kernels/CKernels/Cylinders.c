#include "CKernels.h"
#include "Dispatch.h"

// The smallest number of set cells, of both together, on which a likeness can rest.
#define LEAST_CELLS 16

static inline int64_t bits(uint64_t word) { return __builtin_popcountll(word); }

CK_DISPATCHED
void ck_cylinder_likeness(
    const uint64_t *restrict probe, int32_t probe_count, int32_t probe_stride, const uint64_t *restrict candidate,
    int32_t candidate_count, int32_t candidate_stride, uint8_t *restrict likeness) {
    const size_t s = (size_t)probe_stride, t = (size_t)candidate_stride;
    const uint64_t *b0 = candidate, *b1 = b0 + t, *b2 = b1 + t, *b3 = b2 + t, *b4 = b3 + t, *b5 = b4 + t;
    const uint64_t *masks = b5 + t, *ones = masks + t, *twos = ones + t, *fours = twos + t;
    for (int32_t i = 0; i < probe_count; i++) {
        uint64_t a[10];
        for (size_t k = 0; k < 10; k++) a[k] = probe[k * s + (size_t)i];
        uint8_t *row = likeness + (size_t)i * (size_t)candidate_count;
        for (size_t start = 0; start < (size_t)candidate_count; start += 8) {
            int64_t shared[8], either[8];
            for (size_t k = 0; k < 8; k++) {
                const size_t j = start + k;
                // Cells set in both, six directions added cell by cell to a number of three bits.
                const uint64_t c0 = a[0] & b0[j], c1 = a[1] & b1[j], c2 = a[2] & b2[j];
                const uint64_t c3 = a[3] & b3[j], c4 = a[4] & b4[j], c5 = a[5] & b5[j];
                const uint64_t d0 = c0 ^ c1, d1 = c3 ^ c4;
                const uint64_t s0 = d0 ^ c2, s1 = d1 ^ c5;
                const uint64_t e0 = (c0 & c1) | (d0 & c2), e1 = (c3 & c4) | (d1 & c5), e2 = s0 & s1;
                const uint64_t f = e0 ^ e1;
                shared[k] = bits(s0 ^ s1) + 2 * bits(f ^ e2) + 4 * bits((e0 & e1) | (f & e2));
                // Cells set in either, under the other's mask: two numbers of three bits added cell by cell.
                const uint64_t mask = masks[j], own = a[6];
                const uint64_t p0 = a[7] & mask, p1 = a[8] & mask, p2 = a[9] & mask;
                const uint64_t q0 = ones[j] & own, q1 = twos[j] & own, q2 = fours[j] & own;
                const uint64_t r0 = p0 & q0, g1 = p1 ^ q1, r1 = (p1 & q1) | (g1 & r0), g2 = p2 ^ q2;
                either[k] = bits(p0 ^ q0) + 2 * bits(g1 ^ r0) + 4 * bits(g2 ^ r1) + 8 * bits((p2 & q2) | (g2 & r1));
            }
            for (size_t k = 0; k < 8; k++) {
                const float both = (float)(int32_t)shared[k], all = (float)(int32_t)either[k];
                row[start + k] = (uint8_t)(int32_t)(all < LEAST_CELLS ? 0.0f : 510.0f * both / (all + 1.0f));
            }
        }
    }
}
