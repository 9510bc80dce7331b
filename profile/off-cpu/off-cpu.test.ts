/** Recordings whose switches are written here, and the times away, added up by hand. */

import { Feature, MemoryByteSource, Recording } from '../../parser';
import * as c from '../../parser/perf-data/constants';
import { RecordingBuilder, type EventSpec } from '../../parser/perf-data/test-support/recording-builder';
import { startSession } from '../session/start-session';

const BASE =
  c.PERF_SAMPLE_IDENTIFIER |
  c.PERF_SAMPLE_IP |
  c.PERF_SAMPLE_TID |
  c.PERF_SAMPLE_TIME |
  c.PERF_SAMPLE_CALLCHAIN;
const SCHED_SWITCH = 372;
const NEXT_PID_OFFSET = 56;

const tracepoint: EventSpec = {
  type: c.PERF_TYPE_TRACEPOINT,
  config: SCHED_SWITCH,
  sampleType: BASE | c.PERF_SAMPLE_RAW,
  ids: [1],
};
const contextSwitches: EventSpec = {
  type: c.PERF_TYPE_SOFTWARE,
  config: 3,
  sampleType: BASE,
  flags: ['sample_id_all', 'context_switch'],
  ids: [1],
};
const deferring: EventSpec = {
  ...contextSwitches,
  flags: ['sample_id_all', 'context_switch', 'defer_callchain', 'defer_output'],
};
const clock: EventSpec = { ...contextSwitches, config: 0 };

/** What the kernel of 7.2 says of sched_switch in events/sched/sched_switch/format, of the fields that matter. */
function tracingData(builder: RecordingBuilder): Uint8Array {
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const format = text(
    `name: sched_switch\nID: ${SCHED_SWITCH}\nformat:\n` +
      '\tfield:pid_t prev_pid;\toffset:24;\tsize:4;\tsigned:1;\n' +
      `\tfield:pid_t next_pid;\toffset:${NEXT_PID_OFFSET};\tsize:4;\tsigned:1;\n\nprint fmt: ""\n`,
  );
  const out = builder
    .bytes()
    .raw(Uint8Array.of(0x17, 0x08, 0x44))
    .raw(text('tracing0.6\0'));
  out
    .u8(builder.littleEndian ? 0 : 1)
    .u8(8)
    .u32(4096);
  out.raw(text('header_page\0')).u64(0).raw(text('header_event\0')).u64(0);
  out.u32(0).u32(1).raw(text('sched\0')).u32(1).u64(format.length).raw(format);
  return out.u32(0, 0).u64(0).finish();
}

class Written {
  readonly builder: RecordingBuilder;

  constructor(event: EventSpec, littleEndian = true) {
    this.builder = new RecordingBuilder(littleEndian).event(event);
    if (event === tracepoint) this.builder.feature(Feature.TRACING_DATA, tracingData(this.builder));
  }

  /** A sample of sched_switch: at a time, a thread leaves, from a function at an address, for another. */
  switches(timeNs: number, prev: number, address: number, next: number): this {
    return this.sample(timeNs, prev, address, (raw) => {
      raw
        .u32(4 + NEXT_PID_OFFSET)
        .zeros(NEXT_PID_OFFSET)
        .u32(next);
    });
  }

  sample(
    timeNs: number,
    tid: number,
    address: number,
    body: (bytes: ReturnType<RecordingBuilder['bytes']>) => void = () => undefined,
  ): this {
    this.builder.record(
      c.RecordType.SAMPLE,
      (bytes) => body(bytes.u64(1, address).u32(tid, tid).u64(timeNs, 1, address)),
      c.PERF_RECORD_MISC_USER,
    );
    return this;
  }

  /** A sample whose user callchain comes later: its callchain is the marker and the cookie. */
  deferring(timeNs: number, tid: number, cookie: number): this {
    this.builder.record(
      c.RecordType.SAMPLE,
      (bytes) =>
        bytes
          .u64(1, 0)
          .u32(tid, tid)
          .u64(timeNs, 2, BigInt.asUintN(64, BigInt(c.PERF_CONTEXT_USER_DEFERRED)), cookie),
      c.PERF_RECORD_MISC_KERNEL,
    );
    return this;
  }

  /** The user callchain of the samples with that cookie. */
  deferred(timeNs: number, tid: number, cookie: number, address: number): this {
    this.builder.record(
      c.RecordType.CALLCHAIN_DEFERRED,
      (bytes) => bytes.u64(cookie, 1, address).u32(tid, tid).u64(timeNs, 1),
      c.PERF_RECORD_MISC_USER,
    );
    return this;
  }

  /** SWITCH of a thread. */
  record(timeNs: number, tid: number, isOut: boolean): this {
    this.builder.record(
      c.RecordType.SWITCH,
      (bytes) => bytes.u32(tid, tid).u64(timeNs, 1),
      isOut ? c.PERF_RECORD_MISC_SWITCH_OUT : c.PERF_RECORD_MISC_KERNEL,
    );
    return this;
  }

  task(type: number, timeNs: number, tid: number): this {
    this.builder.record(type, (bytes) => bytes.u32(tid, 1, tid, 1).u64(timeNs).u32(tid, tid).u64(timeNs, 1));
    return this;
  }

