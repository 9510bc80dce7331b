/**
 * Where perf 7.2 names functions and lines wrongly (docs/as-perf.md, "Names" and "Source lines"): the address, what perf prints
 * there, what eu-addr2line and addr2line say, and that ours is what they say. Which addresses these are depends on the compiler
 * and on when samples were taken: they are found in the recordings, and every test fails where it finds none.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWhere } from '../test-support/left-out';
import { hasToolchain, repositoryFolder } from '../test-support/places';
import { agree, askBoth, runInRoot, type Answer } from './addr2line-answers';
import { compileStatic, makeOwnSet, recordOwn, removeOwnSet } from './own-recording';
import { runPerfAnew } from './perf-output';
import { runProgram } from './program-output';
import { findSet, listRecordings, type RecordingSet } from './recording-sets';
import { parseStacks, type PrintedAddress, type PrintedFrame } from './script-frames';

const fresh = findSet('fresh/');
const options = 'script -F +srcline,+dsoff';
const timeoutMs = 120_000;

/** What perf and we print of the same stacks. */
interface Printed {
  readonly perf: PrintedAddress[][];
  readonly ours: PrintedAddress[][];
  readonly asPerf: PrintedAddress[][];
}

async function printBoth(set: RecordingSet, recording: string): Promise<Printed> {
  const perf = (await runPerfAnew(set, recording, options)).toString('latin1');
  const print = async (more: string): Promise<PrintedAddress[][]> => {
    const { stdout, stderr, exitCode } = await runProgram(set, recording, `${options}${more}`);
    if (exitCode !== 0) throw new Error(stderr);
    return parseStacks(stdout.toString('latin1'));
  };
  const printed = { perf: parseStacks(perf), ours: await print(''), asPerf: await print(' --as-perf') };
  expect(printed.ours).toHaveLength(printed.perf.length);
  return printed;
}

/** An address in what each prints of one stack. */
interface Place {
  readonly perf: PrintedAddress;
  readonly ours: PrintedAddress;
  readonly asPerf: PrintedAddress;
}

/** The sampled addresses in a binary. */
function sampledPlaces({ perf, ours, asPerf }: Printed, binary: string): Place[] {
  return ours
    .map((stack, i) => ({ perf: perf[i][0], ours: stack[0], asPerf: asPerf[i][0] }))
    .filter((place) => place.ours.binary === binary);
}

const hex = (address: number): string => `0x${address.toString(16)}`;

/** Fails naming the address, and what was printed there beside what is right. */
function expectFrames(at: string, printed: PrintedFrame[], right: PrintedFrame[]): void {
  expect({ at, frames: printed }).toEqual({ at, frames: right });
}

const distinct = (addresses: number[]): number[] => [...new Set(addresses)];

/** The answers about the addresses of places, by address. @param svmaOf the address as the ELF file states it */
function askAbout(
  set: RecordingSet,
  program: string,
  places: Place[],
  svmaOf: (address: PrintedAddress) => number,
): Map<number, Answer> {
  const svmas = distinct(places.map(({ ours }) => svmaOf(ours)));
  return new Map(askBoth(set.folder, program, svmas).map((answer) => [answer.svma, answer]));
}

/** Fails where a case was met nowhere: perf is right then, or the recording does not show it. */
function expectMet(count: number, what: string, addresses: Iterable<number>): void {
  if (count === 0)
    throw new Error(`nowhere does perf print ${what}; looked at ${[...addresses].map(hex).join(' ')}`);
}

const hasFresh = hasToolchain() && listRecordings(fresh).length > 0;

