// Exceptions: time in the C++ runtime's own unwinder, in destructors during unwinding (cold parts), and in catch blocks.
#include "workload.h"
#include <stdexcept>
#include <string>

namespace {

volatile uint64_t sink;

struct Guard {
    explicit Guard(uint64_t start) : value(start) {}
    KEEP ~Guard() { sink = sink + mix(value, 150); }
    uint64_t value;
};

KEEP uint64_t risky(int depth, uint64_t value) {
    Guard guard(value);
    if (depth == 0)
        throw std::runtime_error("thrown at the bottom");
    uint64_t result = risky(depth - 1, mix(value, 60));
    BARRIER();
    return result + guard.value;
}

KEEP uint64_t handled(const std::exception &error, uint64_t value) {
    return mix(value + std::string(error.what()).size(), 1500);
}

KEEP uint64_t attempt(uint64_t value) {
    try {
        return risky(static_cast<int>(value & 7), value);
    } catch (const std::runtime_error &error) {
        return handled(error, value);
    }
}

} // namespace

int main(int argc, char **argv) {
    uint64_t value = 1;
    for (long round = rounds_of_work(argc, argv, 24000); round > 0; round--)
        value += attempt(value);
    return value == 42;
}
