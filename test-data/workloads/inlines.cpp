// Functions that the compiler inlines into each other: templates, lambdas, members, three levels deep, the same callee at two places.
#include "workload.h"
#include <algorithm>
#include <array>
#include <numeric>

namespace pipeline {

template <int Steps>
inline uint64_t stir(uint64_t value) {
    return mix(value ^ Steps, Steps);
}

class Accumulator {
  public:
    void add(uint64_t value) { sum_ += stir<30>(value); }
    void add_twice(uint64_t value) {
        add(value);
        add(value >> 3);
    }
    uint64_t sum() const { return sum_; }

  private:
    uint64_t sum_ = 0;
};

template <typename Range, typename Function>
inline void each(Range &range, Function function) {
    for (auto &item : range)
        function(item);
}

KEEP uint64_t run(std::array<uint64_t, 64> &items, uint64_t seed) {
    Accumulator accumulator;
    each(items, [seed](uint64_t &item) { item += stir<20>(seed); });
    each(items, [&accumulator](uint64_t item) { accumulator.add_twice(item); });
    std::sort(items.begin(), items.end(), [](uint64_t left, uint64_t right) { return stir<10>(left) < stir<10>(right); });
    return std::accumulate(items.begin(), items.end(), accumulator.sum(),
                           [](uint64_t sum, uint64_t item) { return sum ^ item; });
}

} // namespace pipeline

int main(int argc, char **argv) {
    std::array<uint64_t, 64> items{};
    uint64_t seed = 1;
    for (long round = rounds_of_work(argc, argv, 33000); round > 0; round--)
        seed = pipeline::run(items, seed + 1);
    return seed == 42;
}
