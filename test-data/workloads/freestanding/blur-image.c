/*
 * A whole program without any library: every frame down to _start is ours, so every row comes from our own .sframe section.
 * A small "image filter": blur_pixels burns most of the time, under a sort with a comparison callback, a recursion over
 * quadrants, a run-time sized line buffer and an over-aligned accumulator.
 */
#include "freestanding.h"

enum { WIDTH = 64, HEIGHT = 64 };

static uint32_t pixels[HEIGHT][WIDTH];

/* The hot one. */
KEEP static uint32_t blur_pixels(const uint32_t *line, int count, int passes) {
    uint32_t sum = 0;
    for (int pass = 0; pass < passes; pass++)
        for (int x = 1; x < count - 1; x++)
            sum = mix(sum + line[x - 1] + 2 * line[x] + line[x + 1]);
    return sum;
}

KEEP static uint32_t blur_line(int y, int from, int count) {
    uint32_t copy[count];
    for (int x = 0; x < count; x++)
        copy[x] = pixels[y][from + x];
    uint32_t sum = blur_pixels(copy, count, 12);
    pixels[y][from] = sum;
    return sum + copy[count / 2];
}

KEEP static uint32_t blur_quadrant(int x, int y, int size) {
    if (size <= 8) {
        uint32_t sum = 0;
        for (int line = 0; line < size; line++)
            sum += blur_line(y + line, x, size);
        return sum;
    }
    int half = size / 2;
    uint32_t sum = blur_quadrant(x, y, half);
    sum += blur_quadrant(x + half, y, half);
    sum += blur_quadrant(x, y + half, half);
    sum += blur_quadrant(x + half, y + half, half);
    BARRIER();
    return sum;
}

KEEP static uint32_t fold_buckets(uint32_t a, uint32_t b, uint32_t c, uint32_t d, uint32_t e, uint32_t f, const uint32_t *buckets,
                                  int count) {
    return blur_pixels(buckets, count, 4) + (a ^ b ^ c ^ d ^ e ^ f);
}

/* Realigned stack and arguments on it: the CFA goes through r10, then through memory (flexible SFrame FDEs). */
KEEP static uint32_t histogram(int y) {
    _Alignas(64) uint32_t buckets[16];
    for (int bucket = 0; bucket < 16; bucket++)
        buckets[bucket] = (uint32_t)bucket;
    for (int x = 0; x < WIDTH; x++)
        buckets[mix(pixels[y][x]) & 15] += mix(pixels[y][x] >> 4);
    uint32_t sum = fold_buckets(buckets[0], buckets[1], buckets[2], buckets[3], buckets[4], buckets[5], buckets, 16);
    return sum + buckets[sum & 15];
}

typedef int comparison(const uint32_t *left, const uint32_t *right);

KEEP static int compare_brightness(const uint32_t *left, const uint32_t *right) {
    uint32_t a = mix(mix(*left)), b = mix(mix(*right));
    return (a > b) - (a < b);
}

KEEP static void sort_pixels(uint32_t *items, int count, comparison *compare) {
    for (int end = 1; end < count; end++)
        for (int at = end; at > 0 && compare(&items[at - 1], &items[at]) > 0; at--) {
            uint32_t kept = items[at];
            items[at] = items[at - 1];
            items[at - 1] = kept;
        }
}

KEEP static uint32_t filter_image(uint32_t seed) {
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            pixels[y][x] = seed = mix(seed + 1);
    uint32_t sum = blur_quadrant(0, 0, WIDTH);
    for (int y = 0; y < HEIGHT; y++)
        sum += histogram(y);
    sort_pixels(pixels[seed % HEIGHT], WIDTH, compare_brightness);
    return sum;
}

KEEP int run_program(int argc, char **argv) {
    uint32_t sum = 0;
    for (int rounds = rounds_of_work(argc, argv, 1200); rounds > 0; rounds--)
        sum += filter_image(sum);
    return sum == 42;
}
