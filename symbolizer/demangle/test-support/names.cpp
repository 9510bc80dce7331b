// A program whose only purpose is its symbols: every construct of C++26 that has a mangling of its own, as far as
// g++ 16 can compile it. Compiled without optimization, so that everything that is instantiated has a symbol.
// The test reads the names with nm and compares our text for each with that of c++filt and of perf.

#include <compare>
#include <concepts>
#include <coroutine>
#include <functional>
#include <map>
#include <ranges>
#include <string>
#include <vector>

// Constraints: on template parameters, in requires-clauses before and after, in requires-expressions, on friends.
template <class T> concept Wide = sizeof(T) > 1;
template <class T, class U> concept Addable = requires(T t, U u) { t + u; };
template <class T> struct Box { T value; int more; };
struct Sized { using value_type = int; std::size_t size() noexcept; int field; };
int operator+(Sized, int);
template <class T> requires Wide<T> void clauseBefore(T) {}
template <Wide T> void constrainedParameter(T) {}
template <Addable<int> T> void constrainedWithArgument(T) {}
void abbreviated(Wide auto) {}
template <class T> void clauseAfter(T) requires Wide<T> && Addable<T, T> {}
template <class T> void requirements(T) requires requires(T t) {
  t + 1;
  typename T::value_type;
  { t.size() } -> std::same_as<std::size_t>;
  { t.size() } noexcept;
  requires Wide<Box<T>>;
} {}
template <class T> void negated(T) requires(!requires { typename T::missing; }) {}
template <template <Wide> class X> void constrainedTemplate(X<int> *) {}
template <Wide> struct Plain { void member() requires true {} };
template <Wide auto... V> void constrainedValues() {}
template <auto V> requires(V > 3) void comparedValue() {}
template <Wide... Ts> void constrainedPack(Ts...) {}
template <class... T> void foldedClause(T...) requires(sizeof...(T) == 2) && (Wide<T> && ...) {}
template <class T> struct WithFriends {
  friend void ofClass(WithFriends) requires Wide<T> {}
  template <class U> friend void ofBoth(WithFriends, U) requires Wide<U> && Wide<T> {}
};

// Lambdas: generic, with template parameters, in default arguments, in initializers of members and variables.
template <class T> auto constrainedLambda() {
  return []<Wide U>(U u, auto v, Addable<T> auto w) requires Wide<T> { return u; };
}
template <class T> auto lambdaOfAllParameters() {
  return []<class U, int N, template <class> class X, class... P>(X<U> *, P &&...) {};
}
inline auto nestedLambda = [](auto x) {
  return [x](auto y) { static int counter; return x + y + counter; };
};
void lambdaArguments(int x = [](int) { return 1; }(2), int y = []() { return 1; }());
struct LambdaMembers {
  int plain = []() { return 3; }();
  static inline auto generic = [](auto) { return 1; };
  template <class T> static inline auto ofTemplate = [](T) { return 1; };
};

// Values as template arguments: structures, unions, pointers and references to objects, members and subobjects.
struct Node { Node *next; int value; };
struct Point { int x; double y; const char *label; };
union Either { int i; float f; };
struct Nested { int a[3]; int b; } nested;
int array[4];
char text[10];
int function(int) { return 0; }
template <Node> void structure() {}
template <Point> void point() {}
template <Either> void unionValue() {}
template <int Node::*> void memberPointer() {}
template <int (*)(int)> void functionPointer() {}
template <const char *> void nullable() {}
template <char *> void object() {}
template <int &> void reference() {}
template <bool, char, signed char, unsigned char, short, unsigned, long, unsigned long long, char8_t, wchar_t>
void literals() {}
template <double, float> void floats() {}
enum class Color { red, green };
template <Color, std::nullptr_t> void enumerators() {}

// Expressions in types.
template <class T> decltype(auto) deduced(T t) { return t; }
template <class... T> auto fold(T... t) -> decltype((t + ...)) { return (t + ...); }
template <class T, class U> auto spaceship(T t, U u) -> decltype(t <=> u) { return t <=> u; }
template <class T> auto call(T t) -> decltype(t.run(1, static_cast<int>(2))) { return t.run(1, 2); }
template <class T> auto braces(T t) -> decltype(T{1, t.b}, T(t), new T, sizeof(T), noexcept(t), t[0], *t, &t) {
  return nullptr;
}
struct Runner { int run(int, int) { return 0; } int b; Runner(int = 0, int = 0) {} int operator[](int); int operator*(); };

