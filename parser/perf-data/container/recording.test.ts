import { MemoryByteSource, ParseError } from '../../bytes';
import * as c from '../constants';
import { Feature } from '../features/features';
import { Recording, type RecordingEnd } from './recording';
import { parseComm } from '../records/records';
import { Sample } from '../records/sample';
import { SampleStatus } from '../records/sample-layout';
import { featureString, RecordingBuilder, type EventSpec } from '../test-support/recording-builder';

const sampleType =
  c.PERF_SAMPLE_IDENTIFIER |
  c.PERF_SAMPLE_IP |
  c.PERF_SAMPLE_TID |
  c.PERF_SAMPLE_TIME |
  c.PERF_SAMPLE_CALLCHAIN;

function open(bytes: Uint8Array): Recording {
  return Recording.open(new MemoryByteSource('test.data', bytes));
}

function addSample(
  builder: RecordingBuilder,
  id: number,
  tid: number,
  timeNs: number,
  ...chain: number[]
): void {
  builder.record(c.RecordType.SAMPLE, (bytes) => {
    bytes
      .u64(id, 0x401000)
      .u32(tid, tid)
      .u64(timeNs, chain.length, ...chain);
  });
}

/** COMM with the trailer of an event that has TID, TIME, IDENTIFIER. */
function addComm(builder: RecordingBuilder, tid: number, comm: string, timeNs: number, id = 0): void {
  builder.record(c.RecordType.COMM, (bytes) => {
    bytes.u32(tid, tid).text(comm).u32(tid, tid).u64(timeNs, id);
  });
}

/** What a recording delivers: "SAMPLE tid@time chain", "COMM name", names of other records. */
function read(recording: Recording, order: 'time' | 'file' = 'time'): { log: string[]; end: RecordingEnd } {
  const log: string[] = [];
  const sample = new Sample();
  const end = recording.readRecords(order, (place) => {
    if (place.type === c.RecordType.SAMPLE) {
      const status = recording.decodeSampleInto(place, sample);
      if (status !== SampleStatus.Ok) {
        log.push('SAMPLE damaged');
        return;
      }
      const chain = Array.from({ length: sample.callchainCount }, (_, i) =>
        sample.view.getBigUint64(sample.callchainOffset + i * 8, sample.littleEndian).toString(16),
      );
      log.push(
        `SAMPLE ${recording.events[sample.eventIndex].name} ${sample.tid}@${sample.timeLow} ${chain.join(',')}`.trim(),
      );
    } else if (place.type === c.RecordType.COMM) {
      log.push(`COMM ${parseComm(place, recording.littleEndian).comm}`);
    } else log.push(c.recordTypeName(place.type));
  });
  return { log, end };
}

const clock: EventSpec = { type: c.PERF_TYPE_SOFTWARE, config: 0, sampleType, ids: [1, 2] };
const faults: EventSpec = { type: c.PERF_TYPE_SOFTWARE, config: 2, sampleType, ids: [3] };

function twoEvents(littleEndian: boolean): RecordingBuilder {
  const builder = new RecordingBuilder(littleEndian).event(clock).event(faults);
  builder.stringFeature(Feature.ARCH, 'x86_64').stringFeature(Feature.HOSTNAME, 'vm');
  addComm(builder, 7, 'first', 0);
  addSample(builder, 1, 7, 300, 0x10, 0x20);
  addSample(builder, 3, 7, 100);
  addComm(builder, 7, 'second', 200, 2);
  return builder.finishedRound();
}

const inOrder = [
  'COMM first',
  'FINISHED_ROUND',
  'SAMPLE page-faults 7@100',
  'COMM second',
  'SAMPLE cpu-clock 7@300 10,20',
];

