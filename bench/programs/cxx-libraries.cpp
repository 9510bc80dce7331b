// A C++ program as people have them: templates of three libraries that are headers alone (Boost, nlohmann json, Eigen), some
// 20 MB of debug information, deep inlining. It works for a few seconds, the same each time. bench/make-cxx-recording.sh builds it.
#include <Eigen/Dense>
#include <algorithm>
#include <boost/algorithm/string.hpp>
#include <boost/container/flat_map.hpp>
#include <boost/multi_index/hashed_index.hpp>
#include <boost/multi_index/member.hpp>
#include <boost/multi_index/ordered_index.hpp>
#include <boost/multi_index_container.hpp>
#include <boost/multiprecision/cpp_int.hpp>
#include <boost/property_tree/json_parser.hpp>
#include <boost/property_tree/ptree.hpp>
#include <boost/regex.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <regex>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

namespace mi = boost::multi_index;
using nlohmann::json;

struct Order {
    int number;
    std::string customer;
    double total;
};

struct by_number {};
struct by_customer {};
using Orders = mi::multi_index_container<
    Order,
    mi::indexed_by<mi::ordered_unique<mi::tag<by_number>, mi::member<Order, int, &Order::number>>,
                   mi::hashed_non_unique<mi::tag<by_customer>, mi::member<Order, std::string, &Order::customer>>,
                   mi::ordered_non_unique<mi::member<Order, double, &Order::total>>>>;

static json make_document(std::mt19937 &random, int depth) {
    json node = json::object();
    for (int i = 0; i < 6; i++) {
        std::string key = "key" + std::to_string(random() % 1000);
        if (depth > 0 && i % 3 == 0)
            node[key] = make_document(random, depth - 1);
        else if (i % 3 == 1)
            node[key] = {random() % 100, double(random()) / 7, "text" + std::to_string(random())};
        else
            node[key] = random() % 2 == 0;
    }
    return node;
}

static std::size_t work_on_json(std::mt19937 &random) {
    json document = make_document(random, 5);
    std::string text = document.dump(2);
    json again = json::parse(text);
    std::size_t sum = again.flatten().size();
    std::function<void(const json &)> visit = [&](const json &node) {
        if (node.is_structured())
            for (const auto &child : node) visit(child);
        else if (node.is_string())
            sum += node.get_ref<const std::string &>().size();
    };
    visit(again);
    return sum + json::from_cbor(json::to_cbor(document)).size() + json::diff(document, again).size();
}

static std::size_t work_on_trees(std::mt19937 &random) {
    std::stringstream stream(make_document(random, 3).dump());
    boost::property_tree::ptree tree;
    boost::property_tree::read_json(stream, tree);
    std::stringstream out;
    boost::property_tree::write_json(out, tree);
    return out.str().size();
}

static std::size_t work_on_orders(std::mt19937 &random) {
    Orders orders;
    for (int i = 0; i < 4000; i++)
        orders.insert({i, "customer" + std::to_string(random() % 300), double(random() % 10000) / 3});
    std::size_t sum = 0;
    auto &customers = orders.get<by_customer>();
    for (int i = 0; i < 300; i++) {
        auto [first, last] = customers.equal_range("customer" + std::to_string(i));
        for (; first != last; ++first) sum += std::size_t(first->total);
    }
    boost::container::flat_map<std::string, std::vector<double>> totals;
    boost::unordered_flat_map<std::string, double> best;
    std::map<std::string, std::unordered_map<int, double>> nested;
    for (const auto &order : orders) {
        totals[order.customer].push_back(order.total);
        best[order.customer] = std::max(best[order.customer], order.total);
        nested[order.customer][order.number % 50] += order.total;
    }
    for (auto &[name, list] : totals)
        std::stable_sort(list.begin(), list.end(), [](double left, double right) { return left > right; });
    return sum + totals.size() + best.size() + nested.size();
}

template <int Size> static double work_on_matrices(std::mt19937 &random) {
    Eigen::Matrix<double, Size, Size> fixed;
    for (int i = 0; i < Size; i++)
        for (int k = 0; k < Size; k++) fixed(i, k) = double(random() % 1000) / 100 + (i == k ? 50 : 0);
    Eigen::MatrixXd large = Eigen::MatrixXd::NullaryExpr(60 + Size, 60 + Size, [&] { return double(random() % 97); });
    Eigen::VectorXd right = Eigen::VectorXd::Ones(60 + Size);
    double sum = fixed.inverse().sum() + fixed.determinant() + fixed.fullPivLu().rank();
    sum += large.colPivHouseholderQr().solve(right).sum() + large.partialPivLu().solve(right).norm();
    Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(large * large.transpose());
    return sum + solver.eigenvalues().maxCoeff() + Eigen::JacobiSVD<Eigen::MatrixXd>(large.topLeftCorner(12, 12)).rank();
}

static std::size_t work_on_texts(std::mt19937 &random) {
    std::string text;
    for (int i = 0; i < 300; i++) text += "item" + std::to_string(random() % 500) + "=" + std::to_string(random()) + ";";
    std::vector<std::string> parts;
    boost::split(parts, text, boost::is_any_of(";="));
    std::size_t sum = parts.size();
    static const boost::regex pattern("item(\\d+)=(\\d*7\\d*)");
    for (boost::sregex_iterator it(text.begin(), text.end(), pattern), end; it != end; ++it) sum += (*it)[2].length();
    static const std::regex other("item[0-9]*3=([0-9]+)");
    for (std::sregex_iterator it(text.begin(), text.end(), other), end; it != end; ++it) sum += it->length();
    return sum + boost::to_upper_copy(boost::join(parts, "/")).size();
}

static std::size_t work_on_numbers(int bits) {
    boost::multiprecision::cpp_int product = 1;
    for (int i = 2; i < bits; i++) product = product * i + 17;
    return product.str().size();
}

int main(int argc, char **argv) {
    int rounds = argc > 1 ? std::atoi(argv[1]) : 10;
    std::mt19937 random(7);
    double sum = 0;
    for (int round = 0; round < rounds; round++) {
        sum += double(work_on_json(random)) + double(work_on_trees(random)) + double(work_on_orders(random));
        sum += work_on_matrices<3>(random) + work_on_matrices<4>(random) + work_on_matrices<6>(random);
        sum += double(work_on_texts(random)) + double(work_on_numbers(600));
    }
    std::printf("%g\n", sum);
}
