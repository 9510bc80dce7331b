/**
 * `inject` as a person runs it: perf's texts of the recording that it writes are ours of the original, which the differential
 * test holds against perf's of the original. Recordings that are not committed: test-data/differential/injected.ts.
 */

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Feature, hasFlag, PERF_SAMPLE_REGS_USER, PERF_SAMPLE_STACK_USER } from '../../parser';
import { openRecording } from '../../parser/io';
import { REPEATS } from '../../test-data/differential/perf-chance';
import { describeWhere } from '../../test-data/test-support/left-out';
import { hasToolchain, toolchainIsRequired } from '../../test-data/test-support/places';
import { runProgram } from '../../test-data/test-support/program';

const repository = resolve(__dirname, '../..');
const recordings = join(repository, 'test-data/recordings');
const root = join(recordings, 'root');
const enter = join(repository, 'test-data/toolchain/enter.sh');

const names = readdirSync(recordings)
  .filter((name) => name.endsWith('.data'))
  .map((name) => name.slice(0, -'.data'.length));

const texts = [
  ['script', '--no-inline'],
  ['report', '--stdio', '--no-inline', '--children', '-g', 'none', '-s', 'comm,dso,sym'],
  ['report', '--stdio', '--no-inline', '--no-children', '-g', 'none', '-s', 'comm,dso,sym'],
];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'perf-sframe-inject-'));
  mkdirSync(join(folder, 'data'));
  cpSync(root, join(folder, 'root'), { recursive: true, dereference: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]): { stdout: string; stderr: string; code: number | null } {
  const result = runProgram(args, { cwd: folder });
  return { stdout: result.stdout, stderr: result.stderr, code: result.status };
}

function inject(name: string, ...options: string[]): { path: string; stderr: string } {
  const path = join(folder, 'data', `${name}.data`);
  const args = ['inject', join(recordings, `${name}.data`), '-o', path, '--symfs', root, ...options];
  const { stderr, code } = run(...args);
  expect({ stderr, code }).toMatchObject({ code: 0 });
  return { path, stderr };
}

/** perf's text without its tip. It can fail to name anything, by chance: it is asked again then, as in the differential tests. */
function expectPerfToPrint(expected: string, ...args: string[]): void {
  let printed = '';
  for (let i = 0; i <= REPEATS; i++) {
    printed = withoutTip(perf(...args));
    if (printed === withoutTip(expected)) return;
  }
  expect(printed).toBe(withoutTip(expected));
}

function perf(...args: string[]): string {
  // A stack that was unwound may be longer than the recorded chains that perf prints whole.
  return execFileSync(enter, ['perf', ...args, '--max-stack', '512'], {
    encoding: 'utf8',
    env: { ...process.env, ENTER_BIND: `${folder}:/w` },
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 27,
  });
}

describeWhere(
  hasToolchain() || toolchainIsRequired,
  'perf reads what inject writes',
  'the toolchain root (test-data/toolchain/setup.sh)',
  () => {
    test.each(names)('%s', (name) => {
      inject(name);
      for (const text of texts) {
        const { stdout } = run(...text, '-i', join(recordings, `${name}.data`), '--symfs', root);
        expectPerfToPrint(stdout, ...text, '-i', `data/${name}.data`, '--symfs', '/w/root');
      }
    });
  },
);

test('the file is smaller, and its attributes have neither registers nor stack copies', async () => {
  const { path, stderr } = inject('blur-image-nofp.compressed');
  expect(stderr).toMatch(/data: [\d.]+K of [\d.]+K; 82 of 82 samples have new callchains\n$/);
  const recording = await openRecording(path);
  for (const { attr } of recording.events) {
    expect(attr.sampleType & (PERF_SAMPLE_REGS_USER | PERF_SAMPLE_STACK_USER)).toBe(0);
    expect(hasFlag(attr, 'exclude_callchain_user')).toBe(false);
  }
  const { features } = await openRecording(join(recordings, 'blur-image-nofp.compressed.data'));
  expect(features.numbers).toContain(Feature.COMPRESSED);
  expect(recording.features.numbers).toEqual(
    features.numbers.filter((number) => number !== Feature.COMPRESSED),
  );
  const original = statSync(join(recordings, 'blur-image-nofp.data')).size;
  expect(statSync(inject('blur-image-nofp').path).size * 5).toBeLessThan(original);
});

test('what was injected is copied when it is injected again, and it is said that nothing was unwound', () => {
  const { path } = inject('shapes-nofp');
  const again = join(folder, 'again.data');
  const { stderr, code } = run('inject', path, '-o', again, '--symfs', root);
  expect(code).toBe(0);
  expect(stderr).toContain('nothing was unwound: no event has registers and stack copies');
  expect(readFileSync(again).equals(readFileSync(path))).toBe(true);
});

describeWhere(
  hasToolchain() || toolchainIsRequired,
  'inject --keep-registers',
  'the toolchain root (test-data/toolchain/setup.sh)',
  () => {
    test.each(['blur-image-nofp', 'blur-image-nofp.three-registers', 'blur-image-nofp.pipe'])(
      '%s: perf prints them beside the stacks, of which no copy is left',
      async (name) => {
        const small = statSync(inject(name).path).size;
        const { path } = inject(name, '--keep-registers');
        const text = ['script', '--no-inline', '-F', '+uregs'];
        const { stdout } = run(...text, '-i', join(recordings, `${name}.data`), '--symfs', root);
        expect(stdout).toMatch(/ ABI:2 .*\bIP:0x/);
        expectPerfToPrint(stdout, ...text, '-i', `data/${name}.data`, '--symfs', '/w/root');
        const [event] = (await openRecording(path)).events;
        expect(event.attr.sampleType & (PERF_SAMPLE_REGS_USER | PERF_SAMPLE_STACK_USER)).toBe(
          PERF_SAMPLE_REGS_USER,
        );
        const original = statSync(join(recordings, `${name}.data`)).size;
        const { size } = statSync(path);
        expect(size).toBeGreaterThan(small);
        expect(size * 2).toBeLessThan(original);
      },
    );
  },
);

test('filters leave samples out', () => {
  const { stderr } = inject('shapes-nofp', '--time', '0%-50%');
  const [, kept] = /(\d+) of \d+ samples have/.exec(stderr)!;
  const lines = run(
    'script',
    '-G',
    '-i',
    join(recordings, 'shapes-nofp.data'),
    '--symfs',
    root,
    '--time',
    '0%-50%',
  );
  expect(Number(kept)).toBe(lines.stdout.trimEnd().split('\n').length);
});

test('an output must be named, and be a file', () => {
  const input = join(recordings, 'shapes-nofp.data');
  const unnamed = run('inject', input);
  expect(unnamed.code).toBe(2);
  expect(unnamed.stderr).toContain('-o FILE');
  expect(run('inject', input, '-o', '/dev/null')).toMatchObject({ code: 2 });
});

function withoutTip(text: string): string {
  return text.replace(/(^#\n)*# \(Tip: .*\n(^#\n)*/gm, '').trimEnd();
}
