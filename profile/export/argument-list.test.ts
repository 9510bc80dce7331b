/** Names as c++filt 2.47, rustfilt and Go's linker write them. */

import { withoutArguments } from './argument-list';

test.each([
  // C++
  ['qsort', 'qsort'],
  ['shapes::area(int) const', 'shapes::area'],
  ['f(int) volatile &&', 'f'],
  ['f() noexcept', 'f'],
  ['(anonymous namespace)::risky(int)', '(anonymous namespace)::risky'],
  ['(anonymous namespace)::f', '(anonymous namespace)::f'],
  ['f((anonymous namespace)::T, void (*)(int))', 'f'],
  ['Sorter::operator()(int, int) const', 'Sorter::operator()'],
  ['Sorter::operator()', 'Sorter::operator()'],
  ['operator()', 'operator()'],
  ['operator()<int>', 'operator()<int>'],
  ['operator+(Point const&, Point const&)', 'operator+'],
  ['my_operator(int)', 'my_operator'],
  ['operator<(Point const&, Point const&)', 'operator<'],
  ['Handle::operator->()', 'Handle::operator->'],
  ['Handle::operator bool() const', 'Handle::operator bool'],
  ['operator"" _kg(long double)', 'operator"" _kg'],
  ['run(int)::{lambda(int)#1}::operator()(int) const', 'run(int)::{lambda(int)#1}::operator()'],
  ['run()::{lambda()#2}::_FUN()', 'run()::{lambda()#2}::_FUN'],
  ['run(int)::{lambda(int)#1}', 'run(int)::{lambda(int)#1}'],
  ['void paint<(Color)1>(int)', 'void paint<(Color)1>'],
  ['void paint<(Color)2>(int)', 'void paint<(Color)2>'],
  ['void paint<((1)>(2))>(int)', 'void paint<((1)>(2))>'],
  [
    'std::enable_if<(sizeof (int))==(4), int>::type f<int>(int)',
    'std::enable_if<(sizeof (int))==(4), int>::type f<int>',
  ],
  ['decltype (f({parm#1})) g<int>(int)', 'decltype (f({parm#1})) g<int>'],
  ['name[abi:cxx11](int)', 'name[abi:cxx11]'],
  ['copy(int) [clone .part.0]', 'copy [clone .part.0]'],
  ['copy(int) (.cold)', 'copy (.cold)'],
  ['outer(int)::Local', 'outer(int)::Local'],
  ['outer(int)::Local::method(char)', 'outer(int)::Local::method'],
  // Rust
  ['<(u32, u64) as rt::Work>::work', '<(u32, u64) as rt::Work>::work'],
  ['<fn(u64) -> u64 as rt::Work>::work', '<fn(u64) -> u64 as rt::Work>::work'],
  ['rt::generic::<(u8, alloc::string::String)>', 'rt::generic::<(u8, alloc::string::String)>'],
  ['core::ptr::drop_in_place<dyn core::ops::Fn(u32)>', 'core::ptr::drop_in_place<dyn core::ops::Fn(u32)>'],
  // Go, generated code, damage
  ['net/http.(*Client).Do', 'net/http.(*Client).Do'],
  ['main.main.func1', 'main.main.func1'],
  ['void [My.Lib] Ns.Class::Spin(int32)[Tier1]', 'void [My.Lib] Ns.Class::Spin(int32)[Tier1]'],
  ['RegExp:(a|b)', 'RegExp:(a|b)'],
  ['-[NSArray(Category) count]', '-[NSArray(Category) count]'],
  ['(cookie)', '(cookie)'],
  ['f)', 'f)'],
  ['f(', 'f('],
  ['', ''],
])('%s becomes %s', (name, short) => {
  expect(withoutArguments(name)).toBe(short);
});
