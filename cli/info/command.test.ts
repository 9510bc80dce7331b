/** What `info` says of recordings written for it, whose events and records are known. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as c from '../../parser/perf-data/constants';
import { RecordingBuilder } from '../../parser/perf-data/test-support/recording-builder';
import { runProgram } from '../../test-data/test-support/program';

const folder = mkdtempSync(join(tmpdir(), 'info-'));
afterAll(() => rmSync(folder, { recursive: true }));

const COUNT_SW_DUMMY = 9;
const BASE = c.PERF_SAMPLE_IDENTIFIER | c.PERF_SAMPLE_IP | c.PERF_SAMPLE_TID | c.PERF_SAMPLE_TIME;

function recordingOf(addRecords: (builder: RecordingBuilder) => void): string {
  const builder = new RecordingBuilder();
  const sampleType = BASE | c.PERF_SAMPLE_CALLCHAIN;
  builder.event({ type: c.PERF_TYPE_SOFTWARE, config: 0, sampleType, ids: [1] });
  builder.event({ type: c.PERF_TYPE_SOFTWARE, config: COUNT_SW_DUMMY, sampleType: BASE, ids: [2] });
  addRecords(builder);
  builder.record(c.RecordType.SAMPLE, (bytes) => bytes.u64(1, 0x401000).u32(7, 7).u64(100, 1, 0x401000));
  const path = join(folder, 'recording.data');
  writeFileSync(path, builder.toFile());
  return path;
}

function run(...args: string[]) {
  return runProgram(args);
}

test('events without samples do not count when stacks are judged', () => {
  const { stdout, status } = run(
    'info',
    '-i',
    recordingOf(() => undefined),
  );
  expect(status).toBe(0);
  expect(stdout).toMatch(/^User stacks +callchains recorded by the kernel$/m);
  expect(stdout).not.toContain('none: record with');
  expect(stdout).toMatch(/event +dummy: 0 samples/);
});

// Types of enum auxtrace_type in tools/perf/util/auxtrace.h.
test.each([
  [1, 'Intel PT'],
  [3, 'Arm CoreSight'],
  [4, 'Arm SPE'],
  [99, 'hardware, of type 99'],
])('a trace of type %d is left out, in a line, and is not damage', (type, name) => {
  const path = recordingOf((builder) => {
    const trace = new Uint8Array(4096).fill(0xaa);
    builder.record(c.RecordType.AUXTRACE_INFO, (bytes) => bytes.u32(type, 0).u64(1, 2, 3));
    builder.record(c.RecordType.AUXTRACE, (bytes) => bytes.u64(trace.length, 0, 0).u32(0, 0, 0, 0));
    builder.rawData(trace);
  });
  for (const args of [['info'], ['fold'], ['report', '--stdio']]) {
    const { stderr, status } = run(...args, '--strict', '-i', path);
    expect(stderr).toContain(`perf-sframe: the recording holds a trace of ${name}, which is left out`);
    expect(status).toBe(0);
  }
});
