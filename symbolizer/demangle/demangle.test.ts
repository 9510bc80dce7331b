/**
 * Names against the tools that print them: a table that was recorded, the same table and whole symbol tables with the
 * tools of the toolchain root where it is, and names that are damaged at random.
 */

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cpuTimeMs } from '../../test-data/test-support/cpu-time';
import { describeWhere } from '../../test-data/test-support/left-out';
import { toolchainIsRequired } from '../../test-data/test-support/places';
import { findToolchain, noToolchain } from '../test-support/perf-oracle';
import { demangle, type DemangleOptions, perfForm } from './demangle';
import {
  askCxxfilt,
  askPerfNames,
  binutilsForm,
  mangledNamesOf,
  namesOfOurPrograms,
} from './test-support/oracles';

interface RecordedName {
  readonly name: string;
  readonly cxxfilt: string;
  readonly perf: string;
}

function readRecordedNames(): RecordedName[] {
  const text = readFileSync(join(__dirname, 'test-support/recorded-names.tsv'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [name, cxxfilt, perf = cxxfilt] = line.split('\t');
      return { name, cxxfilt: cxxfilt === '-' ? name : cxxfilt, perf: perf === '-' ? name : perf };
    });
}

const recorded = readRecordedNames();
const recordedNames = recorded.map(({ name }) => name);

/** What perf 7.2.12 prints of names with characters that c++filt takes for the end of one. */
const otherNames: [string, string][] = [
  // Lengths count bytes of UTF-8.
  ['_Z7größev', 'größe()'],
  ['_Z5größev', '_Z5größev'],
  ['_ZN2ü4testEi', 'ü::test(int)'],
  ['größe', 'größe'],
  ['Ljava/lang/String;regionMatches(ZI[BJ)Z', 'java.lang.String.regionMatches(boolean, int, byte[], long)'],
  ['La/B;c(DFSC[Lx/Y;Z)V', 'a.B.c(double, float, short, char, x.Y, boolean[])'],
  ['runtime.(*mheap).alloc', 'runtime.(*mheap).alloc'],
  ['operator+(int)', 'operator+(int)'],
];

/** What is printed of each name. */
function printed(names: readonly string[], options: DemangleOptions): string[] {
  return names.map((name) => demangle(name, options) ?? name);
}

/** The names whose texts differ, with both; comparing whole arrays would print them all. */
function differences(names: readonly string[], ours: readonly string[], theirs: readonly string[]): string[] {
  expect(theirs).toHaveLength(names.length);
  return names.flatMap((name, i) => (ours[i] === theirs[i] ? [] : [`${name}\n${ours[i]}\n${theirs[i]}`]));
}

describe('recorded names', () => {
  test('as c++filt prints them', () => {
    const expected = recorded.map(({ cxxfilt }) => cxxfilt);
    expect(differences(recordedNames, printed(recordedNames, binutilsForm), expected)).toEqual([]);
  });

  test('as perf prints them', () => {
    const expected = recorded.map(({ perf }) => perf);
    expect(differences(recordedNames, printed(recordedNames, perfForm), expected)).toEqual([]);
  });

  test.each([
    ['_ZN1A1fEPKc', 'A::f'],
    ['_ZNK1A1fEv', 'A::f'],
    ['_Z1fIiEvT_', 'f<int>'],
    ['_Z1fv.part.0', 'f'],
    ['_ZZ1fiENK1A1gEv', 'f(int)::A::g'],
    ['_ZTV1A', 'vtable for A'],
  ])('%s without parameters is %s', (name, text) => {
    expect(demangle(name, { ...perfForm, params: false })).toBe(text);
  });

  test.each(otherNames)('%s is printed as %s', (name, text) => {
    expect(printed([name], perfForm)).toEqual([text]);
  });
});

const toolchain = findToolchain();

