#ifndef CCOLUMNRULES_H
#define CCOLUMNRULES_H
#include <stdint.h>

/// What a kernel does with each row; `k` and `k2` are constants, lanes are signed and of 1, 2, 4 or 8 bytes.
typedef enum {
    CR_ADD, CR_ADD_CONSTANT, CR_SUBTRACT, CR_SUBTRACT_FROM_CONSTANT, CR_MULTIPLY, CR_MULTIPLY_CONSTANT,
    CR_LESS, CR_LESS_THAN_CONSTANT, CR_GREATER_THAN_CONSTANT,
    CR_LESS_OR_EQUAL, CR_AT_MOST_CONSTANT, CR_AT_LEAST_CONSTANT, CR_EQUAL, CR_EQUAL_CONSTANT,
    CR_AND, CR_OR, CR_NOT,
    CR_CHOOSE, CR_CHOOSE_ELSE_CONSTANT, CR_CHOOSE_CONSTANT, CR_CHOOSE_CONSTANTS,
    /// 64 bits: a + k * b, where b has `width` and k fits 32 bits.
    CR_MULTIPLY_ADD,
    /// From `width` to `width2`.
    CR_CONVERT,
    /// c[clamped(a - k, 0...k2)] of `width2`.
    CR_TABLE,
    /// 64 bits; the magnitude of a is below 2^51, b between 1 and 2^31.
    CR_QUOTIENT,
    /// 64 bits, any.
    CR_QUOTIENT_WIDE,
    /// 32 bits: completed years until k - 100,000,000.
    CR_AGE,
    /// Values of `width` at the 32-bit places a; 0 at a place below 0.
    CR_GATHER,
    /// 32 bits: how many of a household's bytes are 1; c has the first members, one more than households.
    CR_COUNT,
    /// 64 bits: the sum of b, of `width`, where a is 1.
    CR_SUM,
    /// 32 bits: the place of a household's first 1, or -1.
    CR_FIRST,
    /// A constant.
    CR_FILL
} cr_operation;

typedef void (*cr_kernel)(void *out, const void *a, const void *b, const void *c, int64_t k, int64_t k2, long rows);

/// The kernel, or NULL where there is none for the widths. `width2` counts for CR_CONVERT and CR_TABLE only.
cr_kernel cr_find(cr_operation operation, int width, int width2);

/// For each member with filter 1, how many of its household come before it by up to four keys and then by place; else 0.
void cr_rank(int32_t *out, const int8_t *filter, const int32_t *first, const int32_t *const *keys, long key_count,
             long households);

#endif
