#include "internal.h"

#include <png.h>
#include <stdlib.h>

struct target {
    uint8_t *bytes;
    size_t count;
    size_t room;
};

static void write_bytes(png_structp png, png_bytep source, png_size_t count) {
    struct target *target = png_get_io_ptr(png);
    if (target->room - target->count < count) {
        size_t room = 2 * (target->count + count);
        uint8_t *bytes = realloc(target->bytes, room);
        if (!bytes) png_error(png, "no memory");
        target->bytes = bytes;
        target->room = room;
    }
    memcpy(target->bytes + target->count, source, count);
    target->count += count;
}

static void flush(png_structp png) { (void)png; }

static void on_error(png_structp png, png_const_charp message) {
    (void)message;
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

int codec_write_png(const uint8_t *pixels, uint32_t width, uint32_t height, double dpi, uint8_t **bytes, size_t *count) {
    struct target target = {0};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
    if (!png) return -1;
    png_infop info = png_create_info_struct(png);
    if (!info || setjmp(png_jmpbuf(png))) {
        png_destroy_write_struct(&png, &info);
        free(target.bytes);
        return -1;
    }
    png_set_write_fn(png, &target, write_bytes, flush);
    png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
        PNG_FILTER_TYPE_DEFAULT);
    if (dpi > 0) {
        png_uint_32 perMetre = (png_uint_32)(dpi / 0.0254 + 0.5);
        png_set_pHYs(png, info, perMetre, perMetre, PNG_RESOLUTION_METER);
    }
    png_write_info(png, info);
    for (uint32_t y = 0; y < height; y++) png_write_row(png, pixels + (size_t)y * width);
    png_write_end(png, NULL);
    png_destroy_write_struct(&png, &info);
    *bytes = target.bytes;
    *count = target.count;
    return 0;
}