describeWhere(hasFresh, 'perf is wrong about', fresh.howToGet, () => {
  test.each(['inlines-fp', 'inlines-nofp', 'inlines-o3-fp', 'inlines-o3-nofp'])(
    'inlined functions of position independent programs: the innermost is called as the symbol table calls the code (%s)',
    async (program) => {
      const places = sampledPlaces(await printBoth(fresh, program), `/w/bin/${program}`);
      // ld places the code of these programs so that offsets in the file are the addresses that the file states.
      const answers = askAbout(fresh, program, places, ({ offset }) => offset!);
      let wrong = 0;
      for (const { perf, ours, asPerf } of places) {
        const answer = answers.get(ours.offset!)!;
        const { svma, elfutils: right } = answer;
        if (!agree(answer) || right.length === 1) continue;
        const at = `${hex(svma)} of ${program}: eu-addr2line -i -f says ${right[0].name} at ${right[0].position}`;
        expectFrames(at, ours.frames, right);
        // perf's text cannot be had here: it depends on what addr2line was asked before.
        expectFrames(at, asPerf.frames, right);
        if (perf.frames[0].isInlined) continue;
        const outer = right.at(-1)!;
        const first = { ...right[0], name: outer.name, isInlined: false };
        // Where DWARF's name of the function is not the symbol's, perf takes the function for inlined.
        const isMisnamed = perf.frames.at(-1)!.isInlined;
        const last = isMisnamed ? { ...outer, name: answer.outermost, isInlined: true } : outer;
        expectFrames(at, perf.frames, [first, ...right.slice(1, -1), last]);
        expect({ at, name: right[0].name }).not.toEqual({ at, name: outer.name });
        wrong++;
      }
      expectMet(wrong, 'the ELF symbol for an inlined function', answers.keys());
    },
    timeoutMs,
  );

  test.each(['inlines-nopie-fp', 'inlines-nopie-nofp', 'inlines-o3-nopie-fp', 'inlines-o3-nopie-nofp'])(
    'the line of a call to the operator of a lambda: ??:0, where addr2line says a line (%s)',
    async (program) => {
      const places = sampledPlaces(await printBoth(fresh, program), `/w/bin/${program}`);
      const answers = askAbout(fresh, program, places, ({ address }) => address);
      let wrong = 0;
      for (const { perf, ours, asPerf } of places) {
        const answer = answers.get(ours.address)!;
        const { svma, elfutils: right } = answer;
        if (!agree(answer)) continue;
        const at = `${hex(svma)} of ${program}`;
        expectFrames(at, ours.frames, right);
        const caller = right.findIndex(({ name }) => name === 'operator()') + 1;
        if (caller === 0) continue;
        const says = `${at}: eu-addr2line -i -f says ${right[caller].position} of ${right[caller].name}`;
        const without = right.map((frame, i) => (i === caller ? { ...frame, position: '??:0' } : frame));
        expectFrames(says, perf.frames, without);
        expectFrames(says, asPerf.frames, without);
        expect({ says, position: right[caller].position }).toEqual({
          says,
          position: expect.stringMatching(/^(inlines\.cpp|stl_\w+\.h):[1-9]/) as string,
        });
        wrong++;
      }
      expectMet(wrong, '??:0 for a call to a lambda', answers.keys());
    },
    timeoutMs,
  );

  test.each(['virtual-calls-nopie-fp', 'virtual-calls-nopie-nofp'])(
    'the line of _start, which has none: that of the end of main, where addr2line says ??:? (%s)',
    async (program) => {
      const { perf, ours, asPerf } = await printBoth(fresh, program);
      const ranges = runInRoot(fresh.folder, ['readelf', '--debug-dump=aranges', `/w/bin/${program}`]);
      const covered = [...ranges.matchAll(/^ +([0-9a-f]{16}) ([0-9a-f]{16})$/gm)].map(([, start, size]) => ({
        start: parseInt(start, 16),
        size: parseInt(size, 16),
      }));
      expect(covered.length).toBeGreaterThan(5);
      let first: PrintedAddress | undefined;
      for (const [i, stack] of ours.entries()) {
        const start = stack.at(-1)!;
        if (start.binary !== `/w/bin/${program}` || start.frames[0].name !== '_start') continue;
        expect(asPerf[i].at(-1)).toEqual(perf[i].at(-1));
        // That of the call, not of the return.
        const svma = start.address - 1;
        if (first !== undefined) {
          expect(perf[i].at(-1)).toEqual(first);
          continue;
        }
        first = perf[i].at(-1)!;
        const [{ elfutils, binutils }] = askBoth(fresh.folder, program, [svma]);
        const at = `${hex(svma)} of ${program}: addr2line -i -f says ${binutils[0].position}`;
        expectFrames(at, binutils, [{ name: '_start', position: '??:0', isInlined: false }]);
        // The compiler states lines of no such address.
        expect(covered.filter(({ start: from, size }) => svma >= from && svma < from + size)).toEqual([]);
        expectFrames(at, start.frames, binutils);
        // libdw's error, so eu-addr2line has it too.
        expect(elfutils[0].position).toMatch(/^virtual-calls\.cpp:[1-9]/);
        expectFrames(at, first.frames, elfutils);
      }
      expectMet(first ? 1 : 0, 'a line of _start', []);
    },
    timeoutMs,
  );

  test.each(['qsort-callback-static-fp', 'qsort-callback-static-nofp'])(
    'the line of code without debug information: an object file, where eu-addr2line says ??:0 (%s)',
    async (program) => {
      const { perf, ours } = await printBoth(fresh, program);
      const seen = new Map<number, { perf: PrintedAddress; ours: PrintedAddress }>();
      perf.forEach((stack, i) =>
        stack.forEach((place, j) => {
          if (/\.o:0$/.test(place.frames[0].position))
            seen.set(place.address, { perf: place, ours: ours[i][j] });
        }),
      );
      expectMet(seen.size, 'an object file for a source line', []);
      for (const { svma, elfutils, binutils } of askBoth(fresh.folder, program, [...seen.keys()])) {
        const at = `${hex(svma)} of ${program}: eu-addr2line -i -f says ${elfutils[0].position}`;
        // A function that calls itself has the address several times.
        expectFrames(at, seen.get(svma)!.ours.frames.slice(0, 1), elfutils);
        expect(elfutils[0].position).toBe('??:0');
        // Neither does addr2line name a line: the object file is all that it finds.
        expect(binutils[0].position).toBe('??:0');
      }
    },
    timeoutMs,
  );
});

