/** Names of C++ programs: which of several aliases is chosen depends on how names are printed. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWhere } from '../../test-data/test-support/left-out';
import { ElfImage, elf } from '../../parser';
import { FileByteSource } from '../../parser/io/file-byte-source';
import { demangle } from './demangle';
import { SymbolTable } from '../tables/symbol-table';
import { askPerf, findToolchain, runInToolchain, noToolchain } from '../test-support/perf-oracle';

const toolchain = findToolchain();

/** Constructors with two names each, templates, aliases, a function with one letter (perf takes it for a type). */
const SOURCE = String.raw`#include <map>
#include <string>
#include <vector>
struct Base { virtual ~Base(); Base(int); int x; };
Base::Base(int a) : x(a) {}
Base::~Base() {}
struct Derived : virtual Base { Derived(); ~Derived() override; std::map<std::string, std::vector<int>> m; };
Derived::Derived() : Base(1) {}
Derived::~Derived() {}
namespace { struct Local { int run(int) const; }; __attribute__((noinline)) int Local::run(int a) const { return a + 1; } }
template <class T> __attribute__((noinline)) T twice(T a) { return a + a; }
extern "C" int plain(int a) { return Local().run(a); }
extern "C" int plain_alias(int) __attribute__((alias("plain")));
int plain_cxx_alias(int) __attribute__((alias("plain")));
extern "C" int f(int a) { return twice(a); }
int main(int argc, char **) { Derived d; d.m["a"].push_back(argc); auto l = [&](int b) { return b + argc; };
  return plain(argc) + f(argc) + l(1) + int(twice(2.0)); }`;

/** Compares the first and the last byte of each function. */
function compare(imagePath: string): void {
  const image = ElfImage.parse(FileByteSource.open(imagePath));
  const table = SymbolTable.fromImages(image, undefined, { demangle: (name) => demangle(name) ?? name });
  const code = image.segments.find(({ type, flags }) => type === elf.PT_LOAD && (flags & elf.PF_X) !== 0)!;
  const avma = 0x7f00_0000_0000;
  const pageOffset = code.fileOffset % 4096;
  const start = code.fileOffset - pageOffset;
  const svmas: number[] = [];
  for (const type of [elf.SHT_SYMTAB, elf.SHT_DYNSYM] as const) {
    const symbols = image.symbols(type);
    for (let i = 0; i < (symbols?.count ?? 0); i++) {
      const svma = symbols!.svma[i];
      const last = svma + Math.max(0, symbols!.sizeBytes[i] - 1);
      if (svma >= code.svma && last < code.svma + code.fileSizeBytes) svmas.push(svma, last);
    }
  }
  const distinct = [...new Set(svmas)];
  const addresses = distinct.map((svma) => avma + svma - code.svma + pageOffset);
  const mapping = { path: '/subject', avma, sizeBytes: code.fileSizeBytes + pageOffset, fileOffset: start };
  const expected = askPerf(new Map([['subject', imagePath]]), [mapping], addresses);
  const names = distinct.map((svma) => {
    const index = table.find(svma);
    if (index < 0) return '[unknown] (/subject)';
    return `${table.name(index)}+0x${(svma - table.start(index)).toString(16)} (/subject)`;
  });
  expect(names).toEqual(expected);
}

describeWhere(toolchain !== undefined, 'C++ names', noToolchain, () => {
  test('of a program', () => {
    const folder = mkdtempSync(join(tmpdir(), 'cxx-names-'));
    try {
      writeFileSync(join(folder, 'a.cpp'), SOURCE);
      runInToolchain(folder, ['sh', '-ec', 'g++ -O1 a.cpp -o a.out']);
      compare(join(folder, 'a.out'));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('of libstdc++', () => {
    compare(`${toolchain}/usr/lib/x86_64-linux-gnu/libstdc++.so.6`);
  });
});
