// The second unit of shapes.cpp.
#include "shapes.h"
#include <numeric>

namespace shapes {

double total(const std::vector<Point> &points) {
    Point sum = std::accumulate(points.begin(), points.end(), Point{0, 0});
    int near = count_where(points, [](const Point &point) { return point.norm() < 4; });
    return Repeater<double, 4>::apply(sum.norm() + near, [](double value) { return value / 2 + 1; });
}

} // namespace shapes
