import { fitBranch, fitLine, shortenName } from './short-names';

const json =
  'nlohmann::basic_json<std::map, std::vector<int, std::allocator<int>>>::operator[]<char const>(char const*) const';

test.each([
  [json, 200, json],
  [json, 100, 'nlohmann::basic_json<std::map, std::vector<…>>::operator[]<char const>(char const*) const'],
  [json, 60, 'nlohmann::basic_json<…>::operator[]<…>(…) const'],
  [json, 40, '…basic_json<…>::operator[]<…>(…) const'],
  [json, 30, '…operator[]<…>(…) const'],
  [json, 10, '…operator…'],
  // What looks like a bracket and is none.
  ['std::operator<< <std::char_traits<char>>(std::ostream&, char const*)', 50, 'std::operator<< <…>(…)'],
  ['a::b::operator->(int, int, int, int)', 20, 'a::b::operator->(…)'],
  ['main::{lambda(int, long)#1}::operator()(int, long) const', 45, 'main::{…}::operator()(…) const'],
  ['<alloc::vec::Vec<T> as core::iter::IntoIterator>::into_iter', 30, '<…>::into_iter'],
  ['(anonymous namespace)::total_area(int, int)', 40, '(anonymous namespace)::total_area(…)'],
  ['a_c_function_of_a_long_name', 10, 'a_c_funct…'],
  // The names of the standard library's strings, as libstdc++ and libc++ have them.
  [
    'shop::Router::find(std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> > const&) const',
    60,
    'shop::Router::find(std::string const&) const',
  ],
  [
    'find(std::__1::basic_string<char, std::__1::char_traits<char>, std::__1::allocator<char>>, int)',
    40,
    'find(std::string, int)',
  ],
  ['shop::Catalogue::offers[abi:cxx11]() const', 40, 'shop::Catalogue::offers() const'],
  // What is returned goes before the namespaces.
  [
    'std::_Rb_tree_node_base* std::_Rb_tree<int, std::less<int> >::_M_copy<false>(int)',
    40,
    'std::_Rb_tree<…>::_M_copy<…>(…)',
  ],
  ['shop::Tree<int>::copy(int) [clone .isra.0] [clone .cold]', 27, 'shop::Tree<…>::copy(…)'],
  ['void* operator new(unsigned long, std::align_val_t)', 20, 'operator new(…)'],
  ['shop::Text::operator std::string() const', 30, '…operator std::string() const'],
  ['operator delete(void*, unsigned long)', 20, 'operator delete(…)'],
  ['non-virtual thunk to shop::Shape::area(int, int)', 45, 'non-virtual thunk to shop::Shape::area(…)'],
  // What report writes before and after a name stays.
  ['[.] shop::Service::answer(std::string) const (inlined)', 40, '[.] …Service::answer(…) const (inlined)'],
  ['[k] an_unlikely_long_name_of_the_kernel (inlined)', 30, '[k] an_unlikely_lon… (inlined)'],
])('%s in %d', (name, room, expected) => {
  expect(shortenName(name, room)).toBe(expected);
  expect(shortenName(name, room).length).toBeLessThanOrEqual(room);
});

test('of a branch deep in a graph the name stays, and the lines at its left go', () => {
  const deep = `${'|          '.repeat(6)}|--14.58%--geometry::Polygon::side(int)`;
  // 32 are kept for names and 10 for percentages: 18 are left for lines, one of them for the mark.
  const sideways = '--14.58%--geometry::Polygon::side(int)';
  expect(fitBranch(deep, 60)).toBe(`…${deep.slice(0, -sideways.length).slice(-17)}${sideways}`);
  expect(fitBranch(deep, 60).length).toBeLessThanOrEqual(60);
  expect(fitBranch(deep, 200)).toBe(deep);
});

test('of a line what is before the name stays', () => {
  expect(fitLine('   |--12.34%--std::map<int, std::string>::find(int const&)', 50)).toBe(
    '   |--12.34%--std::map<…>::find(…)',
  );
  // Colours take no room.
  expect(fitLine('\x1b[31m12.34%\x1b[m', 6)).toBe('\x1b[31m12.34%\x1b[m');
});

test.each([
  [
    'of a million characters',
    `std::map<${'int, char const*, '.repeat(60_000)}>::find(int)`,
    'std::map<…>::find(…)',
  ],
  [
    'as deep',
    `${'a<'.repeat(200_000)}b${'>'.repeat(200_000)}::find(int)`,
    // Three characters a level, one for the ellipsis, 11 for "::find(int)": 16 levels fit 60.
    `${'a<'.repeat(16)}…${'>'.repeat(16)}::find(int)`,
  ],
])('a name %s is shortened', (_, name, expected) => {
  // When every level was tried this took 37 s.
  expect(shortenName(name, 60)).toBe(expected);
});