describe('containers', () => {
  test('either byte order, as a file and as a pipe', () => {
    for (const littleEndian of [true, false]) {
      const builder = twoEvents(littleEndian);
      for (const bytes of [builder.toFile(), builder.toPipe()]) {
        const recording = open(bytes);
        expect(recording.littleEndian).toBe(littleEndian);
        expect(recording.events.map((event) => event.name)).toEqual(['cpu-clock', 'page-faults']);
        expect(recording.stringFeature(Feature.ARCH)).toBe('x86_64');
        const { log, end } = read(recording);
        expect(log).toEqual(inOrder);
        expect(end.problems).toEqual([]);
      }
    }
  });

  test('the magic of perf before Linux 3.4, whose bytes are the same in either order', () => {
    for (const littleEndian of [true, false]) {
      const builder = twoEvents(littleEndian);
      for (const bytes of [builder.toFile(), builder.toPipe()]) {
        bytes.set(new TextEncoder().encode('PERFFILE'));
        expect(read(open(bytes)).log).toEqual(inOrder);
      }
    }
  });

  test('build ids as perf wrote them before Linux 2.6.35, without a pid', () => {
    const id = Uint8Array.from({ length: 24 }, (_, i) => (i < 20 ? 0xa0 + i : 0));
    const entry = (path: string) => {
      const bytes = new Uint8Array(8 + 24 + 32);
      new DataView(bytes.buffer).setUint16(6, bytes.length, true);
      bytes.set(id, 8);
      bytes.set(new TextEncoder().encode(path), 32);
      return [...bytes];
    };
    const table = Uint8Array.from(['/lib/libc.so.6', '[kernel.kallsyms]'].flatMap(entry));
    const recording = open(twoEvents(true).feature(Feature.BUILD_ID, table).toFile());
    expect(recording.buildIds()).toEqual([
      { misc: 0, pid: -1, buildId: id.subarray(0, 20), path: '/lib/libc.so.6' },
      { misc: 0, pid: -1, buildId: id.subarray(0, 20), path: '[kernel.kallsyms]' },
    ]);
  });

  test('the order of the file, where that is asked for', () => {
    const { log } = read(open(twoEvents(true).toFile()), 'file');
    expect(log.map((line) => line.split(' ')[0])).toEqual([
      'COMM',
      'SAMPLE',
      'SAMPLE',
      'COMM',
      'FINISHED_ROUND',
    ]);
  });

  test('a stream that cannot be read at positions', () => {
    const bytes = twoEvents(true).toPipe();
    for (const step of [1, 7, 1000]) {
      let position = 16;
      const input = {
        readInto(into: Uint8Array): number {
          const part = bytes.subarray(position, position + Math.min(step, into.length));
          into.set(part);
          position += part.length;
          return part.length;
        },
        skip: (): number => 0,
      };
      const header = open(bytes).header;
      expect(read(Recording.openStream('a pipe', header, input)).log).toEqual(inOrder);
    }
  });

  test('what a pipe says of its events: names, units, formats of tracepoints after their record', () => {
    const builder = new RecordingBuilder().event(clock).event(faults);
    const tracing = new TextEncoder().encode('stands for tracing data!');
    builder.record(c.RecordType.EVENT_UPDATE, (bytes) => bytes.u64(2, 3).text('my faults'));
    builder.record(c.RecordType.EVENT_UPDATE, (bytes) => bytes.u64(0, 1).text('Joules'));
    builder.record(c.RecordType.HEADER_TRACING_DATA, (bytes) => bytes.u32(tracing.length, 0));
    builder.rawData(tracing);
    builder.record(c.RecordType.HEADER_BUILD_ID, (bytes) => {
      bytes.u32(0xffffffff).raw(Uint8Array.from({ length: 20 }, (_, i) => i)).u8(20, 0, 0, 0).text('/bin/true', 4);
    }, c.PERF_RECORD_MISC_BUILD_ID_SIZE); // prettier-ignore
    addSample(builder, 3, 7, 100);
    const recording = open(builder.toPipe());
    expect(recording.events.map(({ name, unit }) => [name, unit])).toEqual([
      ['cpu-clock', 'Joules'],
      ['my faults', undefined],
    ]);
    expect(recording.features.read(Feature.TRACING_DATA)).toEqual(tracing);
    expect(recording.buildIds()).toMatchObject([{ pid: -1, path: '/bin/true', buildId: { length: 20 } }]);
    // Updates are delivered, too, as those of a file are.
    expect(read(recording).log).toEqual(['EVENT_UPDATE', 'EVENT_UPDATE', 'SAMPLE my faults 7@100']);
  });

  test('names by EVENT_DESC', () => {
    const builder = new RecordingBuilder().event(clock);
    const bytes = builder.bytes().u32(1, 64).u32(1, 64).zeros(56).u32(2);
    builder.feature(Feature.EVENT_DESC, featureString(bytes, 'cpu-clock:uppp').u64(1, 2).finish());
    expect(open(builder.finishedRound().toFile()).events[0].name).toBe('cpu-clock:uppp');
  });

  test('hardware traces are stepped over, in a file and in a pipe', () => {
    const builder = new RecordingBuilder().event(clock);
    const trace = new Uint8Array(5000).fill(9);
    builder.record(c.RecordType.AUXTRACE, (bytes) => bytes.u64(trace.length, 0, 0).u32(0, 0, 0, 0));
    builder.rawData(trace);
    addSample(builder, 1, 7, 100);
    for (const bytes of [builder.toFile(), builder.toPipe()]) {
      const recording = open(bytes);
      expect(read(recording).log).toEqual(['AUXTRACE', 'SAMPLE cpu-clock 7@100']);
      expect(recording.auxtraceBytes).toBe(trace.length);
    }
  });
});

