/// Arithmetic that gains from the processor at hand. Every function has a Swift reference that tests compare it with.
#ifndef SIJILL_CKERNELS_H
#define SIJILL_CKERNELS_H
#include <stddef.h>
#include <stdint.h>

/// Likeness of every cylinder of one template with every one of another, 0...255, row by row.
///
/// A cylinder is seven words: six directions of cells, then the mask of the cells that the template knows.
void ck_cylinder_likeness(
    const uint64_t *probe, int32_t probe_count, const uint64_t *candidate, int32_t candidate_count, uint8_t *likeness);

/// How far two pairs of minutiae agree on one movement of the finger, for every two of `count` pairs.
///
/// `columns` are six rows of `stride` numbers: probe x, probe y, candidate x, candidate y, cosine and sine of the pair's
/// rotation. `tolerance` are: length in pixels, length per pixel, sideways in pixels, sideways per pixel, least cosine
/// of two rotations, least distance. `agreement` is `count` rows of `stride`, a multiple of eight.
void ck_pair_agreement(
    const float *columns, int32_t count, int32_t stride, const float *tolerance, float *agreement);

/// One block of eight by eight pixels, filtered: the sum over a square of `2 * radius + 1` taps a side.
///
/// `source` points at the block's first pixel; `radius` pixels around the block must be readable.
void ck_filter_block(
    const float *source, ptrdiff_t source_stride, const float *taps, int32_t radius, float *target,
    ptrdiff_t target_stride);
#endif
