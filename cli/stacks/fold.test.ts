/** The built program: folded stacks against the samples that the real perf printed (npm run build makes the program). */

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { testWhere } from '../../test-data/test-support/left-out';
import { repositoryFolder, sharedCasesFolder } from '../../test-data/test-support/places';
import { runProgram } from '../../test-data/test-support/program';

const recordings = join(repositoryFolder, 'test-data/recordings');

function fold(recording: string, ...options: string[]) {
  const inlines = options.includes('--srcline') ? [] : ['--no-inline'];
  return runFold(
    join(recordings, `${recording}.data`),
    '--symfs',
    join(recordings, 'root'),
    ...inlines,
    ...options,
  );
}

function runFold(...args: string[]) {
  const { stdout, stderr, status } = runProgram(['fold', ...args]);
  return { lines: stdout.split('\n').slice(0, -1), stderr, exitCode: status };
}

interface PrintedSample {
  readonly comm: string;
  readonly tid: string;
  readonly period: number;
  readonly event: string;
  /** Innermost first. */
  readonly frames: readonly { readonly name: string; readonly binary: string }[];
}

/** The samples of what `perf script --no-inline` of perf 7.2 printed. */
function readPrintedSamples(recording: string): PrintedSample[] {
  const path = join(recordings, `${recording}.noinline.txt`);
  const text = existsSync(path)
    ? readFileSync(path, 'utf8')
    : gunzipSync(readFileSync(`${path}.gz`)).toString();
  return text
    .split('\n\n')
    .filter((block) => block.trim() !== '')
    .map((block) => {
      const [heading, ...lines] = block.trim().split('\n');
      const [, comm, tid, period, event] = /^(.*?) +(\d+) .*: +(\d+) +(.*?): *$/.exec(heading)!;
      const frames = lines.map((line) => {
        const [, name, binary] = /^\s*[0-9a-f]+ (.*?)(?:\+0x[0-9a-f]+)? \((.*)\)$/.exec(line)!;
        return { name, binary };
      });
      return { comm, tid, period: Number(period), event, frames };
    });
}

/** Folds as the format wants it, by the simplest means. */
function foldPrinted(
  samples: readonly PrintedSample[],
  weightOf: (sample: PrintedSample) => number = ({ period }) => period,
): string[] {
  const weights = new Map<string, number>();
  for (const sample of samples) {
    if (sample.event !== samples[0].event) continue;
    const names = sample.frames.map(({ name, binary }) =>
      name === '[unknown]' ? `[${binary === '[unknown]' ? 'unknown' : binary.replace(/.*\//, '')}]` : name,
    );
    const line = [sample.comm.replaceAll(' ', '_'), ...names.reverse()].join(';');
    weights.set(line, (weights.get(line) ?? 0) + weightOf(sample));
  }
  return [...weights].map(([line, weight]) => `${line} ${weight}`).sort();
}

test.each(['blur-image-nofp', 'own-signals-fp', 'blur-image-nofp.short-stack', 'blur-image-fp.callgraph-fp'])(
  '%s: stacks and counts are those of the samples that perf prints',
  (recording) => {
    const samples = readPrintedSamples(recording);
    expect(samples.length).toBeGreaterThan(10);
    const { lines, exitCode } = fold(recording, '--no-tidy');
    expect(lines.sort()).toEqual(foldPrinted(samples));
    expect(exitCode).toBe(0);
  },
);

test('--weight samples counts samples', () => {
  const samples = readPrintedSamples('blur-image-nofp');
  const { lines } = fold('blur-image-nofp', '--no-tidy', '--weight', 'samples');
  expect(lines.sort()).toEqual(foldPrinted(samples, () => 1));
});

test('--with-tid begins with command, process and thread', () => {
  const [{ tid }] = readPrintedSamples('blur-image-nofp');
  for (const line of fold('blur-image-nofp', '--with-tid').lines) {
    expect(line.startsWith(`blur-image-nofp-${tid}/${tid};`)).toBe(true);
  }
});

test('C++ functions lose their arguments unless --no-tidy', () => {
  const whole = fold('shapes-nofp', '--no-tidy').lines.join('\n');
  const tidied = fold('shapes-nofp').lines.join('\n');
  expect(whole).toContain('geometry::Point<');
  expect(whole).toContain('Point<unsigned int>, ');
  expect(tidied.replaceAll('(anonymous namespace)', '')).not.toContain('(');
  expect(tidied).toContain('geometry::');
});

