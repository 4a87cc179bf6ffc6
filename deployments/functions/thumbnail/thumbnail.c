/*
 * thumbnail - makes a PNG thumbnail of the PNG, JPEG or BMP image in the body.
 *
 * The query parameter size= (default 128, kept within 1..1024) is the longest
 * side of the thumbnail; a smaller image keeps its size. Decoding and encoding
 * are stb_image's and stb_image_write's; the scaling is below.
 *
 * With cgi_response=true in the environment the answer has a CGI header block,
 * and a bad request gets a 4xx status. Without it the answer is the bare PNG,
 * and a bad request ends with exit code 1 and a message on stderr.
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "starling_fn.h"

/* ---- the answer -------------------------------------------------------- */

static bool cgi_response(void)
{
    const char *value = getenv("cgi_response");
    return value != NULL && strcmp(value, "true") == 0;
}

/* Answers with an error. Returns the exit code for main. */
static int refuse(const char *status, const char *message)
{
    if (cgi_response()) {
        fn_puts(STDOUT_FILENO, "Status: ");
        fn_puts(STDOUT_FILENO, status);
        fn_puts(STDOUT_FILENO, "\nContent-Type: text/plain; charset=utf-8\n\n");
        fn_puts(STDOUT_FILENO, message);
        return fn_puts(STDOUT_FILENO, "\n") == 0 ? 0 : 1;
    }
    fn_puts(STDERR_FILENO, "thumbnail: ");
    return fn_fail(message);
}

/* Ends a request for which the memory is not enough. */
static int refuse_for_memory(void)
{
    return refuse("413", "the image is too large for the memory of this function");
}

/* ---- the libraries ------------------------------------------------------- */

/* Remembers why a library call failed, so that the answer can tell. */
static bool out_of_memory;

static void *allocate(size_t n)
{
    void *p = malloc(n);
    out_of_memory |= p == NULL;
    return p;
}

static void *reallocate(void *old, size_t n)
{
    void *p = realloc(old, n);
    out_of_memory |= p == NULL;
    return p;
}

enum { MAX_SIDE = 16384, MAX_SIZE = 1024, DEFAULT_SIZE = 128 };

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#define STBI_NO_STDIO
#define STBI_NO_SIMD
#define STBI_NO_THREAD_LOCALS
#define STBI_NO_LINEAR
#define STBI_FAILURE_USERMSG
#define STBI_MAX_DIMENSIONS MAX_SIDE
#define STBI_MALLOC(n) allocate(n)
#define STBI_REALLOC(p, n) reallocate(p, n)
#define STBI_FREE(p) free(p)
#define STBI_ASSERT(x) ((x) ? (void)0 : __builtin_trap())
#include <stb_image.h>

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#define STBIW_MALLOC(n) allocate(n)
#define STBIW_REALLOC(p, n) reallocate(p, n)
#define STBIW_FREE(p) free(p)
/* The encoder does not check whether its output buffer could be enlarged, it asserts it. */
#define STBIW_ASSERT(x) ((x) ? (void)0 : exit(refuse_for_memory()))
#include <stb_image_write.h>

/* ---- the body, read as the decoder asks for it --------------------------- */

static struct {
    uint8_t data[16 * 1024];
    size_t at, length;
    bool ended, failed;
} body;

/* Makes sure that there is a byte to take, unless the body has ended. */
static bool body_has_more(void)
{
    if (body.at == body.length && !body.ended) {
        ssize_t got = fn_read(body.data, sizeof body.data);
        body.failed = got < 0;
        body.at = 0;
        body.length = got > 0 ? (size_t)got : 0;
        body.ended = body.length == 0;
    }
    return body.at < body.length;
}

static size_t body_take(char *to, size_t n)
{
    size_t taken = 0;

    while (taken < n && body_has_more()) {
        size_t part = body.length - body.at;
        if (part > n - taken)
            part = n - taken;
        if (to != NULL)
            memcpy(to + taken, body.data + body.at, part);
        body.at += part;
        taken += part;
    }
    return taken;
}

static int on_read(void *user, char *data, int size)
{
    (void)user;
    return (int)body_take(data, (size_t)size);
}

static void on_skip(void *user, int n)
{
    (void)user;
    if (n > 0)
        body_take(NULL, (size_t)n);
}

static int on_eof(void *user)
{
    (void)user;
    return !body_has_more();
}

/* ---- scaling ------------------------------------------------------------- */

typedef struct {
    uint8_t *pixels; /* rows of width * channels bytes, without padding */
    int width, height;
    int channels; /* 1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha */
} image;

/* The light that an sRGB value stands for (IEC 61966-2-1), from 0 to 1. */
static float light_of[256];

static void fill_light_table(void)
{
    for (int i = 0; i < 256; i++) {
        float v = (float)i / 255.0f;
        light_of[i] = v <= 0.04045f ? v / 12.92f : powf((v + 0.055f) / 1.055f, 2.4f);
    }
}

/* The sRGB value nearest to some light: the table searched by halves. */
static uint8_t srgb_of(float light)
{
    int low = 0, high = 255;

    while (low < high) {
        int middle = (low + high) / 2;
        if (light > (light_of[middle] + light_of[middle + 1]) / 2)
            low = middle + 1;
        else
            high = middle;
    }
    return (uint8_t)low;
}

/*
 * Adds one source row, shrunk to `width` pixels, to `row`: each target pixel
 * gets the source pixels it covers, in proportion to how much it covers of
 * each. Colour is summed up as light, and weighted with alpha.
 */
