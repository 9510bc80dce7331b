// Code in the amount of a large program from few lines: COUNT numbers in each of PARTS parts make functions of their own, of
// templates, lambdas and members that are inlined into each other, in loops that are unrolled. It is looked at, not run.
#include <array>
#include <utility>

template <int Number>
class Table {
  public:
    void set(long seed) {
        each([seed](long &value) { value = mixed(seed + value); });
    }
    void turn(long by) {
        each([by, this](long &value) { value = added(value) * by; });
    }
    long sum() {
        long sum = Number;
        each([&sum](long &value) { sum ^= mixed(value) + mixed(sum); });
        return sum;
    }

  private:
    static long mixed(long value) { return shifted<Number % 13 + 1>(value) * (Number * 2654435761L); }
    template <int By>
    static long shifted(long value) {
        return value ^ (value >> By);
    }
    long added(long value) const { return shifted<3>(value) + values_[Number % 96]; }
    template <typename Function>
    void each(Function function) {
#pragma GCC unroll 96
        for (long &value : values_)
            function(value);
    }
    std::array<long, 96> values_{};
};

template <int Number>
__attribute__((noinline)) long work(long seed) {
    Table<Number> table;
    table.set(seed);
    table.turn(seed >> 3);
    asm volatile("" : : "r"(&table) : "memory");
    table.turn(seed + 1);
    return table.sum();
}

template <int... Numbers>
long work_all(std::integer_sequence<int, Numbers...>, long seed) {
    return (work<Numbers * PARTS + PART>(seed) + ...);
}

#define NAME2(part) part_##part
#define NAME(part) NAME2(part)
long NAME(PART)(long seed) { return work_all(std::make_integer_sequence<int, COUNT>(), seed); }
#if PART == 0
long part_1(long seed);
int main(int argc, char **) { return static_cast<int>(part_0(argc) + part_1(argc)); }
#endif
