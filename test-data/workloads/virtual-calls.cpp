// Virtual calls through two levels and multiple inheritance: thunks stand between caller and callee.
#include "workload.h"
#include <memory>
#include <vector>

namespace shapes {

struct Shape {
    virtual ~Shape() = default;
    virtual uint64_t area(uint64_t seed) const = 0;
};

struct Named {
    virtual ~Named() = default;
    virtual uint64_t name_hash(uint64_t seed) const = 0;
};

struct Circle final : Shape, Named {
    KEEP uint64_t area(uint64_t seed) const override { return mix(seed, 300); }
    KEEP uint64_t name_hash(uint64_t seed) const override { return mix(seed ^ 1, 150); }
};

struct Square : Shape, Named {
    KEEP uint64_t area(uint64_t seed) const override {
        uint64_t sum = side(seed);
        BARRIER();
        return sum * sum;
    }
    KEEP virtual uint64_t side(uint64_t seed) const { return mix(seed, 250); }
    KEEP uint64_t name_hash(uint64_t seed) const override { return mix(seed ^ 2, 150); }
};

struct Tilted : Square {
    KEEP uint64_t side(uint64_t seed) const override { return Square::side(seed) + mix(seed, 100); }
};

template <typename Item>
KEEP uint64_t total(const std::vector<std::unique_ptr<Item>> &items, uint64_t seed) {
    for (const auto &item : items) {
        seed += item->area(seed);
        if (auto *named = dynamic_cast<const Named *>(item.get()))
            seed += named->name_hash(seed);
    }
    return seed;
}

} // namespace shapes

int main(int argc, char **argv) {
    std::vector<std::unique_ptr<shapes::Shape>> items;
    items.push_back(std::make_unique<shapes::Circle>());
    items.push_back(std::make_unique<shapes::Square>());
    items.push_back(std::make_unique<shapes::Tilted>());
    uint64_t seed = 1;
    for (long round = rounds_of_work(argc, argv, 55000); round > 0; round--)
        seed = shapes::total(items, seed);
    return seed == 42;
}