static void shrink_row(const image *from, int y, int width, float *row)
{
    const int channels = from->channels;
    const bool alpha = channels % 2 == 0;
    const int colours = alpha ? channels - 1 : channels;
    const uint8_t *source = from->pixels + (size_t)y * from->width * channels;
    /* Positions in units of 1/width of a source pixel are whole numbers. */
    int64_t edge = from->width; /* right edge of the target pixel */
    int64_t left = 0;

    memset(row, 0, sizeof(float) * width * channels);
    for (int x = 0; x < from->width; x++, source += channels) {
        int64_t right = left + width;
        while (left < right) {
            int64_t end = right < edge ? right : edge;
            float part = (float)(end - left) / (float)from->width;
            if (alpha) {
                part *= (float)source[colours] / 255.0f;
                row[colours] += part;
            }
            for (int c = 0; c < colours; c++)
                row[c] += part * light_of[source[c]];
            left = end;
            if (left == edge) {
                edge += from->width;
                row += channels;
            }
        }
    }
}

/* Turns the sums of one target row into pixels. */
static void finish_row(const float *sums, image *to, int y)
{
    const int channels = to->channels;
    const bool alpha = channels % 2 == 0;
    const int colours = alpha ? channels - 1 : channels;
    uint8_t *target = to->pixels + (size_t)y * to->width * channels;

    for (int x = 0; x < to->width; x++, sums += channels, target += channels) {
        float weight = 1.0f;
        if (alpha) {
            float covered = sums[colours] < 1.0f ? sums[colours] : 1.0f;
            target[colours] = (uint8_t)(covered * 255.0f + 0.5f);
            weight = sums[colours] > 0.0f ? 1.0f / sums[colours] : 0.0f;
        }
        for (int c = 0; c < colours; c++)
            target[c] = srgb_of(sums[c] * weight);
    }
}

/*
 * Shrinks an image with an area (box) filter with exact coverage: across with
 * shrink_row, down by the same rule. Returns false when out of memory.
 */
static bool shrink(const image *from, image *to)
{
    const size_t row_length = (size_t)to->width * to->channels;
    float *row = allocate(sizeof(float) * row_length);
    float *sums = allocate(sizeof(float) * row_length);
    to->pixels = allocate((size_t)to->height * row_length);
    bool ready = row != NULL && sums != NULL && to->pixels != NULL;

    if (ready) {
        int64_t edge = from->height, top = 0;
        int target = 0;

        fill_light_table();
        memset(sums, 0, sizeof(float) * row_length);
        for (int y = 0; y < from->height; y++) {
            int64_t bottom = top + to->height;
            shrink_row(from, y, to->width, row);
            while (top < bottom) {
                int64_t end = bottom < edge ? bottom : edge;
                float part = (float)(end - top) / (float)from->height;
                for (size_t i = 0; i < row_length; i++)
                    sums[i] += part * row[i];
                top = end;
                if (top == edge) {
                    finish_row(sums, to, target++);
                    memset(sums, 0, sizeof(float) * row_length);
                    edge += from->height;
                }
            }
        }
    }
    free(row);
    free(sums);
    return ready;
}

/* The shorter side, in proportion, rounded, and at least one pixel. */
static int scaled(int side, int longest, int size)
{
    int result = (int)(((int64_t)side * size * 2 + longest) / (2 * (int64_t)longest));
    return result > 0 ? result : 1;
}

/* ---- the function --------------------------------------------------------- */

static int answer_decode_failure(void)
{
    const char *reason = stbi_failure_reason();

    if (body.failed)
        return fn_fail("thumbnail: cannot read the request body");
    if (out_of_memory)
        return refuse_for_memory();
    if (reason == NULL || strncmp(reason, "Image not of any known type", 27) == 0)
        return refuse("415", "not a PNG, JPEG or BMP image");
    if (strstr(reason, "large") != NULL)
        return refuse("413", "the image is too large");

    char message[128] = "bad image: ";
    strncat(message, reason, sizeof message - strlen(message) - 1);
    return refuse("400", message);
}

int main(void)
{
    static const stbi_io_callbacks callbacks = {on_read, on_skip, on_eof};
    unsigned size = DEFAULT_SIZE;
    image picture, thumbnail;

    if (fn_query_uint("size", &size) < 0)
        return refuse("400", "size must be a whole number");
    size = size < 1 ? 1 : size > MAX_SIZE ? MAX_SIZE : size;
    if (!body_has_more())
        return refuse("400", "the body is empty; send a PNG, JPEG or BMP image");

    picture.pixels = stbi_load_from_callbacks(&callbacks, NULL, &picture.width, &picture.height, &picture.channels, 0);
    if (picture.pixels == NULL)
        return answer_decode_failure();

    int longest = picture.width > picture.height ? picture.width : picture.height;
    if (longest > (int)size) {
        thumbnail.width = scaled(picture.width, longest, (int)size);
        thumbnail.height = scaled(picture.height, longest, (int)size);
        thumbnail.channels = picture.channels;
        if (!shrink(&picture, &thumbnail))
            return refuse_for_memory();
        free(picture.pixels);
    } else {
        thumbnail = picture;
    }

    int length;
    uint8_t *png = stbi_write_png_to_mem(thumbnail.pixels, thumbnail.width * thumbnail.channels, thumbnail.width,
                                         thumbnail.height, thumbnail.channels, &length);
    if (png == NULL || out_of_memory)
        return refuse_for_memory();
    if (cgi_response() && fn_puts(STDOUT_FILENO, "Content-Type: image/png\n\n") != 0)
        return fn_fail("thumbnail: cannot write the response body");
    if (fn_write(STDOUT_FILENO, png, (size_t)length) != 0)
        return fn_fail("thumbnail: cannot write the response body");
    return 0;
}