  /** "tid address ns" of each switch that has a weight, and what is said of the others. */
  run(): { weights: string[]; said: string[] } {
    const recording = Recording.open(new MemoryByteSource('test.data', this.builder.toFile()));
    // The builder writes no names of events; perf record does.
    if (recording.events[0].attr.type === c.PERF_TYPE_TRACEPOINT) {
      Object.assign(recording.events[0], { name: 'sched:sched_switch' });
    }
    const session = startSession(recording, { offCpu: true });
    const weights: string[] = [];
    session.run((sample, _event, thread, chain) => {
      expect(chain.count).toBe(1);
      weights.push(`${thread.tid} ${session.names.addressText(chain.frames[0])} ${sample.period}`);
    });
    return { weights, said: session.diagnostics.listed.map(({ summary }) => summary) };
  }
}

const A = 0x401000;
const B = 0x402000;

test.each([true, false])(
  'sched_switch: from the sample of who leaves to one that names it as next (little endian: %p)',
  (little) => {
    const { weights, said } = new Written(tracepoint, little)
      .switches(1000, 7, A, 8) //  7 leaves at A
      .switches(1500, 8, B, 0) //  8 leaves at B, having come at 1000; its CPU idles
      .switches(4000, 0, 0x10, 7) //  the idle task goes: 7 comes back after 3000
      .switches(4100, 7, B, 8) //  7 leaves at B: 8 comes back after 2600
      .switches(9100, 8, A, 7) //  7 comes back after 5000; 8 stays away
      .run();
    expect(weights).toEqual(['7 401000 3000', '8 402000 2600', '7 402000 5000']);
    expect(said.join()).toMatch(/4 switch-outs; .*: 1 of threads still away at the end$/);
  },
);

test('a switch-in that is lost leaves its switch-out without weight', () => {
  const { weights, said } = new Written(tracepoint)
    .switches(1000, 7, A, 0)
    .switches(5000, 7, B, 0) //  7 leaves again: when it came back is not known
    .switches(6000, 0, 0x10, 7)
    .run();
  expect(weights).toEqual(['7 402000 1000']);
  expect(said).toEqual([expect.stringMatching(/not counted: 1 without a switch-in \(lost/)]);
});

test('a thread that has exited leaves for good, and its number may be given anew', () => {
  const { weights, said } = new Written(tracepoint)
    .switches(1000, 7, A, 0)
    .switches(3000, 0, 0x10, 7)
    .task(c.RecordType.EXIT, 3500, 7)
    .switches(3600, 7, B, 0) //  after its last switch 7 waits for nothing
    .task(c.RecordType.FORK, 4000, 7)
    .switches(5000, 7, A, 0)
    .switches(5200, 0, 0x10, 7)
    .run();
  expect(weights).toEqual(['7 401000 2000', '7 401000 200']);
  expect(said).toEqual([]);
});

test('context-switches: SWITCH records say when threads come back', () => {
  const { weights, said } = new Written(contextSwitches)
    .record(500, 7, false)
    .sample(1000, 7, A)
    .record(1001, 7, true)
    .record(1800, 7, false)
    .sample(2000, 7, B)
    .record(2001, 7, true)
    .record(9000, 7, false)
    .run();
  expect(weights).toEqual(['7 401000 800', '7 402000 7000']);
  expect(said).toEqual([]);
});

test('deferred callchains come when the thread is back: each sample gets its own time and its own stack', () => {
  const { weights, said } = new Written(deferring)
    .deferring(1000, 7, 0x100000001)
    .record(1001, 7, true)
    .deferring(1200, 8, 0x100000002)
    .record(1201, 8, true)
    .record(1800, 7, false)
    .deferred(1850, 7, 0x100000001, A) //  7 was away from 1000 to 1800
    .deferring(2000, 7, 0x200000001)
    .record(2001, 7, true)
    .record(4200, 8, false)
    .deferred(4250, 8, 0x100000002, B) //  8 from 1200 to 4200
    .record(9000, 7, false)
    .deferred(9050, 7, 0x200000001, B) //  7 from 2000 to 9000
    .run();
  expect(weights).toEqual(['7 401000 800', '8 402000 3000', '7 402000 7000']);
  expect(said).toEqual([]);
});

test('SWITCH records alone: with the stack of the last sample before, which is said', () => {
  const { weights, said } = new Written(clock)
    .record(100, 7, true) //  nobody knows where 7 was
    .record(400, 7, false)
    .sample(1000, 7, A)
    .sample(1100, 7, B)
    .record(1200, 7, true)
    .record(1700, 7, false)
    .record(1800, 7, true)
    .record(2800, 7, false)
    .run();
  expect(weights).toEqual(['7 402000 500', '7 402000 1000']);
  expect(said.join()).toContain('not counted: 1 before any sample of their thread');
  expect(said.join()).toContain('perf record -e context-switches -c 1 --switch-events');
});

test.each([
  ['that does not say when threads leave', { ...clock, flags: ['sample_id_all'] as const }],
  ['that does not say when threads come back', { ...contextSwitches, flags: ['sample_id_all'] as const }],
])('a recording %s is refused, with how to record', (_, event) => {
  expect(() => new Written(event).sample(1000, 7, A).run()).toThrow(
    /--off-cpu: .*perf record -a -e sched:sched_switch/,
  );
});
