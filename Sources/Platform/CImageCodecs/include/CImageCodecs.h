// Debian's image libraries behind one signature, and the walls of the process that runs them.
#ifndef C_IMAGE_CODECS_H
#define C_IMAGE_CODECS_H

#include <stddef.h>
#include <stdint.h>

/// Grey pixels from `malloc`, resolution in pixels per inch (0 unknown), and why there are none.
struct codec_image {
    uint32_t width;
    uint32_t height;
    double dpi;
    uint8_t *pixels;
    char reason[160];
};

/// Each returns 0 with pixels, or -1 with a reason. Nothing is allocated for more than `pixel_limit` pixels.
int codec_png(const uint8_t *bytes, size_t count, uint64_t pixel_limit, struct codec_image *image);
int codec_jpeg(const uint8_t *bytes, size_t count, uint64_t pixel_limit, struct codec_image *image);
int codec_tiff(const uint8_t *bytes, size_t count, uint64_t pixel_limit, struct codec_image *image);
int codec_jpeg2000(const uint8_t *bytes, size_t count, uint64_t pixel_limit, struct codec_image *image);

/// Writes grey pixels as PNG into memory from `malloc`. Returns 0, or -1 with nothing allocated.
int codec_write_png(const uint8_t *pixels, uint32_t width, uint32_t height, double dpi, uint8_t **bytes, size_t *count);

/// Gives up, for this process and for good: new privileges, files, processes, sockets, and more than the given
/// memory and processor time. Returns 0, or the number of the step that failed.
int codec_confine(uint64_t memory_bytes, uint64_t cpu_seconds);

/// Starts a program with a socket as its standard input and pipes as its outputs, and no other descriptor and no
/// environment. Returns 0 with our three ends and the process, or another number with nothing open.
int codec_spawn(const char *program, char *const *arguments, int ends[3], int *process);

#endif
