/** What compare counts, against what perf prints of the same recordings and of recordings of the kernel's own chains. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workFolder } from '../../../test-data/test-support/places';
import type { VerifyJson } from '../../sframe/json';
import {
  compareFresh,
  compareMethods,
  describeWithRecordings,
  freshOptions,
  freshPath,
  runCompare,
} from '../test-support/run-compare';
import { runProgram } from '../../../test-data/test-support/program';

/** Frames of each sample as perf script prints them. */
function perfDepths(recording: string): number[] {
  const text = readFileSync(freshPath(recording, '.noinline.txt'), 'utf8');
  const blocks = text.split('\n\n').filter((block) => block.trim() !== '');
  return blocks.map((block) => block.split('\n').filter((line) => line.startsWith('\t')).length);
}

const dwarfRecordings = ['recursion-nofp', 'qsort-callback-fp', 'signals-nofp', 'virtual-calls-nofp'];

describeWithRecordings("the dwarf column and perf's own unwinding", dwarfRecordings, () => {
  test.each(dwarfRecordings)('%s has as many samples and frames', (recording) => {
    const depths = perfDepths(recording);
    const dwarf = compareMethods(recording).methods.find(({ name }) => name === 'dwarf')!;
    expect(dwarf.samples).toBe(depths.length);
    expect(dwarf.frames).toBe(depths.reduce((sum, depth) => sum + depth, 0));
    expect(dwarf.maxDepth).toBe(Math.max(...depths));
  });
});

/** Chance goes below this in none of a thousand runs of these tests, with some ten functions each. */
const NOT_BY_CHANCE = 1e-5;

const framePointerPairs = [['recursion-fp', 'recursion-fp.callgraph-fp']] as const;

describeWithRecordings("the fp column and the kernel's own chains", framePointerPairs.flat(), () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'compare-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(framePointerPairs)('%s is as deep as %s, within chance', (unwound, recorded) => {
    const rows = join(folder, 'rows.csv');
    const { exitCode } = runCompare([freshPath(unwound), ...freshOptions, '--per-sample', rows]);
    expect(exitCode).toBe(0);
    const [header, ...lines] = readFileSync(rows, 'utf8').trimEnd().split('\n');
    const column = header.split(',').indexOf('fp_frames');
    const ours = meanAndError(lines.map((line) => Number(line.split(',')[column])));
    const kernels = meanAndError(perfDepths(recorded));
    expect(Math.abs(ours.mean - kernels.mean)).toBeLessThan(4 * Math.hypot(ours.error, kernels.error));
    expect(ours.mean).toBeGreaterThan(2);
  });

  test.each(framePointerPairs)(
    '%s by fp has the functions of %s, and other ones by dwarf',
    (unwound, recorded) => {
      // The kernel goes on past main's caller, into words that are not addresses, where a return address of zero stops us.
      const isKnown = ({ symbol }: { symbol: string }): boolean => symbol !== '[unknown]';
      const leastProbability = (unwind: string): number => {
        const { functions, callers } = compareFresh(recorded, unwound, '--unwind', unwind);
        const known = functions.filter(isKnown);
        const knownCallers = callers.filter(({ caller, callee }) => isKnown(caller) && isKnown(callee));
        expect(known.length).toBeGreaterThan(4);
        const shares = known.flatMap(({ self, total }) => [self, total]);
        return Math.min(...[...shares, ...knownCallers].map(({ probability }) => probability));
      };
      expect(leastProbability('fp')).toBeGreaterThan(NOT_BY_CHANCE);
      expect(leastProbability('dwarf')).toBeLessThan(NOT_BY_CHANCE);
    },
  );
});

