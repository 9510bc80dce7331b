import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWhere } from '../../test-data/test-support/left-out';
import { ElfImage, elf } from '../../parser';
import { FileByteSource } from '../../parser/io/file-byte-source';
import { SymbolLookup } from './symbol-lookup';
import { SymbolTable } from './symbol-table';
import {
  askPerf,
  findRecordings,
  findToolchain,
  runInToolchain,
  type OracleMapping,
  noRecordings,
  noToolchain,
} from '../test-support/perf-oracle';

const toolchain = findToolchain();
const recordings = findRecordings();
const isHere = toolchain !== undefined && recordings !== undefined;
const missing = toolchain ? noRecordings : noToolchain;

function open(path: string): ElfImage {
  return ElfImage.parse(FileByteSource.open(path));
}

const PAGE = 4096;
const BIAS = 0x7f00_0000_0000;

/** The mappings that a loader makes of an image. */
function mappingsOf(path: string, image: ElfImage): OracleMapping[] {
  const loads = image.segments.filter(({ type }) => type === elf.PT_LOAD);
  return loads.map(({ svma, fileOffset, memorySizeBytes }) => {
    const start = Math.floor(svma / PAGE) * PAGE;
    const end = Math.ceil((svma + memorySizeBytes) / PAGE) * PAGE;
    return {
      path,
      avma: BIAS + start,
      sizeBytes: end - start,
      fileOffset: Math.floor(fileOffset / PAGE) * PAGE,
    };
  });
}

/** Addresses that tell tables apart: of every symbol and section first, middle and last byte and one beyond. */
function interestingAddresses(images: readonly ElfImage[]): number[] {
  const code = images[0].segments.filter(
    ({ type, flags }) => type === elf.PT_LOAD && (flags & elf.PF_X) !== 0,
  );
  const svmas = new Set<number>();
  const add = (start: number, sizeBytes: number) => {
    for (const svma of [
      start - 1,
      start,
      start + (sizeBytes >> 1),
      start + sizeBytes - 1,
      start + sizeBytes,
    ]) {
      const holds = code.some(
        (segment) => svma >= segment.svma && svma < segment.svma + segment.fileSizeBytes,
      );
      if (holds) svmas.add(svma);
    }
  };
  for (const image of images) {
    for (const section of image.sections) add(section.svma, section.sizeBytes);
    for (const type of [elf.SHT_SYMTAB, elf.SHT_DYNSYM] as const) {
      const table = image.symbols(type);
      for (let i = 0; i < (table?.count ?? 0); i++) add(table!.svma[i], table!.sizeBytes[i]);
    }
  }
  for (const section of images[0].sections.filter(({ name }) => name.startsWith('.plt'))) {
    for (let at = 0; at < section.sizeBytes; at += 4) svmas.add(section.svma + at);
  }
  return [...svmas];
}

function nameAs(table: SymbolTable, svma: number, dso: string): string {
  const index = table.find(svma);
  if (index < 0) return `[unknown] (${dso})`;
  return `${table.name(index)}+0x${(svma - table.start(index)).toString(16)} (${dso})`;
}

/** What {@link nameAs} says, by the look-up of single places. */
function nameFound(lookup: SymbolLookup, image: ElfImage, svma: number, dso: string): string {
  const found = lookup.findByFileOffset(image.fileOffsetOf(svma));
  return found ? `${found.name}+0x${(svma - found.startSvma).toString(16)} (${dso})` : `[unknown] (${dso})`;
}

const HIDDEN_AND_SHOWN = String.raw`static __attribute__((noinline)) int hidden(int a) { return a * 3; }
int shown(int a) { return hidden(a) + 1; }`;

/** Calls library functions, also through pointers bound at load time, and one that is chosen at load time (IFUNC). */
const CALLS = String.raw`#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static int one(void) { return 1; }
static void *choose(void) { return one; }
int chosen(void) __attribute__((ifunc("choose")));
void (*volatile release)(void *) = free;
int main(int argc, char **argv) {
  printf("%d %zu\n", chosen(), strlen(argv[0]));
  char *p = malloc(argc);
  free(p);
  return puts(memchr(argv[0], 'a', 1) ? "a" : "b");
}`;

