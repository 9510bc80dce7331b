/**
 * Samples and other records as text, by the formats of perf 7.2 (builtin-script.c: perf_sample__fprintf_start, process_event,
 * perf_sample__fprintf_brstackoff), filled in by hand:
 *
 *   "%16s " comm  "%7d " tid  "[%03d] " cpu  "%12s: " time  "%10lu " period  "%s: " event  " %16lx" ip  " %s" symbol  " (%s)" binary
 *   " 0x%lx/0x%lx/%c/%c/%c/%d/%s/%s " of each branch: offsets are address - start of the mapping + its offset in the file
 */

import { MemoryByteSource, Recording, RecordType } from '../../parser';
import { RecordingBuilder } from '../../parser/perf-data/test-support/recording-builder';
import { startSession } from '../../profile';
import { ByteWriter } from '../text/byte-writer';
import type { EventOption } from './event-options';
import { EventText } from './event-text';
import { scriptSources } from './script-sources';
import { ScriptText } from './script-text';

const PERF_TYPE_SOFTWARE = 1;
/** PERF_SAMPLE_IP | TID | TIME | CPU | PERIOD */
const SAMPLE_TYPE = 0x1 | 0x2 | 0x4 | 0x80 | 0x100;
const PERF_SAMPLE_CALLCHAIN = 0x20;
const PERF_SAMPLE_BRANCH_STACK = 0x800;
const PERF_CONTEXT_USER = -512n;
const USER = 2;
const PERIOD = 250_000;
/** Predicted (bit 1), 5 cycles (from bit 4), PERF_BR_COND (from bit 20). */
const CONDITION = 2n | (5n << 4n) | (1n << 20n);

const OPTIONS = {
  fields: [],
  hidesCallGraph: false,
  nanoseconds: false,
  timeStyle: 'absolute',
  stopSymbols: new Set<string>(),
  showsFullSourcePath: false,
} as const;

function textOf(
  fields: readonly string[],
  shownEvents: readonly EventOption[] = [],
  branches = false,
): string {
  const builder = new RecordingBuilder().event({
    type: PERF_TYPE_SOFTWARE,
    sampleType: SAMPLE_TYPE | (branches ? PERF_SAMPLE_BRANCH_STACK : 0),
    flags: ['sample_id_all'],
    ids: [1],
  });
  const trailer = [(11n << 32n) | 10n, 1_001_000_000n, 3n] as const;
  builder.record(RecordType.COMM, (bytes) =>
    bytes
      .u32(10, 11)
      .text('worker')
      .u64(...trailer),
  );
  builder.record(
    RecordType.MMAP,
    (bytes) =>
      bytes
        .u32(10, 11)
        .u64(0x401000, 0x1000, 0x3000)
        .text('/nowhere/program')
        .u64(...trailer),
    USER,
  );
  builder.record(
    RecordType.SAMPLE,
    (bytes) => {
      bytes.u64(0x401234).u32(10, 11).u64(1_002_000_000).u32(3, 0).u64(PERIOD);
      if (branches) bytes.u64(2, 0x401234, 0x401010, CONDITION, 0x401100, 0x900000, 0n);
    },
    USER,
  );
  const recording = Recording.open(new MemoryByteSource('made', builder.toFile()));
  const session = startSession(recording, {});
  const parts: string[] = [];
  const out = new ByteWriter((bytes) => parts.push(Buffer.from(bytes).toString()));
  const text = new ScriptText(out, scriptSources(session, { operators: 'c' }), { ...OPTIONS, fields });
  const events = new EventText(out, session, text, new Set(shownEvents));
  session.run((...visited) => text.writeSample(visited[0], visited[1], visited[2], visited[3]), {
    record: (place) => events.write(place),
  });
  out.flush();
  return parts.join('');
}

/** The text of samples with chains of three addresses out of seven. */
function textOfChains(mostKeptLines?: number): string {
  const builder = new RecordingBuilder().event({
    type: PERF_TYPE_SOFTWARE,
    sampleType: SAMPLE_TYPE | PERF_SAMPLE_CALLCHAIN,
    ids: [1],
  });
  for (let i = 0; i < 20; i++) {
    const chain = [i, i * 3, i * 5].map((number) => 0x401000 + (number % 7));
    builder.record(
      RecordType.SAMPLE,
      (bytes) =>
        bytes
          .u64(chain[0])
          .u32(10, 11)
          .u64(i)
          .u32(3, 0)
          .u64(PERIOD)
          .u64(4, PERF_CONTEXT_USER, ...chain),
      USER,
    );
  }
  const session = startSession(Recording.open(new MemoryByteSource('made', builder.toFile())), {});
  const parts: string[] = [];
  const out = new ByteWriter((bytes) => parts.push(Buffer.from(bytes).toString()));
  const sources = scriptSources(session, { operators: 'c' });
  const text = new ScriptText(out, sources, OPTIONS, mostKeptLines);
  session.run((...visited) => text.writeSample(visited[0], visited[1], visited[2], visited[3]));
  out.flush();
  return parts.join('');
}

test('lines of frames that were forgotten are made again', () => {
  const text = textOfChains();
  expect(text.match(/\t *40100[0-6] \[unknown\] \(\[unknown\]\)\n/g)).toHaveLength(60);
  for (const most of [1, 2, 3, 5]) expect(textOfChains(most)).toBe(text);
});

test('a sample without a callchain is one line', () => {
  expect(textOf([])).toBe(
    '          worker      11 [003]     1.002000:     250000 cpu-clock: ' +
      '           401234 [unknown] (/nowhere/program)\n',
  );
});

test('fields that are chosen, in the order in which perf prints them', () => {
  expect(textOf(['ip,comm,tid'])).toBe('          worker      11            401234\n');
  expect(textOf(['-period', '-cpu', '-sym', '-dso'])).toBe(
    '          worker      11     1.002000: cpu-clock:            401234\n',
  );
});

test('records among the samples begin as samples do', () => {
  const start = '          worker      11 [003]     1.001000: ';
  const lines = textOf(['-sym', '-dso'], ['show-task-events', 'show-mmap-events']).split('\n');
  expect(lines.slice(0, 2)).toEqual([
    `${start}PERF_RECORD_COMM: worker:10/11`,
    `${start}PERF_RECORD_MMAP 10/11: [0x401000(0x1000) @ 0x3000]: x /nowhere/program`,
  ]);
  expect(lines).toHaveLength(4);
});

test('only records that were asked for', () => {
  expect(textOf(['comm'], ['show-mmap-events'])).not.toContain('PERF_RECORD_COMM');
});

test('-F brstackoff: offsets in the file where something is mapped, else the address', () => {
  expect(textOf(['comm,brstackoff'], [], true)).toBe(
    '          worker  0x3234/0x3010/P/-/-/5/COND/-  0x3100/0x900000/-/-/-/0//- \n',
  );
});
