#include "internal.h"

#include <openjpeg-2.5/openjpeg.h>

struct source {
    const uint8_t *bytes;
    size_t count;
    size_t place;
};

static OPJ_SIZE_T read_bytes(void *target, OPJ_SIZE_T count, void *data) {
    struct source *source = data;
    size_t left = source->count - source->place;
    if (left == 0) return (OPJ_SIZE_T)-1;
    size_t taken = count < left ? count : left;
    memcpy(target, source->bytes + source->place, taken);
    source->place += taken;
    return taken;
}

static OPJ_OFF_T skip(OPJ_OFF_T count, void *data) {
    struct source *source = data;
    size_t left = source->count - source->place;
    if (count < 0) return -1;
    size_t taken = (uint64_t)count < left ? (size_t)count : left;
    source->place += taken;
    return (OPJ_OFF_T)taken;
}

static OPJ_BOOL seek(OPJ_OFF_T place, void *data) {
    struct source *source = data;
    if (place < 0 || (uint64_t)place > source->count) return OPJ_FALSE;
    source->place = (size_t)place;
    return OPJ_TRUE;
}

static uint8_t level(const opj_image_comp_t *component, size_t index) {
    int64_t value = component->data[index];
    if (component->sgnd) value += (int64_t)1 << (component->prec - 1);
    int64_t top = ((int64_t)1 << component->prec) - 1;
    if (value < 0) value = 0;
    if (value > top) value = top;
    return (uint8_t)((value * 255 + top / 2) / top);
}

int codec_jpeg2000(const uint8_t *bytes, size_t count, uint64_t pixel_limit, struct codec_image *image) {
    memset(image, 0, sizeof *image);
    struct source source = {bytes, count, 0};
    opj_codec_t *codec = opj_create_decompress(count > 0 && bytes[0] == 0xFF ? OPJ_CODEC_J2K : OPJ_CODEC_JP2);
    opj_stream_t *stream = opj_stream_create(1 << 16, OPJ_TRUE);
    opj_image_t *found = NULL;
    int result = -1;
    if (!codec || !stream) {
        codec_fail(image, "openjpeg did not start");
        goto end;
    }
    opj_stream_set_user_data(stream, &source, NULL);
    opj_stream_set_user_data_length(stream, count);
    opj_stream_set_read_function(stream, read_bytes);
    opj_stream_set_skip_function(stream, skip);
    opj_stream_set_seek_function(stream, seek);
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    if (!opj_setup_decoder(codec, &parameters) || !opj_read_header(stream, codec, &found) || found->numcomps == 0) {
        codec_fail(image, "the JPEG 2000 header is damaged");
        goto end;
    }
    if (codec_allocate(image, found->comps[0].w, found->comps[0].h, pixel_limit) != 0) goto end;
    if (!opj_decode(codec, stream, found) || !opj_end_decompress(codec, stream)) {
        codec_fail(image, "the JPEG 2000 image is damaged");
        goto end;
    }
    unsigned used = found->numcomps >= 3 ? 3 : 1;
    for (unsigned index = 0; index < used; index++) {
        opj_image_comp_t *component = &found->comps[index];
        if (!component->data || component->w != image->width || component->h != image->height || component->prec < 1
            || component->prec > 16) {
            codec_fail(image, "the JPEG 2000 image has components of different sizes or more than 16 bits");
            goto end;
        }
    }
    for (size_t index = 0; index < (size_t)image->width * image->height; index++) {
        uint8_t first = level(&found->comps[0], index);
        image->pixels[index] = used == 1 || found->color_space == OPJ_CLRSPC_SYCC
            ? first
            : codec_luma(first, level(&found->comps[1], index), level(&found->comps[2], index));
    }
    result = 0;
end:
    if (found) opj_image_destroy(found);
    if (stream) opj_stream_destroy(stream);
    if (codec) opj_destroy_codec(codec);
    return result;
}