/** Has PLT entries without a library. */
const FREESTANDING = String.raw`int first(int); int second(int);
static __attribute__((noinline)) int hidden(int a) { return first(a) * 3; }
int shown(int a) { return hidden(a) + second(a); }`;

/**
 * 300 symbols thrown over 4 KiB of code, of all sizes, so that most overlap and many start together: what covers an
 * address is then decided by the shape of perf's search tree.
 */
function overlappingSymbols(): string {
  let state = 1;
  const next = (bound: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % bound;
  };
  const lines = ['.text', '.balign 4096', 'ground: .fill 4096, 1, 0x90'];
  for (let i = 0; i < 300; i++) {
    const name = `${'_'.repeat(next(3))}s${i}`;
    lines.push(`.set ${name}, ground + ${next(512) * 8}`);
    const kind = next(4);
    if (kind === 0) lines.push(`.weak ${name}`);
    if (kind === 1) lines.push(`.globl ${name}`);
    if (next(8) > 0) lines.push(`.type ${name}, @function`);
    if (next(4) > 0) lines.push(`.size ${name}, ${next(600)}`);
  }
  return `asm(${lines.map((line) => JSON.stringify(`${line}\n`)).join('\n')});\nint main(void) { return 0; }`;
}

/** As Fedora builds: stripped, with the functions that .dynsym does not have in .gnu_debugdata. */
const EMBED = `nm a.out --format=posix --defined-only | awk '$2 == "t" { print $1 }' > keep
objcopy --only-keep-debug a.out debug
objcopy -S --remove-section .comment --keep-symbols=keep debug mini
strip --strip-all a.out
xz mini
objcopy --add-section .gnu_debugdata=mini.xz a.out`;

