#include "internal.h"

#include <stdarg.h>

#include <tiffio.h>

struct source {
    const uint8_t *bytes;
    size_t count;
    size_t place;
};

static tmsize_t read_bytes(thandle_t handle, void *target, tmsize_t count) {
    struct source *source = handle;
    size_t left = source->place < source->count ? source->count - source->place : 0;
    size_t taken = count < 0 ? 0 : (size_t)count < left ? (size_t)count : left;
    memcpy(target, source->bytes + source->place, taken);
    source->place += taken;
    return (tmsize_t)taken;
}

static tmsize_t write_bytes(thandle_t handle, void *bytes, tmsize_t count) {
    (void)handle;
    (void)bytes;
    (void)count;
    return -1;
}

static toff_t seek(thandle_t handle, toff_t offset, int from) {
    struct source *source = handle;
    toff_t base = from == SEEK_SET ? 0 : from == SEEK_CUR ? source->place : source->count;
    toff_t place = base + offset;
    if (place > source->count) place = source->count;
    source->place = (size_t)place;
    return place;
}

static int close_source(thandle_t handle) {
    (void)handle;
    return 0;
}

static toff_t size_of(thandle_t handle) { return ((struct source *)handle)->count; }

static void on_message(const char *module, const char *format, va_list arguments) {
    (void)module;
    (void)format;
    (void)arguments;
}

int codec_tiff(const uint8_t *bytes, size_t count, uint64_t pixel_limit, struct codec_image *image) {
    memset(image, 0, sizeof *image);
    TIFFSetErrorHandler(on_message);
    TIFFSetWarningHandler(on_message);
    struct source source = {bytes, count, 0};
    TIFF *tiff = TIFFClientOpen("image", "rm", &source, read_bytes, write_bytes, seek, close_source, size_of, NULL, NULL);
    if (!tiff) return codec_fail(image, "the TIFF header is damaged");
    uint32_t width = 0, height = 0;
    TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
    TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
    if (codec_allocate(image, width, height, pixel_limit) != 0) {
        TIFFClose(tiff);
        return -1;
    }
    float resolution = 0;
    uint16_t unit = RESUNIT_INCH;
    TIFFGetFieldDefaulted(tiff, TIFFTAG_RESOLUTIONUNIT, &unit);
    if (TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &resolution) && resolution > 0 && unit != RESUNIT_NONE) {
        image->dpi = unit == RESUNIT_CENTIMETER ? resolution * 2.54 : resolution;
    }
    uint32_t *pixels = malloc((size_t)width * height * sizeof *pixels);
    int done = pixels && TIFFReadRGBAImageOriented(tiff, width, height, pixels, ORIENTATION_TOPLEFT, 1);
    for (size_t index = 0; done && index < (size_t)width * height; index++) {
        // libtiff hands out colour already multiplied by its opacity.
        uint32_t pixel = pixels[index], white = 255 - TIFFGetA(pixel);
        uint32_t level = codec_luma(TIFFGetR(pixel), TIFFGetG(pixel), TIFFGetB(pixel)) + white;
        image->pixels[index] = (uint8_t)(level > 255 ? 255 : level);
    }
    free(pixels);
    TIFFClose(tiff);
    return done ? 0 : codec_fail(image, "the TIFF image is damaged or of a kind that libtiff cannot show");
}