describeWithRecordings('complete stacks', ['recursion-nofp', 'blur-image-fp'], () => {
  test('a frame pointer of zero is not proof of the outermost frame', () => {
    // descend calls itself with rbp as libc's start-up left it: zero.
    const fp = compareMethods('recursion-nofp').methods.find(({ name }) => name === 'fp')!;
    const broken = fp.stops.find(({ reason }) => reason === 'bad-frame-pointer')!;
    // A sample in the first instructions of the program is complete: where starting takes long, there are some.
    expect(broken.samples / fp.samples).toBeGreaterThan(0.9);
    expect(fp.complete).toBeLessThanOrEqual(fp.samples - broken.samples);
  });

  test('a chain of frame pointers that ends in the function that the thread begins in is complete', () => {
    const { methods } = compareMethods('blur-image-fp');
    const [fp, dwarf] = ['fp', 'dwarf'].map((wanted) => methods.find(({ name }) => name === wanted)!);
    expect(fp.stops.map(({ reason }) => reason)).toEqual(['outermost']);
    expect(dwarf.complete).toBe(dwarf.samples);
    expect(fp.complete).toBe(dwarf.complete);
  });
});

describeWithRecordings('the sframe column', ['blur-image-nofp', 'shapes-nofp'], () => {
  test.each(['blur-image-nofp', 'shapes-nofp'])(
    '%s: all of the program has rows, and they are right',
    (name) => {
      const report = compareMethods(name);
      const pair = report.pairs.find(({ right, other }) => right === 'dwarf' && other === 'sframe')!;
      expect(pair.identical).toBe(report.samples.compared);
      expect(report.coverage.covered).toBe(report.samples.compared);
      expect(report.coverage.rebuild).toEqual([]);
    },
  );
});

describeWithRecordings('the sframe column and sframe verify', ['unwind-causes'], () => {
  test('the functions whose rows compare blames are those in which verify finds a difference', () => {
    const binary = join(workFolder, 'bin/unwind-causes');
    const { stdout } = runProgram(['sframe', 'verify', '--json', binary]);
    const [{ functions }] = (JSON.parse(stdout) as VerifyJson).files;
    const kindsOf = (symbol: string): string[] =>
      functions.filter(({ name }) => name === symbol).flatMap(({ kinds }) => kinds.map(({ kind }) => kind));
    const verdicts: Readonly<Record<string, readonly string[]>> = {
      'rows-differ-cfa': ['wrong-cfa'],
      'rows-differ-ra': ['wrong-ra'],
      'rows-differ-fp': ['fp-rule-lost', 'wrong-fp'],
      'undefined-ra': ['missed-outermost', 'false-outermost'],
      'fde-without-fre': ['missing-rows'],
    };
    const groups = compareMethods('unwind-causes').divergences.filter(
      ({ right, other, cause }) => right === 'dwarf' && other === 'sframe' && cause in verdicts,
    );
    expect(new Set(groups.map(({ cause }) => cause))).toEqual(new Set(Object.keys(verdicts)));
    for (const { cause, symbol } of groups) {
      const found = kindsOf(symbol).filter((kind) => verdicts[cause].includes(kind));
      expect({ cause, symbol, found: found.length > 0 }).toEqual({ cause, symbol, found: true });
    }
  });
});

describeWithRecordings('--kernel-rules', ['blur-image-nofp'], () => {
  test('takes part, and parts from DWARF only where it refuses rows that SFrame alone follows rightly', () => {
    const report = compareMethods('blur-image-nofp', '--kernel-rules');
    const pair = report.pairs.find(({ right, other }) => right === 'dwarf' && other === 'kernel')!;
    expect(pair.identical).toBeGreaterThan(report.samples.compared / 2);
    const causes = report.causes.filter(({ right, other }) => right === 'dwarf' && other === 'kernel');
    expect(causes[0].cause).toBe('kernel-refuses');
    // At a ret the frame pointer's slot lies below the stack pointer: memory to the kernel, but not in the copy.
    const others = causes.slice(1);
    expect(others.filter(({ cause, samples }) => cause !== 'stack-exhausted' || samples > 5)).toEqual([]);
  });
});

const compiled = ['over-aligned-nofp', 'vla-alloca-fp', 'signals-nofp', 'inlines-o3-nofp'];

