/* Time spent in libc, some frames deep: qsort calls back code that calls strtod and snprintf; regexec, glob. bench/make-cxx-recording.sh builds it. */
#include <fnmatch.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char words[4000][24];

static int compare(const void *left, const void *right) {
    double a = strtod(left, NULL), b = strtod(right, NULL);
    return a < b ? -1 : a > b;
}

int main(int argc, char **argv) {
    int rounds = argc > 1 ? atoi(argv[1]) : 10;
    unsigned state = 1, sum = 0;
    regex_t pattern;
    regcomp(&pattern, "^([0-9]+)\\.([0-9]*)7(1|2|3)+", REG_EXTENDED);
    for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < 4000; i++) {
            state = state * 1103515245u + 12345u;
            snprintf(words[i], sizeof words[i], "%.6f", state / 7e4);
        }
        qsort(words, 4000, sizeof words[0], compare);
        for (int i = 0; i < 4000; i++) {
            regmatch_t match[4];
            sum += regexec(&pattern, words[i], 4, match, 0) == 0;
            sum += fnmatch("*[3-5]?1*", words[i], 0) == 0;
        }
    }
    printf("%u\n", sum);
    return 0;
}
