/*
 * Function shapes that take every kind of SFrame row, for three architectures, without any header or library: plain
 * and leaf functions, variable-length arrays, alloca, over-aligned locals (flexible FDEs), arguments on the stack,
 * functions so large that FRE start offsets take two bytes, cold parts in a section of their own.
 */
typedef unsigned long size_t;
void *memset(void *to, int value, size_t size);
void sort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *));
void report(const char *format, ...);
void stop(void) __attribute__((noreturn));

#define NOINLINE __attribute__((noinline))
volatile int sink;

NOINLINE int use(void *pointer, long size) { sink += ((char *)pointer)[size - 1]; return sink; }

NOINLINE int leaf(int a, int b) { return a * 3 + b; }

NOINLINE int variable_array(int n) { char a[n]; memset(a, n, n); return use(a, n) + 1; }

NOINLINE int stack_allocation(int n) { char *a = __builtin_alloca(n * 3); memset(a, n, n * 3); return use(a, n) + 1; }

NOINLINE int over_aligned(int n) { _Alignas(64) char a[256]; memset(a, n, sizeof a); return use(a, 200) + n; }

NOINLINE int over_aligned_and_variable(int n, int b, int c, int d, int e, int f, int g, int h)
{
    _Alignas(128) char a[256];
    char v[n];
    memset(a, n, sizeof a);
    memset(v, b, n);
    return use(a, 200) + use(v, n) + b + c + d + e + f + g + h;
}

static int compare(const void *a, const void *b) { return *(int *)a - *(int *)b; }

NOINLINE int big_frame(int n)
{
    int a[20000];
    for (int i = 0; i < 20000; i++) a[i] = (i * 7919) % n;
    sort(a, 20000, 4, compare);
    return a[n % 100];
}

NOINLINE int many_arguments(int a, int b, int c, int d, int e, int f, int g, int h, int i, int j)
{
    int x = 0;
    for (int k = 0; k < a; k++) {
        x += use(&b, 1) * c + d * e - f + g * h + i * j;
        x ^= use(&x, 1);
    }
    return x;
}

#define STEP if (a > sink) a += use(&a, 2) * 3;
#define STEPS10 STEP STEP STEP STEP STEP STEP STEP STEP STEP STEP
#define STEPS100 STEPS10 STEPS10 STEPS10 STEPS10 STEPS10 STEPS10 STEPS10 STEPS10 STEPS10 STEPS10

NOINLINE int large(int a) { if (a & 1) use(&a, 1); STEPS100 return a; }

NOINLINE int larger(int a, int n) { char v[n]; use(v, n); STEPS100 STEPS100 STEPS100 STEPS100 return a; }

__attribute__((cold, noinline)) void give_up(int x) { report("%d\n", x); stop(); }

NOINLINE int check(int x) { if (x == 12345) give_up(x); return leaf(x, 1); }

int main(int argc, char **argv)
{
    int n = argc * 10;
    if (n == 20000) give_up((int)(long)argv);
    return (variable_array(n) + stack_allocation(n) + over_aligned(n) +
            over_aligned_and_variable(n, 1, 2, 3, 4, 5, 6, 7) + big_frame(1000) +
            many_arguments(1, 2, 3, 4, 5, 6, 7, 8, 9, 10) + large(argc) + (argc > 9 ? larger(argc, n) : 0) +
            check(n)) & 1;
}
