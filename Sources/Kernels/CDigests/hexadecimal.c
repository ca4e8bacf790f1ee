#include "CDigests.h"

int cd_unhex(const uint8_t *digits, uint8_t *bytes) {
    uint8_t values[64];
    uint8_t fault = 0;
    for (int i = 0; i < 64; i++) {
        uint8_t digit = digits[i];
        uint8_t number = digit - '0', letter = digit - 'a';
        uint8_t is_number = number < 10, is_letter = letter < 6;
        values[i] = is_number ? number : (uint8_t)(letter + 10);
        fault |= !(is_number | is_letter);
    }
    for (int i = 0; i < 32; i++) bytes[i] = (uint8_t)(values[2 * i] << 4 | values[2 * i + 1]);
    return !fault;
}