describeWhere(toolchain !== undefined || toolchainIsRequired, 'with the tools', noToolchain, () => {
  const libraries = '/usr/lib/x86_64-linux-gnu';
  const compiler = '/usr/lib/gcc/x86_64-linux-gnu/16';
  const findLibrary = (beginning: string): string => {
    const found = readdirSync(`${toolchain}${libraries}`).find((name) => name.startsWith(beginning));
    if (found === undefined) throw new Error(`${beginning}* is not in the toolchain root`);
    return `${libraries}/${found}`;
  };
  const subjects: [string, () => string[]][] = [
    ['the recorded names', () => recordedNames],
    ['our programs', namesOfOurPrograms],
    ['libstdc++.so', () => mangledNamesOf([`${libraries}/libstdc++.so.6`], { dynamic: true })],
    // Other large libraries in C++, of Debian's apt and binutils, which every root has.
    ['libapt-pkg.so', () => mangledNamesOf([findLibrary('libapt-pkg.so.')], { dynamic: true })],
    ['libgprofng.so', () => mangledNamesOf([findLibrary('libgprofng.so.')], { dynamic: true })],
    [
      'libstdc++.a',
      () => mangledNamesOf([`${compiler}/libstdc++.a`, `${compiler}/libstdc++exp.a`], { dynamic: false }),
    ],
    [
      'the compiler',
      () => mangledNamesOf(['/usr/libexec/gcc/x86_64-linux-gnu/16/cc1plus'], { dynamic: true }),
    ],
  ];

  test('names of other languages', () => {
    const names = otherNames.map(([name]) => name);
    expect(askPerfNames(names)).toEqual(otherNames.map(([, text]) => text));
  });

  test.each(subjects)('%s: all equal', (_, listNames) => {
    const names = listNames();
    expect(names.length).toBeGreaterThan(300);
    expect(differences(names, printed(names, binutilsForm), askCxxfilt(names))).toEqual([]);
    const bare = { ...binutilsForm, params: false };
    // c++filt -p is not only for C++: Rust is left out of the comparison.
    const ofCxx = names.filter((name) => name.startsWith('_Z') && !/17h[0-9a-f]{16}E/.test(name));
    expect(differences(ofCxx, printed(ofCxx, bare), askCxxfilt(ofCxx, '-p'))).toEqual([]);
    expect(differences(names, printed(names, perfForm), askPerfNames(names))).toEqual([]);
  });
});

/** The shared libraries of rustc, if it is installed: LLVM in C++, the compiler in Rust. */
function findRustLibraries(): { folder: string; names: string[] } | undefined {
  try {
    const root = execFileSync('rustc', ['--print', 'sysroot'], { encoding: 'utf8', stdio: 'pipe' }).trim();
    const folder = join(root, 'lib');
    return {
      folder,
      names: readdirSync(folder).filter((name) => /^lib(LLVM|rustc_driver).*\.so/.test(name)),
    };
  } catch {
    return undefined;
  }
}

const rustLibraries = findRustLibraries();
const hasRust = toolchain !== undefined && rustLibraries !== undefined;

describeWhere(hasRust, 'the libraries of rustc', toolchain ? 'no rustc' : noToolchain, () => {
  test('all equal', () => {
    const { folder, names: files } = rustLibraries!;
    const paths = files.map((file) => join(folder, file)).filter((path) => statSync(path).size > 1 << 20);
    const names = mangledNamesOf(paths, { dynamic: true, folder });
    expect(names.length).toBeGreaterThan(10_000);
    expect(differences(names, printed(names, binutilsForm), askCxxfilt(names))).toEqual([]);
    expect(differences(names, printed(names, perfForm), askPerfNames(names))).toEqual([]);
  });
});

/** No name may take more processor time. It is a thousand times what a real one takes. */
const maxTimeMs = 2000;
const maxTextLength = 1.1 * (1 << 20);

function expectBounded(name: string): void {
  for (const options of [perfForm, binutilsForm, { ...perfForm, params: false }]) {
    const start = cpuTimeMs();
    const text = demangle(name, options);
    const timeMs = cpuTimeMs() - start;
    if (timeMs > maxTimeMs || (text?.length ?? 0) > maxTextLength) {
      throw new Error(`${name}: ${timeMs} ms, ${text?.length} characters`);
    }
  }
}

/** S_, S0_, … S9_, SA_, … */
function substitution(index: number): string {
  return `S${index === 0 ? '' : (index - 1).toString(36).toUpperCase()}_`;
}

/** `first`, and then `count` types of which each has the one before it twice. */
function doublingTypes(
  first: string,
  count: number,
  combine: (type: string) => string,
  perType: number,
): string {
  let name = first;
  for (let i = 0; i < count; i++) name += combine(substitution(1 + i * perType));
  return name;
}

