#ifndef CODEC_INTERNAL_H
#define CODEC_INTERNAL_H

#include "CImageCodecs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline int codec_fail(struct codec_image *image, const char *reason) {
    snprintf(image->reason, sizeof image->reason, "%s", reason);
    free(image->pixels);
    image->pixels = NULL;
    return -1;
}

/// Checks the size that a header promises, then allocates the grey pixels.
static inline int codec_allocate(struct codec_image *image, uint64_t width, uint64_t height, uint64_t limit) {
    if (width == 0 || height == 0 || width > UINT32_MAX || height > UINT32_MAX || width > limit / height) {
        return codec_fail(image, "the image is empty or larger than the limit; send a smaller one");
    }
    image->width = (uint32_t)width;
    image->height = (uint32_t)height;
    image->pixels = malloc((size_t)(width * height));
    return image->pixels ? 0 : codec_fail(image, "no memory is left for the image");
}

/// Luma of ITU-R BT.601 in sixteen bits of fraction.
static inline uint8_t codec_luma(uint32_t red, uint32_t green, uint32_t blue) {
    return (uint8_t)((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
}

/// A level over white, by its opacity.
static inline uint8_t codec_over_white(uint32_t level, uint32_t alpha) {
    return (uint8_t)((level * alpha + 255 * (255 - alpha) + 127) / 255);
}

#endif