describeWithRecordings('rows that gcc and gas made', compiled, () => {
  test.each(compiled)('%s: none are said to differ', (recording) => {
    const keys = compareMethods(recording).causes.map(({ cause }) => cause);
    expect(keys).toContain('no-sframe-section');
    expect(keys.filter((key) => key.startsWith('rows-differ'))).toEqual([]);
  });
});

describeWithRecordings('what a rebuild gains', ['rebuild-before', 'rebuild-after'], () => {
  test('the hot library comes first, and its gain is met within 1 % of the samples', () => {
    const before = compareMethods('rebuild-before');
    const [first] = before.coverage.rebuild;
    expect(first.binary).toMatch(/\/rebuild-before\/libhot\.so$/);
    expect(before.coverage.covered / before.coverage.samples).toBeLessThan(0.5);
    const predicted = first.coveredAfter / before.coverage.samples;
    const predictedFrames = first.reachedFramesAfter / before.coverage.frames;

    const after = compareMethods('rebuild-after');
    expect(after.coverage.covered / after.coverage.samples).toBeCloseTo(predicted, 2);
    expect(after.coverage.reachedFrames / after.coverage.frames).toBeCloseTo(predictedFrames, 2);
    const sframe = after.methods.find(({ name }) => name === 'sframe')!;
    expect(Math.abs(sframe.complete / sframe.samples - predicted)).toBeLessThan(0.01);
  });
});

/** Two pairs of recordings of the same. */
const same = [
  ['rebuild-after', 'rebuild-after.second'],
  ['rebuild-after.third', 'rebuild-after.fourth'],
] as const;
describeWithRecordings('two recordings', [...same.flat(), 'rebuild-after.hotter'], () => {
  test('of the same: nothing is called a change', () => {
    // By definition of what is called a change, chance alone makes one in up to 5 % of the pairs: not in both.
    const changesOf = same.map(([a, b]) => {
      const { functions, callers } = compareFresh(a, b);
      expect(functions.length).toBeGreaterThan(4);
      const shares = functions.flatMap(({ self, total }) => [self, total]);
      for (const { probability } of [...shares, ...callers])
        expect(probability).toBeGreaterThan(NOT_BY_CHANCE);
      return [...shares, ...callers].filter(({ isChange }) => isChange).length;
    });
    expect(Math.min(...changesOf)).toBe(0);
  });

  test('of more work in the library: that is what changed', () => {
    const { functions } = compareFresh('rebuild-after', 'rebuild-after.hotter');
    const hasChanged = (name: string): boolean =>
      functions.some(({ symbol, self }) => symbol === name && self.isChange);
    expect([hasChanged('innermost'), hasChanged('work_in_host')]).toEqual([true, true]);
    const others = functions.filter(({ symbol }) => !['innermost', 'work_in_host'].includes(symbol));
    for (const { self } of others) expect(self.probability).toBeGreaterThan(NOT_BY_CHANCE);
    const library = functions.find(({ symbol }) => symbol === 'innermost')!.self;
    expect(library.low).toBeGreaterThan(0);
    expect(library.difference).toBeCloseTo(
      library.b / 1 / sumOf(functions, 'b') - library.a / sumOf(functions, 'a'),
      9,
    );
  });

  test('of other programs: callers appear and vanish', () => {
    const { callers } = compareFresh('rebuild-before', 'unwind-causes');
    const names = callers
      .filter(({ isChange }) => isChange)
      .map(({ change, callee }) => `${change} ${callee.symbol}`);
    expect(names).toContain('vanishes work_in_library');
    expect(names).toContain('appears fp_leaf');
  });
});

function sumOf(functions: readonly { self: { a: number; b: number } }[], side: 'a' | 'b'): number {
  return functions.reduce((sum, { self }) => sum + self[side], 0);
}

function meanAndError(values: readonly number[]): { mean: number; error: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, error: Math.sqrt(variance / values.length) };
}
