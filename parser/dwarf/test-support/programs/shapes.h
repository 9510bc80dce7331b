// Templates and inline members that both units of the program share.
#pragma once
#include <cstdint>
#include <vector>

namespace shapes {

struct Point {
    double x, y;
    Point operator+(const Point &other) const { return {x + other.x, y + other.y}; }
    double norm() const { return x * x + y * y; }
};

class Shape {
  public:
    virtual ~Shape() = default;
    virtual double area() const = 0;
    double scaled(double by) const { return area() * clamp(by); }

  protected:
    static double clamp(double value) { return value < 0 ? 0 : value > 10 ? 10 : value; }
};

template <typename Value, int Times>
struct Repeater {
    template <typename Action>
    static Value apply(Value value, Action action) {
        for (int i = 0; i < Times; i++)
            value = action(value);
        return value;
    }
};

template <typename Container, typename Predicate>
inline int count_where(const Container &items, Predicate wanted) {
    int count = 0;
    for (const auto &item : items)
        if (wanted(item))
            count++;
    return count;
}

double total(const std::vector<Point> &points);

} // namespace shapes
