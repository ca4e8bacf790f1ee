/// Comparison of iris codes, as fast as the processor at hand allows. Tests compare each way with a Swift reference.
#ifndef C_IRIS_KERNELS_H
#define C_IRIS_KERNELS_H
#include <stddef.h>
#include <stdint.h>

/// Bytes of one plane of a code: eight rings at each of 128 angles.
#define CI_PLANE 128
/// Rotations compared: seven angles to either side.
#define CI_ROTATIONS 15
/// Bytes of one plane of a probe: its angles, seven before and after, and room for whole vectors.
#define CI_PROBE_PLANE 192

/// Ways to compute: 0 portable, 1 AVX2, 2 AVX-512 with VPOPCNTDQ.
int ci_best_way(void);

/// Least normalised distance over the rotations of one probe to each of `count` codes.
///
/// The probe has three planes of `CI_PROBE_PLANE` bytes (real signs, imaginary signs, mask), each starting seven angles
/// before the code's first. A code has three planes of `CI_PLANE` bytes. `rotation` is 0 to 14, 7 being none. A code
/// that shares no bit with the probe has distance 1. `way` must not be above `ci_best_way()`.
void ci_compare(
    const uint8_t *probe, const uint8_t *codes, size_t count, int way, float *distance, uint8_t *rotation);

#endif
