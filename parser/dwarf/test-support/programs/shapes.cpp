// C++ whose functions are inlined several levels deep: templates, lambdas within lambdas, members, local classes,
// virtual calls that are inlined, exceptions, and code that the compiler moves to another section.
#include "shapes.h"
#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>

namespace {

class Square final : public shapes::Shape {
  public:
    explicit Square(double side) : side_(side) {}
    double area() const override { return side_ * side_; }

  private:
    double side_;
};

struct Visitor {
    uint64_t state = 1;
    void operator()(uint64_t item) {
        state ^= item;
        shake();
        if (state % 97 == 0)
            shake();
    }
    void shake() { state = state << 7 | state >> 57; }
};

uint64_t fibonacci(uint64_t n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

} // namespace

[[gnu::noinline]] double sum_areas(double from, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
        Square square(from + i);
        sum += square.scaled(i * 0.5);
    }
    return sum;
}

[[gnu::noinline]] uint64_t nested_lambdas(const std::vector<uint64_t> &items) {
    auto outer = [&items](uint64_t seed) {
        auto inner = [seed](uint64_t item) {
            struct Local {
                static uint64_t twist(uint64_t value) { return value * 3 + 1; }
            };
            return shapes::Repeater<uint64_t, 3>::apply(item ^ seed, [](uint64_t value) { return Local::twist(value); });
        };
        uint64_t sum = 0;
        for (uint64_t item : items)
            sum += inner(item);
        return sum;
    };
    return outer(5) + outer(items.size());
}

[[gnu::noinline]] std::string describe(std::map<int, std::string> &names, int key) {
    auto found = names.find(key);
    if (found == names.end())
        throw std::out_of_range("no name for " + std::to_string(key));
    std::string text = found->second;
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c == 'a' ? 'A' : c; });
    return text;
}

[[gnu::noinline]] uint64_t visit_sorted(std::vector<uint64_t> items) {
    std::sort(items.begin(), items.end(), [](uint64_t a, uint64_t b) { return a % 1000 < b % 1000; });
    Visitor visitor;
    std::for_each(items.begin(), items.end(), std::ref(visitor));
    int odd = shapes::count_where(items, [](uint64_t item) { return (item & 1) != 0; });
    return visitor.state + odd;
}

int main(int argc, char **) {
    std::vector<uint64_t> items(1000);
    std::iota(items.begin(), items.end(), argc);
    std::map<int, std::string> names{{1, "banana"}, {2, "papaya"}};
    std::vector<shapes::Point> points(10, {1.0, argc * 2.0});
    std::unique_ptr<shapes::Shape> shape = std::make_unique<Square>(argc);
    try {
        std::puts(describe(names, argc).c_str());
        std::puts(describe(names, argc + 7).c_str());
    } catch (const std::out_of_range &error) {
        std::puts(error.what());
    }
    double sum = sum_areas(argc, 10) + shapes::total(points) + shape->scaled(3);
    return static_cast<int>(sum) + static_cast<int>(nested_lambdas(items) + visit_sorted(items) + fibonacci(argc + 10)) != 0;
}