describeWhere(isHere, 'every symbol of a real library gets the name that perf gives it', missing, () => {
  const x86 = `${recordings}/x86_64-defer/root`;
  const x86Libraries = `${x86}/usr/lib/x86_64-linux-gnu`;
  const debugFiles = `${x86}/usr/lib/debug/.build-id`;
  const subjects: [string, string, string | undefined][] = [
    [
      'libc, x86-64, with debug file',
      `${x86Libraries}/libc.so.6`,
      `${debugFiles}/a2/26e0f150be89099d375c6b865b1dba794648ae.debug`,
    ],
    [
      'ld.so, x86-64, with debug file',
      `${x86Libraries}/ld-linux-x86-64.so.2`,
      `${debugFiles}/0a/8e9e6786b32d6e0071b94092410c732237d535.debug`,
    ],
    ['libc, x86-64, stripped', `${x86Libraries}/libc.so.6`, undefined],
    ['libm, x86-64, stripped', `${x86Libraries}/libm.so.6`, undefined],
    ['libgcc, x86-64, stripped', `${x86Libraries}/libgcc_s.so.1`, undefined],
    ['busybox, x86-64, static', `${x86}/usr/bin/busybox`, undefined],
    ['a program, x86-64', `${x86}/q/bin/wa.fp`, undefined],
    ...['aarch64', 's390x'].flatMap((arch): [string, string, undefined][] => {
      const root = `${recordings}/${arch}/root`;
      return [
        [`libc, ${arch}`, `${root}/usr/lib/${arch}-linux-gnu/libc.so.6`, undefined],
        [`libgcc, ${arch}`, `${root}/usr/lib/${arch}-linux-gnu/libgcc_s.so.1`, undefined],
        [`a program, ${arch}`, `${root}/w/wlc-omit`, undefined],
        [`a freestanding program, ${arch}`, `${root}/w/wlbare-fp`, undefined],
      ];
    }),
  ];

  test.each(subjects)('%s', (_name, imagePath, debugPath) => {
    const image = open(imagePath);
    const debug = debugPath === undefined ? undefined : open(debugPath);
    const table = SymbolTable.fromImages(image, debug);
    const svmas = interestingAddresses(debug ? [image, debug] : [image]);
    const files = new Map([['subject', imagePath]]);
    if (debugPath !== undefined) files.set(debugPath.slice(debugPath.indexOf('usr/lib/debug')), debugPath);
    const expected = askPerf(
      files,
      mappingsOf('/subject', image),
      svmas.map((svma) => BIAS + svma),
    );
    const named = svmas.map((svma, i) => `${svma.toString(16)} ${expected[i]}`);
    expect(svmas.map((svma) => `${svma.toString(16)} ${nameAs(table, svma, '/subject')}`)).toEqual(named);
    const lookup = SymbolLookup.fromImages(image, debug);
    expect(svmas.map((svma) => `${svma.toString(16)} ${nameFound(lookup, image, svma, '/subject')}`)).toEqual(
      named,
    );
  });

  test.each([
    ['with symbols in .gnu_debugdata', HIDDEN_AND_SHOWN, 'gcc -O1 -shared -fPIC', EMBED],
    ['with symbols that overlap', overlappingSymbols(), 'gcc -O1', ''],
    ['with symbols that overlap, as a library', overlappingSymbols(), 'gcc -O1 -shared', ''],
    ['bound lazily', CALLS, 'gcc -O1 -Wl,-z,lazy', ''],
    ['bound at once', CALLS, 'gcc -O1 -Wl,-z,now', ''],
    ['without .plt', CALLS, 'gcc -O1 -fno-plt', ''],
    ['with .plt.sec', CALLS, 'gcc -O1 -fcf-protection -Wl,-z,lazy,-z,ibtplt', ''],
    ['with .plt.sec, stripped', CALLS, 'gcc -O1 -fcf-protection -Wl,-z,ibtplt', 'strip a.out'],
    ['static', CALLS, 'gcc -O1 -static', ''],
    ['static, at any address', CALLS, 'gcc -O1 -static-pie', ''],
    ['at a fixed address', CALLS, 'gcc -O1 -no-pie', ''],
    ['whose code shares pages with data', CALLS, 'gcc -O1 -Wl,-z,noseparate-code', ''],
    ['for AArch64', FREESTANDING, 'aarch64-linux-gnu-gcc -O1 -nostdlib -shared -fPIC', ''],
    [
      'for AArch64 with branch protection',
      FREESTANDING,
      'aarch64-linux-gnu-gcc -O1 -nostdlib -shared -fPIC -mbranch-protection=standard -Wl,-z,force-bti',
      '',
    ],
    ['for i386', CALLS, 'gcc -m32 -O1', ''],
    ['for i386, bound lazily', CALLS, 'gcc -m32 -O1 -Wl,-z,lazy', ''],
    ['for i386, stripped', CALLS, 'gcc -m32 -O1', 'strip a.out'],
    ['for i386, static', CALLS, 'gcc -m32 -O1 -static', ''],
    ['for i386 with .plt.sec', CALLS, 'gcc -m32 -O1 -fcf-protection -Wl,-z,lazy,-z,ibtplt', ''],
    ['for arm', FREESTANDING, 'arm-linux-gnueabihf-gcc -O1 -nostdlib -shared -fPIC', ''],
    ['for arm, without Thumb', FREESTANDING, 'arm-linux-gnueabihf-gcc -marm -O1 -nostdlib -shared -fPIC', ''],
    ['for s390x', FREESTANDING, 's390x-linux-gnu-gcc -O1 -nostdlib -shared -fPIC', ''],
  ])('a program %s', (_name, source, compiler, after) => {
    const folder = mkdtempSync(join(tmpdir(), 'symbol-table-'));
    try {
      writeFileSync(join(folder, 'a.c'), source);
      runInToolchain(folder, ['sh', '-ec', `${compiler} a.c -o a.out\n${after}`]);
      const imagePath = join(folder, 'a.out');
      const image = open(imagePath);
      const table = SymbolTable.fromImages(image, undefined);
      const svmas = interestingAddresses([image]);
      const text = image.findSection('.text')!;
      for (let at = 0; at < Math.min(text.sizeBytes, 9000); at++) svmas.push(text.svma + at);
      const expected = askPerf(
        new Map([['subject', imagePath]]),
        mappingsOf('/subject', image),
        svmas.map((svma) => BIAS + svma),
      );
      const named = svmas.map((svma, i) => `${svma.toString(16)} ${expected[i]}`);
      expect(svmas.map((svma) => `${svma.toString(16)} ${nameAs(table, svma, '/subject')}`)).toEqual(named);
      const lookup = SymbolLookup.fromImages(image, undefined);
      expect(
        svmas.map((svma) => `${svma.toString(16)} ${nameFound(lookup, image, svma, '/subject')}`),
      ).toEqual(named);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