describe('hostile names', () => {
  const deep = [50, 300, 1000, 100_000];
  const nested = (before: string, middle: string, after: string): string[] =>
    deep.map((count) => before.repeat(count) + middle + after.repeat(count));

  test.each<[string, string[]]>([
    ['pointers', nested('P', 'i', '').map((type) => `_Z1f${type}`)],
    ['templates', nested('1AI', 'i', 'E').map((type) => `_Z1f${type}`)],
    ['functions', nested('PFi', 'i', 'E').map((type) => `_Z1f${type}`)],
    ['arrays', nested('A1_', 'i', '').map((type) => `_Z1f${type}`)],
    ['local names', nested('Z', '1f', 'vE1g').map((name) => `_${name}`)],
    ['packs', nested('I', 'i', 'E').map((list) => `_Z1f${list}vv`)],
    ['operators', nested('ng', 'fp_', '').map((expression) => `_Z1fIiEDT${expression}ET_`)],
    ['calls', nested('cl', 'fp_', 'fp_E').map((expression) => `_Z1fIiEDT${expression}ET_`)],
    ['scopes', nested('sr1A', '1b', '').map((expression) => `_Z1fIiEDT${expression}ET_`)],
    ['conversions', nested('T_I', 'i', 'E').map((type) => `_ZN1Acv${type}Ev`)],
    ['pack expansions', nested('Dp', 'T_', '').map((type) => `_Z1fIJiiEEv${type}`)],
    ['Rust references', nested('R', 'a', '').map((type) => `_RINvC1a1f${type}E`)],
    ['Rust paths', nested('I', 'C1a', 'E').map((path) => `_R${path}`)],
    ['Rust elements', nested('1$', '17h0123456789abcdef', '').map((path) => `_ZN${path}E`)],
    ['Java arrays', nested('[', 'I', '').map((type) => `La;b(${type})V`)],
    ['plain names', nested('a', '', '')],
    ['doubling templates', [`_Z1f${doublingTypes('1AIiiE', 60, (type) => `S_I${type}${type}E`, 1)}`]],
    ['doubling functions', [`_Z1f${doublingTypes('PFvvE', 50, (type) => `PF${type}${type}E`, 2)}`]],
    ['doubling without text', [`_Z1f${doublingTypes('1AIJEE', 60, (type) => `S_I${type}${type}E`, 1)}`]],
    ['nested expansions', [`_Z1fIJ${'i'.repeat(60)}EEv${'DpFv'.repeat(60)}T_${'E'.repeat(60)}`]],
    ['Rust lifetimes', ['_RINvC1a1fFGzzzzzzzz_EuE']],
    ['Rust numbers', ['_RNvCszzzzzzzzzzzzzzzzzzz_1a1b', `_RINvC1a1fKj${'f'.repeat(10_000)}_E`]],
    ['Rust punycode', [`_RNvC1au9999${'a'.repeat(9999)}`]],
    ['a Rust name that doubles', [doublingRust(40)]],
  ])('%s end in bounded time', (_, names) => {
    names.forEach(expectBounded);
  });

  test('names that are damaged at random', () => {
    const seed = Number(process.env.PERF_SFRAME_FUZZ_SEED ?? Date.now() % 1_000_000);
    const random = randomIntegers(seed);
    for (let i = 0; i < 20_000; i++) {
      const name = damage(recordedNames, random);
      try {
        expectBounded(name);
      } catch (error) {
        throw new Error(`PERF_SFRAME_FUZZ_SEED=${seed}, name ${i}: ${name}`, { cause: error });
      }
    }
  });
});

/** A tuple of two back references to the tuple before it, over and over. */
function doublingRust(count: number): string {
  const base62 = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
  let name = 'INvC1a1fTaaE';
  let last = name.length - 4;
  for (let i = 0; i < count; i++) {
    const start = name.length;
    const index = last - 1;
    const digits = index < 62 ? base62[index] : base62[Math.floor(index / 62)] + base62[index % 62];
    name += `TB${digits}_B${digits}_E`;
    last = start;
  }
  return `_R${name}E`;
}

/** A generator of integers below a limit, the same ones for the same seed. */
function randomIntegers(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const pieces =
  'S_ S0_ T_ T0_ Dp I J E X L Li1E sr St N Z v UlvE_ Ut_ K R O P Fv cv DT fp_ B3abi C1 D1 sZ sp M1a A3_ nx st cl il tl ' +
  'aa on gs dt DC1a1bE Tn Ty Tp fl fR qu nw L_Z1fvE Do TV GR Th8_ _R Nv Cs_ B_ KB_ G_ 9 0 _ $ . \u00e9';

/** One of `names` with a few characters taken out, put in, or replaced by pieces of the grammar or other names. */
function damage(names: readonly string[], random: (limit: number) => number): string {
  const inserts = pieces.split(' ');
  let name = names[random(names.length)];
  for (let i = random(3); i >= 0; i--) {
    const at = random(name.length + 1);
    const other = names[random(names.length)];
    const from = random(other.length);
    const choices = ['', inserts[random(inserts.length)], other.slice(from, from + random(20))];
    name = name.slice(0, at) + choices[random(3)] + name.slice(at + random(3));
  }
  return name;
}
