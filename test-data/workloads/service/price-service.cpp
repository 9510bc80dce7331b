// A small service: it answers requests for prices, a line each, over a socket. docs/five-steps.md finds out why it is slow.
//
//   g++ -std=c++20 -O2 -g -o price-service price-service.cpp -pthread
//   ./price-service [REQUESTS]
//
// Clients are threads of the same program, so that nothing else has to be started: each sends its requests over a socket
// pair, one after another, and waits for every answer.

#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

namespace shop {

using Fields = std::map<std::string, std::string>;

/** Reads what a client sends: {"op":"price","article":"…","count":"3"}, strings without escapes. */
Fields parse_request(std::string_view text) {
    Fields fields;
    std::size_t at = 0;
    const auto next_string = [&]() -> std::string {
        const std::size_t start = text.find('"', at);
        if (start == text.npos) return {};
        const std::size_t end = text.find('"', start + 1);
        if (end == text.npos) throw std::runtime_error("a string has no end");
        at = end + 1;
        return std::string(text.substr(start + 1, end - start - 1));
    };
    for (;;) {
        std::string name = next_string();
        if (name.empty()) return fields;
        fields[std::move(name)] = next_string();
    }
}

struct Offer {
    std::string title;
    long cents = 0;
};

class Catalogue {
public:
    Catalogue() {
        for (int i = 0; i < 80; i++) {
            const std::string article = "article-of-the-day-" + std::to_string(1000 + i);
            offers_[article] = {"An offer of today, while it lasts: " + article, 100 + i};
        }
    }

    /** What is cheaper today. */
    std::map<std::string, Offer> offers() const { return offers_; }

    long usual_price(const std::string &article) const {
        return 200 + static_cast<long>(std::hash<std::string>()(article) % 1000);
    }

private:
    std::map<std::string, Offer> offers_;
};

class Service {
public:
    Service() {
        handlers_["price"] = [this](const Fields &fields) { return price(fields); };
        handlers_["title"] = [this](const Fields &fields) { return title(fields); };
    }

    std::string answer(std::string_view request) const {
        const Fields fields = parse_request(request);
        const auto handler = handlers_.find(fields.at("op"));
        if (handler == handlers_.end()) return "{\"error\":\"no such op\"}\n";
        return handler->second(fields);
    }

private:
    std::string price(const Fields &fields) const {
        const std::string &article = fields.at("article");
        const auto offers = catalogue_.offers();
        const auto offer = offers.find(article);
        const long each = offer == offers.end() ? catalogue_.usual_price(article) : offer->second.cents;
        return "{\"cents\":\"" + std::to_string(each * std::stol(fields.at("count"))) + "\"}\n";
    }

    std::string title(const Fields &fields) const { return "{\"title\":\"" + fields.at("article") + "\"}\n"; }

    Catalogue catalogue_;
    std::unordered_map<std::string, std::function<std::string(const Fields &)>> handlers_;
};

/** Reads lines from a socket. */
class Lines {
public:
    explicit Lines(int socket) : socket_(socket) {}

    /** False where the other side has gone. */
    bool read(std::string &line) {
        for (;;) {
            const std::size_t end = buffer_.find('\n');
            if (end != buffer_.npos) {
                line.assign(buffer_, 0, end);
                buffer_.erase(0, end + 1);
                return true;
            }
            char bytes[4096];
            const ssize_t count = ::read(socket_, bytes, sizeof bytes);
            if (count <= 0) return false;
            buffer_.append(bytes, static_cast<std::size_t>(count));
        }
    }

private:
    int socket_;
    std::string buffer_;
};

void write_all(int socket, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(socket, text.data(), text.size());
        if (count <= 0) throw std::runtime_error("the other side has gone");
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

void serve(const Service &service, int socket) {
    Lines lines(socket);
    std::string request;
    while (lines.read(request)) write_all(socket, service.answer(request));
    ::close(socket);
}

/** Sends requests by tens, as clients do that want a whole basket priced. */
void send_requests(int socket, int count) {
    Lines answers(socket);
    std::string answer, basket;
    for (int sent = 0; sent < count;) {
        basket.clear();
        int size = 0;
        for (; size < 10 && sent < count; size++, sent++) {
            const std::string article = "article-of-the-day-" + std::to_string(1000 + sent * 7 % 300);
            basket += R"({"op":")" + std::string(sent % 10 == 9 ? "title" : "price") + R"(","article":")" + article +
                      R"(","count":")" + std::to_string(1 + sent % 9) + "\"}\n";
        }
        write_all(socket, basket);
        while (size-- > 0 && answers.read(answer)) {}
    }
    ::close(socket);
}

}  // namespace shop

int main(int count, char **words) {
    const int requests = count > 1 ? std::atoi(words[1]) : 200000;
    const shop::Service service;
    std::vector<std::thread> threads;
    for (int client = 0; client < 2; client++) {
        int sockets[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) != 0) {
            std::perror("socketpair");
            return 1;
        }
        threads.emplace_back([&service, socket = sockets[0]] {
            pthread_setname_np(pthread_self(), "worker");
            shop::serve(service, socket);
        });
        threads.emplace_back([requests, socket = sockets[1]] {
            pthread_setname_np(pthread_self(), "client");
            shop::send_requests(socket, requests / 2);
        });
    }
    for (std::thread &thread : threads) thread.join();
    std::printf("%d requests answered\n", requests);
}
