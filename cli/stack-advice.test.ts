/** What is said of stacks that are not whole, on recordings that were made so. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryFolder } from '../test-data/test-support/places';
import { runProgram } from '../test-data/test-support/program';

const recordings = join(repositoryFolder, 'test-data/recordings');

function run(command: string, recording: string, ...options: string[]) {
  const words = [command, join(recordings, recording), '--symfs', join(recordings, 'root'), ...options];
  if (['flamegraph', 'view'].includes(command)) words.push('-o', '-');
  if (command === 'export') words.push('--format', 'folded');
  return runProgram(words);
}

const noticesOf = (stderr: string): string[] =>
  stderr.split('\n').filter((line) => /^perf-sframe: /.test(line));

test.each(['report', 'script', 'fold', 'flamegraph', 'view', 'export'])(
  '%s says how many stacks the copy cut off, and the size that suffices, as compare does',
  (command) => {
    const { stderr } = run(command, 'blur-image-nofp.short-stack.data');
    // Counted by compare, which unwinds by DWARF alone.
    const { stackCopies } = JSON.parse(
      run('compare', 'blur-image-nofp.short-stack.data', '--format', 'json').stdout,
    ) as {
      stackCopies: { samples: number; cutOff: number; sufficientSizes: { share: number; bytes: unknown }[] };
    };
    const share = ((100 * stackCopies.cutOff) / stackCopies.samples).toFixed(1);
    const line = noticesOf(stderr).find((text) => text.includes('cut off'));
    expect(line).toContain(`${share}% of the stacks are cut off`);
    const sufficient = stackCopies.sufficientSizes.find((size) => size.share === 1)?.bytes;
    if (typeof sufficient === 'number') expect(line).toContain(`--call-graph dwarf,${sufficient} suffices`);
    else expect(line).toMatch(/record with --call-graph dwarf,\d+$/);
    expect(
      run(command, 'blur-image-nofp.short-stack.data', '-q').stderr.replace(/.*is the page.*\n/, ''),
    ).toBe('');
  },
);

test('the size that is named suffices: the whole recording needs no more than its own', () => {
  // The same program, recorded with 8192 bytes: nothing to say.
  expect(run('report', 'blur-image-nofp.data').stderr).toBe('');
});

test.each(['report', 'fold', 'flamegraph', 'view', 'export'])(
  '%s of samples without stacks says how to record',
  (command) => {
    const { stderr } = run(command, 'blur-image-nofp.no-callgraph.data');
    expect(stderr).toContain(
      '100.0% of the samples have no stack: record with perf record --call-graph dwarf\n',
    );
  },
);

test('filters that leave nothing are named', () => {
  const { stderr, status } = run('fold', 'blur-image-nofp.data', '--comms', 'nobody', '--pid', '1');
  expect(stderr).toBe('perf-sframe: the filters (--comms nobody, --pid 1) leave none of the 82 samples\n');
  expect(status).toBe(0);
});

test('info tells the cure beside the figure', () => {
  const { stdout } = run('info', 'blur-image-nofp.short-stack.data');
  expect(stdout).toMatch(/% {2}stack copy too small\n +as \d+ bytes were copied of each: /);
});

test('functions without a name: one line, the binary with most samples first; what was said of one recording is not said of the next', () => {
  const gone = (...words: string[]) => runProgram([...words, '--symfs', recordings]).stderr;
  const recording = join(recordings, 'blur-image-nofp.data');
  const unnamed =
    /^perf-sframe: 100\.0% of the samples have functions without a name: \/w\/bin\/blur-image-nofp was not found \(100\.0% were taken in it\); /;
  expect(noticesOf(gone('fold', recording)).filter((line) => unnamed.test(line))).toHaveLength(1);
  expect(gone('fold', recording, '-v')).toMatch(/\n {4}100\.0% self, 100\.0% in the stack: \/w\/bin/);
  const two = gone('compare', recording, recording);
  expect(two.match(/functions without a name/g)).toHaveLength(1);
});

/** A recording whose mapping records are of another type: no address lies in a mapping. */
function withoutMappings(recording: Buffer): Buffer {
  const [PERF_RECORD_MMAP, PERF_RECORD_THROTTLE, PERF_RECORD_MMAP2] = [1, 5, 10];
  const start = Number(recording.readBigUInt64LE(0x28));
  const end = start + Number(recording.readBigUInt64LE(0x30));
  for (let at = start; at < end; at += recording.readUInt16LE(at + 6)) {
    if ([PERF_RECORD_MMAP, PERF_RECORD_MMAP2].includes(recording.readUInt32LE(at)))
      recording.writeUInt32LE(PERF_RECORD_THROTTLE, at);
  }
  return recording;
}

test('stacks of which not one frame is known are all of the stacks, not more', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stack-advice-'));
  try {
    const path = join(folder, 'perf.data');
    writeFileSync(path, withoutMappings(readFileSync(join(recordings, 'blur-image-nofp.data'))));
    expect(noticesOf(runProgram(['report', path]).stderr)).toContain(
      'perf-sframe: 100.0% of the stacks break off, mostly by: address in no mapping of code; perf-sframe info says more',
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
