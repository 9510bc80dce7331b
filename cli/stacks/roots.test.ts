/** What stacks begin with: threads of a pool apart, together, or under their process. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as c from '../../parser/perf-data/constants';
import { RecordingBuilder } from '../../parser/perf-data/test-support/recording-builder';
import { runProgram } from '../../test-data/test-support/program';

const folder = mkdtempSync(join(tmpdir(), 'roots-'));
afterAll(() => rmSync(folder, { recursive: true }));

const PROCESS = 100;
/** A server with its pool, each thread sampled once with a chain of one address. */
const threads = [
  [PROCESS, 'server'],
  [101, 'pool-1'],
  [102, 'pool-2'],
] as const;

const recording = join(folder, 'pool.data');
beforeAll(() => {
  const builder = new RecordingBuilder();
  const sampleType = c.PERF_SAMPLE_IP | c.PERF_SAMPLE_TID | c.PERF_SAMPLE_TIME | c.PERF_SAMPLE_CALLCHAIN;
  builder.event({ type: c.PERF_TYPE_SOFTWARE, config: 0, sampleType, ids: [1] });
  for (const [tid, name] of threads) {
    builder.record(c.RecordType.COMM, (bytes) => bytes.u32(PROCESS, tid).text(name));
  }
  for (const [tid] of threads) {
    builder.record(c.RecordType.SAMPLE, (bytes) =>
      bytes.u64(0x401000).u32(PROCESS, tid).u64(tid, 1, 0x401000),
    );
  }
  writeFileSync(recording, builder.toFile());
});

function run(...args: string[]): string {
  return runProgram(args).stdout;
}

test.each([
  ['comm', ['pool-1', 'pool-2', 'server'], 1],
  ['process', ['server'], 3],
  ['comm_nodigit', ['pool-<N>', 'server'], undefined],
  ['thread', ['pool-1-100/101', 'pool-2-100/102', 'server-100/100'], 1],
  ['none', [], 3],
])('--root %s', (root, expected, count) => {
  const lines = run('fold', recording, '--weight', 'samples', '--root', root).trim().split('\n');
  const roots = lines.map((line) => line.split(';').slice(0, -1).join(';')).filter((name) => name !== '');
  expect(roots).toEqual(expected);
  const counts = lines.map((line) => Number(/ (\d+)$/.exec(line)?.[1]));
  expect(counts.reduce((sum, each) => sum + each, 0)).toBe(threads.length);
  if (count !== undefined) expect(new Set(counts)).toEqual(new Set([count]));
});

test('pages have the same roots', () => {
  const page = (root: string): string => run('flamegraph', recording, '-o', '-', '--root', root);
  expect(page('comm')).toContain('pool-1');
  expect(page('comm_nodigit')).toContain('pool-\\u003cN>');
});
