#include "internal.h"

#include <png.h>

struct source {
    const uint8_t *bytes;
    size_t left;
};

static void read_bytes(png_structp png, png_bytep target, png_size_t count) {
    struct source *source = png_get_io_ptr(png);
    if (count > source->left) png_error(png, "the file ends too early");
    memcpy(target, source->bytes, count);
    source->bytes += count;
    source->left -= count;
}

static void on_error(png_structp png, png_const_charp message) {
    struct codec_image *image = png_get_error_ptr(png);
    snprintf(image->reason, sizeof image->reason, "%s", message);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

int codec_png(const uint8_t *bytes, size_t count, uint64_t pixel_limit, struct codec_image *image) {
    memset(image, 0, sizeof *image);
    struct source source = {bytes, count};
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, image, on_error, on_warning);
    if (!png) return codec_fail(image, "libpng did not start");
    png_infop info = png_create_info_struct(png);
    uint8_t *volatile rows = NULL;
    if (!info || setjmp(png_jmpbuf(png))) {
        png_destroy_read_struct(&png, &info, NULL);
        free(rows);
        free(image->pixels);
        image->pixels = NULL;
        return -1;
    }
    png_set_read_fn(png, &source, read_bytes);
    png_set_user_limits(png, 1 << 20, 1 << 20);
    png_read_info(png, info);
    uint64_t width = png_get_image_width(png, info), height = png_get_image_height(png, info);
    if (codec_allocate(image, width, height, pixel_limit) != 0) png_error(png, image->reason);
    png_uint_32 x = 0, y = 0;
    int unit = 0;
    if (png_get_pHYs(png, info, &x, &y, &unit) && unit == PNG_RESOLUTION_METER) image->dpi = x * 0.0254;
    png_set_expand(png);
    png_set_scale_16(png);
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    size_t stride = png_get_rowbytes(png, info);
    int channels = png_get_channels(png, info);
    // An interlaced image comes in passes over all rows, another one row by row.
    size_t kept = passes > 1 ? height : 1;
    rows = malloc(stride * kept);
    if (!rows) png_error(png, "no memory is left for the image");
    for (int pass = 1; pass < passes; pass++) {
        for (size_t row = 0; row < height; row++) png_read_row(png, rows + row * stride, NULL);
    }
    for (size_t row = 0; row < height; row++) {
        uint8_t *line = rows + (passes > 1 ? row * stride : 0);
        png_read_row(png, line, NULL);
        uint8_t *target = image->pixels + row * width;
        for (size_t column = 0; column < width; column++) {
            const uint8_t *pixel = line + column * (size_t)channels;
            uint8_t level = channels < 3 ? pixel[0] : codec_luma(pixel[0], pixel[1], pixel[2]);
            target[column] = channels % 2 == 0 ? codec_over_white(level, pixel[channels - 1]) : level;
        }
    }
    png_destroy_read_struct(&png, &info, NULL);
    free(rows);
    return 0;
}