const copies = `#include <stddef.h>
void *copy(char *, const char *, size_t);
static char to[8192], from[8192];
int main(void) {
    volatile size_t size = 4096;
    for (int round = 0; round < 200000; round++)
        copy(to + (round & 63), from, size);
    return to[1];
}
`;

/** Compiled without debug information. Which functions of the C library have two names is up to the processor. */
const twoNames = `#include <stddef.h>
void *copy(char *to, const char *from, size_t size) {
    for (size_t i = 0; i < size; i++) to[i] = from[i];
    return to;
}
void *copy_anywhere(char *, const char *, size_t) __attribute__((alias("copy")));
`;

describeWhere(
  hasToolchain(),
  'perf is wrong in own recordings about',
  'run test-data/toolchain/setup.sh',
  () => {
    const workloads = join(repositoryFolder, 'test-data/workloads');
    const sources = { 'copies.c': copies, 'two-names.c': twoNames } as Record<string, string>;
    for (const name of ['inlines.cpp', 'workload.h'])
      sources[name] = readFileSync(join(workloads, name), 'utf8');
    let own: RecordingSet;
    beforeAll(() => {
      own = makeOwnSet(sources);
    });
    afterAll(() => removeOwnSet(own));

    test(
      'functions of two names without debug information: inlined, without a binary',
      async () => {
        runInRoot(own.folder, ['env', '-C', 'src', 'gcc', '-O1', '-c', 'two-names.c']);
        compileStatic(own, 'copies', ['gcc', '-O2', '-g', 'copies.c', 'two-names.o']);
        recordOwn(own, 'copies');
        const symbols = runInRoot(own.folder, ['nm', 'bin/copies']);
        const places = sampledPlaces(await printBoth(own, 'copies'), '/w/bin/copies').filter(({ ours }) =>
          ours.frames[0].name.startsWith('copy'),
        );
        const answers = askAbout(own, 'copies', places, ({ address }) => address);
        expectMet(places.length, 'a sample of the copy', []);
        for (const { perf, ours, asPerf } of places) {
          const { svma, elfutils, binutils } = answers.get(ours.address)!;
          const [{ name: otherName }] = elfutils;
          const at = `${hex(svma)}: eu-addr2line -i -f says ${otherName}, inlined into nothing`;
          const { name } = ours.frames[0];
          expect([name, otherName]).toEqual(['copy_anywhere', 'copy']);
          // Both are names of the same code.
          const startOf = (symbol: string) => new RegExp(`^(\\w+) \\w ${symbol}$`, 'm').exec(symbols)![1];
          expect(startOf(otherName)).toBe(startOf(name));
          expectFrames(at, binutils, elfutils);
          expectFrames(at, elfutils, [{ name: otherName, position: '??:0', isInlined: false }]);
          expectFrames(at, ours.frames, [{ name, position: '??:0', isInlined: false }]);
          expectFrames(at, asPerf.frames, ours.frames);
          expectFrames(at, perf.frames, [{ name: otherName, position: '??:0', isInlined: true }]);
          expect(perf.binary).toBeUndefined();
        }
      },
      timeoutMs,
    );

    test(
      'inlined functions of split DWARF: none, where addr2line names them in the same code without -gsplit-dwarf',
      async () => {
        const flags = ['g++', '-std=c++20', '-O2', '-g', 'inlines.cpp'];
        compileStatic(own, 'whole', flags);
        compileStatic(own, 'split', [...flags, '-gsplit-dwarf']);
        const code = (program: string): Buffer => {
          runInRoot(own.folder, [
            'objcopy',
            '-O',
            'binary',
            '-j',
            '.text',
            `bin/${program}`,
            `${program}.text`,
          ]);
          return readFileSync(join(own.folder, `${program}.text`));
        };
        expect(code('split').equals(code('whole'))).toBe(true);
        recordOwn(own, 'split');
        const places = sampledPlaces(await printBoth(own, 'split'), '/w/bin/split');
        const answers = askAbout(own, 'whole', places, ({ address }) => address);
        let wrong = 0;
        for (const { perf, ours, asPerf } of places) {
          const answer = answers.get(ours.address)!;
          const { svma, elfutils: right } = answer;
          if (!agree(answer) || right.length === 1) continue;
          const at = `${hex(svma)}: eu-addr2line -i -f says ${right[0].name} inlined at ${right[1].position}`;
          expectFrames(at, ours.frames, right);
          expectFrames(
            at,
            asPerf.frames.map(({ name, isInlined }) => ({ name, isInlined, position: '' })),
            right.map(({ name, isInlined }) => ({ name, isInlined, position: '' })),
          );
          const { position } = right[0];
          expectFrames(at, perf.frames, [{ name: right.at(-1)!.name, position, isInlined: false }]);
          wrong++;
        }
        expectMet(wrong, 'one frame for several functions', answers.keys());
      },
      timeoutMs,
    );
  },
);