// Operators, conversions, explicit objects, ABI tags, structured bindings, local entities, thread-local variables.
struct Explicit {
  void operator()(this Explicit self, int) {}
  template <class S> void forwarded(this S &&self) {}
  int operator[](int, int) { return 0; }
  bool operator==(const Explicit &) const & { return true; }
  auto operator<=>(const Explicit &) const && { return std::strong_ordering::equal; }
  void *operator new[](std::size_t n) { return ::operator new(n); }
};
unsigned long long operator""_unit(unsigned long long n) { return n; }
struct Converting {
  operator int() const volatile { return 0; }
  template <class T> operator T *() { return nullptr; }
  template <class T> operator std::vector<T>() { return {}; }
  using Function = void (*)(int);
  operator Function() { return nullptr; }
};
template <class T> struct Outer {
  struct Inner {
    template <class U> Inner(U) {}
    template <class U> operator U() requires Wide<U> { return {}; }
  };
};
inline namespace tagged {
[[gnu::abi_tag("one", "two")]] void tags() {}
struct [[gnu::abi_tag("three")]] Tagged { void member() {} };
}
struct Pair { int first, second; };
static auto [left, right] = Pair{1, 2};
namespace bindings { auto [a, b] = Pair{1, 2}; }
namespace { struct Hidden { template <class T> void member(T) {} }; }
template <class T> int variable = 3;
template <> int variable<char>;
thread_local std::string threadLocal("a");
struct Virtual { virtual ~Virtual(); virtual Virtual *clone(); };
struct Base : virtual Virtual { Base *clone() override; };
struct Derived : Pair, Base { Derived *clone() override; };
Virtual::~Virtual() {}
Virtual *Virtual::clone() { return this; }
Base *Base::clone() { return this; }
Derived *Derived::clone() { return this; }
int (*returnsPointer(char))[3] { return nullptr; }
template <class T> void (*returnsFunction(T (*)(void (*)(T)), int (Node::*)(T) const))(int) { return nullptr; }
template <class T> void decorated(const T &, T &&, const volatile T *, T (&)[3], T (Node::*)(T) const &) {}
struct Task {
  struct promise_type {
    Task get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};
Task coroutine(int) { co_await std::suspend_always{}; }
[[gnu::target_clones("default", "avx2")]] int cloned(int a) { return a * 2; }
typedef float Vector __attribute__((vector_size(16)));
void extended(Vector, __int128, _Float16, _Complex double, char8_t, long double, __float128) {}

void instantiate() {
  clauseBefore(1); constrainedParameter(1); constrainedWithArgument(1); abbreviated(1); clauseAfter(1);
  requirements(Sized()); negated(1); constrainedTemplate((Plain<int> *)0); Plain<int>().member();
  constrainedValues<1, 2>(); comparedValue<5>(); constrainedPack(1, 2.0); foldedClause(1, 2);
  ofClass(WithFriends<int>()); ofBoth(WithFriends<int>(), 1);
  constrainedLambda<int>()(1, 2, 3); lambdaOfAllParameters<int>().operator()<int, 3, Plain>((Plain<int> *)0, 1, 2.0);
  nestedLambda(1)(2); lambdaArguments(); LambdaMembers members; members.generic(1); members.ofTemplate<int>(3);
  structure<Node{nullptr, 3}>(); point<Point{1, 2.5, nullptr}>(); point<Point{}>(); unionValue<Either{.i = 3}>();
  unionValue<Either{.f = 3}>(); memberPointer<&Node::value>(); functionPointer<function>(); nullable<nullptr>();
  object<text>(); object<&text[3]>(); reference<array[2]>(); reference<nested.a[1]>(); reference<nested.b>();
  literals<true, 'a', -1, 2, -3, 4, -5, 6, u8'a', L'b'>(); floats<1.5, -0.0f>(); enumerators<Color::green, nullptr>();
  deduced(1); fold(1, 2, 3); spaceship(1, 2); call(Runner(1)); braces(Runner(1));
  Explicit object; object(1); object.forwarded(); object[1, 2]; (void)(object == object); (void)(Explicit() < object);
  (void)new Explicit[2]; (void)1_unit; Converting from; (void)(int)from; (void)(int *)from;
  (void)(std::vector<int>)from; (void)(Converting::Function)from; Outer<int>::Inner inner(3); (void)(double)inner;
  tags(); Tagged().member(); (void)left; Hidden().member(1); (variable<int>) = (variable<char>); new Derived;
  returnsFunction<int>(nullptr, nullptr); int three[3]; decorated<int>(1, 2, nullptr, three, nullptr);
  struct Local {
    void member() { struct Deeper { void member(int) {} }; Deeper().member(1); }
  } local;
  local.member();
  static int counter; { static int counter; counter = 1; } counter = 2;
  [](int x = []() { return 1; }()) { return x; }();
  []<class T>(T t) { [](auto u) { struct Deepest { void member() {} }; Deepest().member(); }(1); }(1);
  std::map<std::string, std::vector<std::function<void(std::string &, int)>>> map; map["a"].clear();
  for (int i : std::vector{1, 2, 3} | std::views::filter([](int x) { return x > 1; })) array[0] = i;
  cloned(1); coroutine(1); threadLocal.clear();
}
void lambdaArguments(int, int) {}
int main() { instantiate(); }