describe('order', () => {
  test('rounds: what is later than the round before waits; a time that goes back does no harm', () => {
    const builder = new RecordingBuilder().event(clock);
    for (const time of [10, 50, 20]) addSample(builder, 1, time, time);
    builder.finishedRound();
    for (const time of [60, 40, 30]) addSample(builder, 1, time, time);
    builder.finishedRound();
    addSample(builder, 1, 5, 5);
    const { log } = read(open(builder.toFile()));
    const times = log.filter((line) => line !== 'FINISHED_ROUND').map((line) => Number(line.split('@')[1]));
    expect(times).toEqual([10, 20, 30, 40, 50, 5, 60]);
  });
});

describe('damage', () => {
  test('a file that perf record did not finish is read to its end', () => {
    const { log, end } = read(open(twoEvents(true).toFile(0)));
    expect(log.slice(0, inOrder.length)).toEqual(inOrder);
    expect(end.problems[0]).toContain('did not finish');
  });

  test('cut anywhere: an error that says so, or the records before the cut', () => {
    const builder = new RecordingBuilder().event(clock);
    for (let i = 1; i <= 20; i++) addSample(builder, 1, i, i, i);
    const whole = builder.toFile();
    const pipe = builder.toPipe();
    for (const bytes of [whole, pipe]) {
      const all = read(open(bytes)).log;
      expect(all).toHaveLength(20);
      let shown = 0;
      for (let size = 0; size < bytes.length; size++) {
        try {
          const { log, end } = read(open(bytes.subarray(0, size)));
          expect(log).toEqual(all.slice(0, log.length));
          expect(log.length).toBeGreaterThanOrEqual(shown);
          // A pipe that ends between two records ended properly, for all that can be known.
          if (bytes === whole) expect(end.problems).not.toEqual([]);
          shown = log.length;
        } catch (error) {
          expect(error).toBeInstanceOf(ParseError);
        }
      }
      expect(shown).toBeGreaterThanOrEqual(19);
    }
  });

  test('a record whose size lies ends the reading', () => {
    for (const size of [0, 7, 33]) {
      const builder = new RecordingBuilder().event(clock);
      addSample(builder, 1, 7, 100);
      builder.rawRecord(c.RecordType.COMM, 0, size, new Uint8Array(32));
      addSample(builder, 1, 7, 200);
      const { log, end } = read(open(builder.toFile()));
      expect(log).toEqual(['SAMPLE cpu-clock 7@100']);
      expect(end.problems).toEqual([expect.stringContaining(`impossible size (${size})`)]);
    }
  });

  test('unknown records, and samples of no event', () => {
    const builder = new RecordingBuilder().event(clock).event(faults);
    builder.record(99, (bytes) => bytes.u64(1));
    addSample(builder, 77, 7, 100);
    addSample(builder, 3, 7, 200);
    const recording = open(builder.toFile());
    expect(read(recording).log).toEqual(['type 99', 'SAMPLE damaged', 'SAMPLE page-faults 7@200']);
    expect(recording.recordCounts.get(99)).toBe(1);
  });

  test('counts that no record can hold', () => {
    for (const count of [1n << 40n, (1n << 64n) - 1n, 1n << 61n, 3n]) {
      const builder = new RecordingBuilder().event(clock);
      builder.record(c.RecordType.SAMPLE, (bytes) => bytes.u64(1, 0).u32(7, 7).u64(100, count, 1, 2));
      expect(read(open(builder.toFile())).log).toEqual(['SAMPLE damaged']);
    }
  });

  test('features of the future, features that lie outside the file', () => {
    const builder = new RecordingBuilder()
      .event(clock)
      .feature(200, new Uint8Array(64))
      .stringFeature(Feature.ARCH, 'x86_64');
    addSample(builder, 1, 7, 100);
    const file = builder.toFile();
    expect(open(file).stringFeature(Feature.ARCH)).toBe('x86_64');
    const recording = open(file.subarray(0, file.length - 8));
    expect(recording.stringFeature(Feature.ARCH)).toBe('x86_64');
    expect(read(recording).end.problems).toEqual(['feature section 200 lies outside the file']);
  });

  test.each([
    ['nothing', new Uint8Array(0), 'is empty'],
    ['no recording', new TextEncoder().encode('#!/bin/sh\nexit 0\n'), 'not a perf.data file'],
    ['a header alone', twoEvents(true).toFile().subarray(0, 60), 'ends within its header'],
    ['a pipe without events', twoEvents(true).toPipe().subarray(0, 16), 'describes no event'],
    ['a file without events', new RecordingBuilder().toFile(), 'no usable event attributes'],
  ])('%s', (_, bytes, message) => {
    expect(() => open(bytes)).toThrow(ParseError);
    expect(() => open(bytes)).toThrow(message);
  });
});
