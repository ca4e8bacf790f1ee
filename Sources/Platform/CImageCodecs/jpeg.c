#include "internal.h"

#include <setjmp.h>

#include <jpeglib.h>

struct failure {
    struct jpeg_error_mgr manager;
    jmp_buf jump;
    struct codec_image *image;
};

static void on_error(j_common_ptr codec) {
    struct failure *failure = (struct failure *)codec->err;
    char message[JMSG_LENGTH_MAX];
    codec->err->format_message(codec, message);
    snprintf(failure->image->reason, sizeof failure->image->reason, "%s", message);
    longjmp(failure->jump, 1);
}

/// Damaged data is refused, not patched with grey.
static void on_message(j_common_ptr codec, int level) {
    if (level < 0) on_error(codec);
}

int codec_jpeg(const uint8_t *bytes, size_t count, uint64_t pixel_limit, struct codec_image *image) {
    memset(image, 0, sizeof *image);
    struct jpeg_decompress_struct codec;
    struct failure failure;
    codec.err = jpeg_std_error(&failure.manager);
    failure.manager.error_exit = on_error;
    failure.manager.emit_message = on_message;
    failure.image = image;
    jpeg_create_decompress(&codec);
    if (setjmp(failure.jump)) {
        jpeg_destroy_decompress(&codec);
        free(image->pixels);
        image->pixels = NULL;
        return -1;
    }
    jpeg_mem_src(&codec, bytes, (unsigned long)count);
    jpeg_read_header(&codec, TRUE);
    if (codec_allocate(image, codec.image_width, codec.image_height, pixel_limit) != 0) {
        jpeg_destroy_decompress(&codec);
        return -1;
    }
    if (codec.saw_JFIF_marker && codec.density_unit == 1) image->dpi = codec.X_density;
    if (codec.saw_JFIF_marker && codec.density_unit == 2) image->dpi = codec.X_density * 2.54;
    codec.out_color_space = JCS_GRAYSCALE;
    jpeg_start_decompress(&codec);
    while (codec.output_scanline < codec.output_height) {
        JSAMPROW row = image->pixels + (size_t)codec.output_scanline * image->width;
        jpeg_read_scanlines(&codec, &row, 1);
    }
    jpeg_finish_decompress(&codec);
    jpeg_destroy_decompress(&codec);
    return 0;
}
