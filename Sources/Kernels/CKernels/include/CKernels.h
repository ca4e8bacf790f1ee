/// Arithmetic that gains from the processor at hand. Every function has a Swift reference that tests compare it with.
#ifndef SIJILL_CKERNELS_H
#define SIJILL_CKERNELS_H
#include <stddef.h>
#include <stdint.h>

/// Likeness of every cylinder of one template with every one of another, 0...255, row by row of `candidate_count`.
///
/// Cylinders are ten columns of words: six directions of cells, the mask of the cells that the template knows, and of
/// each cell how many of its directions are set, as the bits of weight one, two and four.
/// Strides and `candidate_count` are multiples of eight; words of no minutia are zero.
void ck_cylinder_likeness(
    const uint64_t *probe, int32_t probe_count, int32_t probe_stride, const uint64_t *candidate,
    int32_t candidate_count, int32_t candidate_stride, uint8_t *likeness);

/// The likeness of one cylinder with one; the pointers stand at the first word of each.
uint8_t ck_one_likeness(
    const uint64_t *probe, int32_t probe_stride, const uint64_t *candidate, int32_t candidate_stride);

/// The places of the likest pairs, in their order, at most `most`; returns their number.
///
/// `level` is the least likeness that at most `most` of the `total` reach, at least 1 and at most 255; where more than
/// `most` reach it all the same, the first are taken. `total` is a multiple of eight; `places` holds `most`.
int32_t ck_likest(const uint8_t *likeness, int32_t total, int32_t most, uint8_t *level, int32_t *places);

/// The largest width at which agreement is measured by vectors; a larger one takes longer.
#define CK_MOST_PAIRS 64

/// How far two pairs of minutiae agree on one movement of the finger, for every two of `count` pairs.
///
/// `columns` are six rows of `stride` numbers: probe x, probe y, candidate x, candidate y, cosine and sine of the pair's
/// rotation. `tolerance` are: length in pixels, length per pixel, sideways in pixels, sideways per pixel, least cosine
/// of two rotations, least distance. `agreement` is `count` rows of `stride`, of
/// which `width`, a multiple of eight, are written.
void ck_pair_agreement(
    const float *columns, int32_t count, int32_t width, int32_t stride, const float *tolerance, float *agreement);

/// What the other pairs say for each: its agreement with every one, weighted with the likeness of both.
///
/// `likeness` and `support` have `width` numbers, a multiple of eight.
void ck_support(
    const float *agreement, const float *likeness, int32_t count, int32_t width, int32_t stride, float *support);

/// Moves points, and says how far each then lies outside an outline; negative inside, 0 where there is no outline.
///
/// `movement` is cosine, sine, x and y; `sides` are rows of four: the outward normal, the offset, 0. `width` is a
/// multiple of eight.
void ck_move(
    const float *x, const float *y, int32_t width, const float *movement, const float *sides, int32_t side_count,
    float *moved_x, float *moved_y, float *outside);

/// Pulls points along with what is near them: `members` are rows of four, place and pull.
///
/// A member weighs `1 / (1 + distance squared * pull)`, squared; beside them stands 0.15 of no pull at all.
void ck_stretch(float *x, float *y, int32_t width, const float *members, int32_t count, float pull);

/// Which of `count` points lie nearer than `reach` to which of `width` others, as `i * width + j` in their order.
///
/// Points whose `outside` is not below `limit` are left out. `width` is a multiple of eight; `places` holds
/// `count * width`. Returns how many were found.
int32_t ck_near(
    const float *px, const float *py, const float *x, const float *y, int32_t count, int32_t width,
    const float *outside, float limit, float reach, int32_t *places);

/// Takes a pair into a set and names the next: the one of the greatest support, or -1.
///
/// `row` is the agreement of `member` with every pair, `one` and `other` the minutiae of the pairs. Adds `row` to
/// `backing`, sets `open`, the likeness of pairs that may still join, to 0 where a minutia is taken, and looks for the
/// greatest `backing * open` among those whose backing is more than `least`. `width` is a multiple of eight; `open` is 0
/// beyond the pairs.
int32_t ck_grow(
    const float *row, const int32_t *one, const int32_t *other, int32_t member, int32_t width, float least,
    float *backing, float *open);

/// One block of eight by eight pixels, filtered: the sum over a square of `2 * radius + 1` taps a side.
///
/// `source` points at the block's first pixel; `radius` pixels around the block must be readable.
void ck_filter_block(
    const float *source, ptrdiff_t source_stride, const float *taps, int32_t radius, float *target,
    ptrdiff_t target_stride);

/// A matrix times columns, plus a bias: `outputs` rows of `width` from `inputs` rows of `width`, a multiple of sixteen.
///
/// `weights` stand row by row of `inputs`.
void ck_matrix(
    const float *weights, const float *bias, int32_t inputs, int32_t outputs, const float *source,
    ptrdiff_t source_stride, float *target, ptrdiff_t target_stride, int32_t width);

/// The Gaussian error linear unit by its hyperbolic tangent form, in place.
void ck_gelu(float *values, ptrdiff_t count);

/// The logistic function, in place.
void ck_sigmoid(float *values, ptrdiff_t count);

/// Brings the channels of each pixel to mean 0 and spread 1, then scales and shifts them by channel.
///
/// `width` is a multiple of sixteen; `floor` is added to the variance.
void ck_normalise(
    const float *source, ptrdiff_t source_stride, int32_t channels, const float *scale, const float *shift,
    float floor, float *target, ptrdiff_t target_stride, int32_t width);
#endif
