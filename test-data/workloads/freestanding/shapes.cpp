// C++ without its library: virtual calls, a template, a lambda, namespaces and operators; names to demangle, inlined frames.
#include "freestanding.h"

namespace geometry {

template <typename Number>
struct Point {
    Number x, y;
    friend inline Point operator+(const Point &left, const Point &right) { return {left.x + right.x, left.y + right.y}; }
};

using Whole = Point<uint32_t>;

template <int Steps, typename Function>
inline uint32_t repeat(uint32_t value, Function function) {
    for (int step = 0; step < Steps; step++)
        value = function(value, step);
    return value;
}

struct Shape {
    KEEP virtual uint32_t area(const Whole &at) const;
    KEEP virtual uint32_t outline(Whole at, uint32_t seed) const { return seed ^ at.x; }
};

KEEP uint32_t Shape::area(const Whole &at) const {
    uint32_t sum = repeat<40>(at.x, [at](uint32_t value, int step) { return mix(value + at.y + static_cast<uint32_t>(step)); });
    sum += outline(at + Whole{1, 2}, sum);
    BARRIER();
    return sum;
}

template <typename Number>
KEEP Number distance(Point<Number> from, Point<Number> to) {
    return repeat<60>(from.x ^ to.x, [from, to](Number value, int) { return mix(value + from.y - to.y); });
}

struct Circle : Shape {
    KEEP uint32_t outline(Whole at, uint32_t seed) const override { return distance(at, Whole{seed, seed}); }
};

struct Polygon : Shape {
    KEEP uint32_t outline(Whole at, uint32_t seed) const override { return side(at, seed, 5); }
    KEEP static uint32_t side(Whole at, uint32_t seed, int left) {
        uint32_t sum = distance(at, at + Whole{seed, 1});
        if (left > 0)
            sum += side(at + Whole{1, 1}, sum, left - 1);
        BARRIER();
        return sum;
    }
};

} // namespace geometry

namespace {

KEEP uint32_t total_area(const geometry::Shape *const *shapes, int count, uint32_t seed) {
    for (int index = 0; index < count; index++)
        seed += shapes[index]->area({seed, static_cast<uint32_t>(index)});
    return seed;
}

} // namespace

KEEP int run_program(int argc, char **argv) {
    const geometry::Circle circle;
    const geometry::Polygon polygon;
    const geometry::Shape *const shapes[] = {&circle, &polygon, &circle};
    uint32_t seed = 1;
    for (int rounds = rounds_of_work(argc, argv, 90000); rounds > 0; rounds--)
        seed = total_area(shapes, 3, seed);
    return seed == 42;
}