test('of two events the first is folded, and the other named on stderr; --event takes it', () => {
  const printed = readPrintedSamples('blur-image-nofp.two-events');
  const events = [...new Set(printed.map(({ event }) => event))];
  expect(events).toHaveLength(2);
  const { lines, stderr } = fold('blur-image-nofp.two-events', '--no-tidy');
  expect(lines.sort()).toEqual(foldPrinted(printed));
  expect(stderr).toContain(events[1]);
  const other = fold('blur-image-nofp.two-events', '--no-tidy', '--event', events[1]);
  const ofOther = printed.filter(({ event }) => event === events[1]);
  expect(other.lines.sort()).toEqual(foldPrinted(ofOther));
});

test('shares are those of report: few page faults, most of which one function made', () => {
  // perf 7.2: test-data/recordings/blur-image-nofp.two-events.report-flat.txt
  const { lines } = fold('blur-image-nofp.two-events', '--event', 'page-faults:u');
  const counted = lines.map(
    (line) => [/([^;]*) \d+$/.exec(line)![1], Number(/\d+$/.exec(line)![0])] as const,
  );
  const total = counted.reduce((all, [, weight]) => all + weight, 0);
  const inOne = counted
    .filter(([name]) => name === 'filter_image')
    .reduce((all, [, weight]) => all + weight, 0);
  const printed = readFileSync(join(recordings, 'blur-image-nofp.two-events.report-flat.txt'), 'utf8');
  expect(printed).toMatch(/98\.55% .* filter_image/);
  expect(((100 * inOne) / total).toFixed(2)).toBe('98.55');
});

test('-o writes a file, and never over the recording', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fold-'));
  try {
    const path = join(folder, 'out.folded');
    const printed = fold('shapes-nofp').lines;
    expect(fold('shapes-nofp', '-o', path)).toMatchObject({ lines: [], exitCode: 0 });
    expect(readFileSync(path, 'utf8').trimEnd().split('\n')).toEqual(printed);
    const over = fold('shapes-nofp', '-o', join(recordings, 'shapes-nofp.data'));
    expect(over.stderr).toContain('is the input');
    expect(over.exitCode).toBe(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('an event that is not there is a mistake of the caller', () => {
  const { lines, stderr, exitCode } = fold('blur-image-nofp', '--event', 'cycles');
  expect({ lines, exitCode }).toEqual({ lines: [], exitCode: 2 });
  expect(stderr).toContain('no such event (it has cpu-clock:u)');
});

test('--srcline names functions, also inlined ones, with the lines that are executed or call', () => {
  const { lines, exitCode } = fold('shapes-nofp', '--srcline');
  expect(exitCode).toBe(0);
  // From the source: total_area calls area in its only loop, and distance repeats a lambda expression that mixes.
  const source = readFileSync(
    join(repositoryFolder, 'test-data/workloads/freestanding/shapes.cpp'),
    'utf8',
  ).split('\n');
  const lineOf = (text: string): number => source.findIndex((line) => line.includes(text)) + 1;
  const call = `(anonymous namespace)::total_area shapes.cpp:${lineOf('seed += shapes[index]->area')}`;
  const repeated = `shapes.cpp:${lineOf('return repeat<60>')}`;
  expect(
    lines.every((line) => line.includes(`;run_program shapes.cpp:${lineOf('seed = total_area(')};${call};`)),
  ).toBe(true);
  expect(lines.some((line) => line.includes(`::distance<unsigned int> ${repeated};`))).toBe(true);
  expect(lines.every((line) => / \d+$/.test(line))).toBe(true);
});

const rustCase = join(sharedCasesFolder, 'stacks/rt-v0.data');
testWhere(
  existsSync(rustCase),
  'Rust: functions of tuples and of functions stay apart',
  `no ${rustCase}`,
  () => {
    const root = join(sharedCasesFolder, 'stacks/root');
    const { lines } = runFold(rustCase, '--no-inline', '--weight', 'samples', '--symfs', root);
    const ends = lines.map((line) => line.slice(line.indexOf('rt::main;') + 'rt::main;'.length)).sort();
    expect(ends).toEqual([
      'rt::generic::<(u32, u64)>;<(u32, u64) as rt::Work>::work;rt::burn 3',
      'rt::generic::<(u8, alloc::string::String)>;<(u8, alloc::string::String) as rt::Work>::work;rt::burn 3',
      'rt::generic::<fn(u64) -> u64>;<fn(u64) -> u64 as rt::Work>::work;rt::burn 1',
      'rt::main::{closure#0};rt::burn 3',
    ]);
  },
);
