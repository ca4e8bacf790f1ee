#include "CColumnRules.h"
#include <stddef.h>
#include <string.h>

// The processor's wide registers are chosen when the program starts; elsewhere the compiler's own choice holds.
#if defined(__x86_64__) && defined(__linux__)
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif

#define KERNEL(NAME)                                                                                                   \
    WIDE static void NAME(void *restrict out_, const void *restrict a_, const void *restrict b_,                       \
                          const void *restrict c_, int64_t k_, int64_t k2_, long rows)
#define UNUSED (void)out_, (void)a_, (void)b_, (void)c_, (void)k_, (void)k2_
#define ROWS(OUT, T, EXPRESSION)                                                                                       \
    UNUSED;                                                                                                            \
    OUT *restrict out = out_;                                                                                          \
    const T *restrict a = a_;                                                                                          \
    const T *restrict b = b_;                                                                                          \
    const int8_t *restrict c = c_;                                                                                     \
    const T k = (T)k_, k2 = (T)k2_;                                                                                    \
    (void)a, (void)b, (void)c, (void)k, (void)k2;                                                                      \
    for (long i = 0; i < rows; i++) out[i] = (OUT)(EXPRESSION);

// Ranges were proved before: nothing wraps. Unsigned arithmetic would only hide a mistake in the proof.
#define OF_WIDTH(T, W)                                                                                                 \
    KERNEL(add_##W) { ROWS(T, T, a[i] + b[i]) }                                                                        \
    KERNEL(add_constant_##W) { ROWS(T, T, a[i] + k) }                                                                  \
    KERNEL(subtract_##W) { ROWS(T, T, a[i] - b[i]) }                                                                   \
    KERNEL(subtract_from_##W) { ROWS(T, T, k - a[i]) }                                                                 \
    KERNEL(multiply_##W) { ROWS(T, T, a[i] * b[i]) }                                                                   \
    KERNEL(multiply_constant_##W) { ROWS(T, T, a[i] * k) }                                                             \
    KERNEL(less_##W) { ROWS(int8_t, T, a[i] < b[i]) }                                                                  \
    KERNEL(less_than_##W) { ROWS(int8_t, T, a[i] < k) }                                                                \
    KERNEL(greater_than_##W) { ROWS(int8_t, T, a[i] > k) }                                                             \
    KERNEL(less_or_equal_##W) { ROWS(int8_t, T, a[i] <= b[i]) }                                                        \
    KERNEL(at_most_##W) { ROWS(int8_t, T, a[i] <= k) }                                                                 \
    KERNEL(at_least_##W) { ROWS(int8_t, T, a[i] >= k) }                                                                \
    KERNEL(equal_##W) { ROWS(int8_t, T, a[i] == b[i]) }                                                                \
    KERNEL(equal_constant_##W) { ROWS(int8_t, T, a[i] == k) }                                                          \
    KERNEL(choose_##W) { ROWS(T, T, c[i] ? a[i] : b[i]) }                                                              \
    KERNEL(choose_else_##W) { ROWS(T, T, c[i] ? a[i] : k2) }                                                           \
    KERNEL(choose_then_##W) { ROWS(T, T, c[i] ? k : b[i]) }                                                            \
    KERNEL(choose_constants_##W) { ROWS(T, T, c[i] ? k : k2) }                                                         \
    KERNEL(fill_##W) { ROWS(T, T, k) }                                                                                 \
    KERNEL(multiply_add_##W) {                                                                                         \
        UNUSED;                                                                                                        \
        int64_t *restrict out = out_;                                                                                  \
        const int64_t *restrict a = a_;                                                                                \
        const T *restrict b = b_;                                                                                      \
        const int64_t k = (int32_t)k_;                                                                                 \
        for (long i = 0; i < rows; i++) out[i] = a[i] + (int64_t)b[i] * k;                                             \
    }                                                                                                                  \
    KERNEL(gather_##W) {                                                                                               \
        UNUSED;                                                                                                        \
        T *restrict out = out_;                                                                                        \
        const int32_t *restrict a = a_;                                                                                \
        const T *restrict b = b_;                                                                                      \
        for (long i = 0; i < rows; i++) out[i] = a[i] < 0 ? 0 : b[a[i]];                                               \
    }                                                                                                                  \
    KERNEL(sum_##W) {                                                                                                  \
        UNUSED;                                                                                                        \
        int64_t *restrict out = out_;                                                                                  \
        const int8_t *restrict a = a_;                                                                                 \
        const T *restrict b = b_;                                                                                      \
        const int32_t *restrict c = c_;                                                                                \
        for (long i = 0; i < rows; i++) {                                                                              \
            int64_t sum = 0;                                                                                           \
            for (long j = c[i]; j < c[i + 1]; j++) sum += a[j] ? (int64_t)b[j] : 0;                                    \
            out[i] = sum;                                                                                              \
        }                                                                                                              \
    }

OF_WIDTH(int8_t, 1)
OF_WIDTH(int16_t, 2)
OF_WIDTH(int32_t, 4)
OF_WIDTH(int64_t, 8)

#define OF_WIDTHS(T, W, U, V)                                                                                          \
    KERNEL(convert_##W##_##V) { ROWS(U, T, a[i]) }                                                                     \
    KERNEL(table_##W##_##V) {                                                                                          \
        UNUSED;                                                                                                        \
        U *restrict out = out_;                                                                                        \
        const T *restrict a = a_;                                                                                      \
        const U *restrict c = c_;                                                                                      \
        for (long i = 0; i < rows; i++) {                                                                              \
            int64_t place = (int64_t)a[i] - k_;                                                                        \
            place = place < 0 ? 0 : place > k2_ ? k2_ : place;                                                         \
            out[i] = c[place];                                                                                         \
        }                                                                                                              \
    }
#define FROM_WIDTH(T, W)                                                                                               \
    OF_WIDTHS(T, W, int8_t, 1) OF_WIDTHS(T, W, int16_t, 2) OF_WIDTHS(T, W, int32_t, 4) OF_WIDTHS(T, W, int64_t, 8)
FROM_WIDTH(int8_t, 1)
FROM_WIDTH(int16_t, 2)
FROM_WIDTH(int32_t, 4)
FROM_WIDTH(int64_t, 8)

KERNEL(and_1) { ROWS(int8_t, int8_t, a[i] & b[i]) }
KERNEL(or_1) { ROWS(int8_t, int8_t, a[i] | b[i]) }
KERNEL(not_1) { ROWS(int8_t, int8_t, 1 - a[i]) }
// Floor division: a birth later in the year than the day is a year less.
KERNEL(age_4) { ROWS(int32_t, int32_t, (k - a[i]) / 10000 - 10000) }

// 1.5 x 2^52: added to a double below 2^51, it leaves the nearest whole number, ties to even, in the low bits.
static inline double to_double(int64_t value) {
    int64_t bits = value + 0x4338000000000000;
    double result;
    memcpy(&result, &bits, 8);
    return result - 0x1.8p52;
}

static inline int64_t to_whole(double value) {
    int64_t bits;
    value += 0x1.8p52;
    memcpy(&bits, &value, 8);
    return bits - 0x4338000000000000;
}

KERNEL(quotient_8) {
    UNUSED;
    int64_t *restrict out = out_;
    const int64_t *restrict a = a_;
    const int64_t *restrict b = b_;
    for (long i = 0; i < rows; i++) {
        // The double quotient is off by less than half of one, so that the nearest whole number is this one or a neighbour.
        int64_t quotient = to_whole(to_double(a[i]) / to_double(b[i]));
        int64_t twice = 2 * (a[i] - quotient * b[i]);
        int64_t odd = quotient & 1;
        int64_t up = (int64_t)(twice > b[i]) | ((int64_t)(twice == b[i]) & odd);
        int64_t down = (int64_t)(twice < -b[i]) | ((int64_t)(twice == -b[i]) & odd);
        out[i] = quotient + up - down;
    }
}

KERNEL(quotient_wide_8) {
    UNUSED;
    int64_t *restrict out = out_;
    const int64_t *restrict a = a_;
    const int64_t *restrict b = b_;
    for (long i = 0; i < rows; i++) {
        int64_t quotient = a[i] / b[i], rest = a[i] % b[i];
        uint64_t twice = 2 * (rest < 0 ? 0 - (uint64_t)rest : (uint64_t)rest), divisor = (uint64_t)b[i];
        if (twice > divisor || (twice == divisor && quotient & 1)) quotient += a[i] < 0 ? -1 : 1;
        out[i] = quotient;
    }
}

// Truths are bytes of 0 and 1, and a buffer has eight bytes more than members: eight members are looked at in one word.
static inline uint64_t eight(const int8_t *bytes, long count) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    return count >= 8 ? word : word & ((1ull << (8 * count)) - 1);
}

KERNEL(count_1) {
    UNUSED;
    int32_t *restrict out = out_;
    const int8_t *restrict a = a_;
    const int32_t *restrict c = c_;
    for (long i = 0; i < rows; i++) {
        int32_t total = 0;
        for (long j = c[i]; j < c[i + 1]; j += 8)
            total += (int32_t)((eight(a + j, c[i + 1] - j) * 0x0101010101010101ull) >> 56);
        out[i] = total;
    }
}

KERNEL(first_1) {
    UNUSED;
    int32_t *restrict out = out_;
    const int8_t *restrict a = a_;
    const int32_t *restrict c = c_;
    for (long i = 0; i < rows; i++) {
        int32_t place = -1;
        for (long j = c[i]; j < c[i + 1]; j += 8) {
            uint64_t word = eight(a + j, c[i + 1] - j);
            if (word) {
                place = (int32_t)(j + __builtin_ctzll(word) / 8);
                break;
            }
        }
        out[i] = place;
    }
}

void cr_rank(int32_t *out, const int8_t *filter, const int32_t *first, const int32_t *const *keys, long key_count,
             long households) {
    for (long household = 0; household < households; household++) {
        for (long member = first[household]; member < first[household + 1]; member++) {
            int32_t before = 0;
            if (filter[member]) {
                for (long other = first[household]; other < first[household + 1]; other++) {
                    if (!filter[other] || other == member) continue;
                    int is_before = other < member;
                    for (long key = 0; key < key_count; key++) {
                        if (keys[key][other] == keys[key][member]) continue;
                        is_before = keys[key][other] < keys[key][member];
                        break;
                    }
                    before += is_before;
                }
            }
            out[member] = before;
        }
    }
}

#define BY_WIDTH(NAME)                                                                                                 \
    switch (width) {                                                                                                   \
    case 1: return NAME##_1;                                                                                           \
    case 2: return NAME##_2;                                                                                           \
    case 4: return NAME##_4;                                                                                           \
    case 8: return NAME##_8;                                                                                           \
    default: return NULL;                                                                                              \
    }
#define BY_WIDTH2(NAME, W)                                                                                             \
    switch (width2) {                                                                                                  \
    case 1: return NAME##_##W##_1;                                                                                     \
    case 2: return NAME##_##W##_2;                                                                                     \
    case 4: return NAME##_##W##_4;                                                                                     \
    case 8: return NAME##_##W##_8;                                                                                     \
    default: return NULL;                                                                                              \
    }
#define BY_WIDTHS(NAME)                                                                                                \
    switch (width) {                                                                                                   \
    case 1: BY_WIDTH2(NAME, 1)                                                                                         \
    case 2: BY_WIDTH2(NAME, 2)                                                                                         \
    case 4: BY_WIDTH2(NAME, 4)                                                                                         \
    case 8: BY_WIDTH2(NAME, 8)                                                                                         \
    default: return NULL;                                                                                              \
    }

cr_kernel cr_find(cr_operation operation, int width, int width2) {
    switch (operation) {
    case CR_ADD: BY_WIDTH(add)
    case CR_ADD_CONSTANT: BY_WIDTH(add_constant)
    case CR_SUBTRACT: BY_WIDTH(subtract)
    case CR_SUBTRACT_FROM_CONSTANT: BY_WIDTH(subtract_from)
    case CR_MULTIPLY: BY_WIDTH(multiply)
    case CR_MULTIPLY_CONSTANT: BY_WIDTH(multiply_constant)
    case CR_LESS: BY_WIDTH(less)
    case CR_LESS_THAN_CONSTANT: BY_WIDTH(less_than)
    case CR_GREATER_THAN_CONSTANT: BY_WIDTH(greater_than)
    case CR_LESS_OR_EQUAL: BY_WIDTH(less_or_equal)
    case CR_AT_MOST_CONSTANT: BY_WIDTH(at_most)
    case CR_AT_LEAST_CONSTANT: BY_WIDTH(at_least)
    case CR_EQUAL: BY_WIDTH(equal)
    case CR_EQUAL_CONSTANT: BY_WIDTH(equal_constant)
    case CR_CHOOSE: BY_WIDTH(choose)
    case CR_CHOOSE_ELSE_CONSTANT: BY_WIDTH(choose_else)
    case CR_CHOOSE_CONSTANT: BY_WIDTH(choose_then)
    case CR_CHOOSE_CONSTANTS: BY_WIDTH(choose_constants)
    case CR_MULTIPLY_ADD: BY_WIDTH(multiply_add)
    case CR_GATHER: BY_WIDTH(gather)
    case CR_SUM: BY_WIDTH(sum)
    case CR_FILL: BY_WIDTH(fill)
    case CR_CONVERT: BY_WIDTHS(convert)
    case CR_TABLE: BY_WIDTHS(table)
    case CR_AND: return and_1;
    case CR_OR: return or_1;
    case CR_NOT: return not_1;
    case CR_AGE: return age_4;
    case CR_QUOTIENT: return quotient_8;
    case CR_QUOTIENT_WIDE: return quotient_wide_8;
    case CR_COUNT: return count_1;
    case CR_FIRST: return first_1;
    }
    return NULL;
}
