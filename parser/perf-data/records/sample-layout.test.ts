/** Samples put together as PERF_RECORD_SAMPLE in include/uapi/linux/perf_event.h (Linux 7.2) lays them out. */

import { ByteReader } from '../../bytes';
import * as c from '../constants';
import { type ByteBuilder, RecordingBuilder, type EventSpec } from '../test-support/recording-builder';
import { readEventAttr } from './event-attr';
import { Sample } from './sample';
import { SampleLayout, SampleStatus } from './sample-layout';

const FILE_HEADER_SIZE = 104;

function layoutOf(event: EventSpec, littleEndian: boolean): SampleLayout {
  const file = new RecordingBuilder(littleEndian).event(event).toFile();
  const reader = new ByteReader(file, littleEndian, 'attributes');
  reader.seek(FILE_HEADER_SIZE);
  return new SampleLayout(readEventAttr(reader, 144));
}

/** A record's bytes, with its header. */
function record(littleEndian: boolean, write: (body: ByteBuilder) => void): Uint8Array {
  return new RecordingBuilder(littleEndian).record(c.RecordType.SAMPLE, write).toData();
}

function decode(
  layout: SampleLayout,
  bytes: Uint8Array,
  littleEndian: boolean,
): { status: SampleStatus; sample: Sample } {
  const sample = new Sample();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return { status: layout.decodeInto(view, 0, bytes.length, littleEndian, sample), sample };
}

const everything: EventSpec = {
  sampleType:
    c.PERF_SAMPLE_IDENTIFIER |
    c.PERF_SAMPLE_IP |
    c.PERF_SAMPLE_TID |
    c.PERF_SAMPLE_TIME |
    c.PERF_SAMPLE_ADDR |
    c.PERF_SAMPLE_ID |
    c.PERF_SAMPLE_STREAM_ID |
    c.PERF_SAMPLE_CPU |
    c.PERF_SAMPLE_PERIOD |
    c.PERF_SAMPLE_READ |
    c.PERF_SAMPLE_CALLCHAIN |
    c.PERF_SAMPLE_RAW |
    c.PERF_SAMPLE_BRANCH_STACK |
    c.PERF_SAMPLE_REGS_USER |
    c.PERF_SAMPLE_STACK_USER |
    c.PERF_SAMPLE_WEIGHT |
    c.PERF_SAMPLE_DATA_SRC |
    c.PERF_SAMPLE_TRANSACTION |
    c.PERF_SAMPLE_REGS_INTR |
    c.PERF_SAMPLE_PHYS_ADDR |
    c.PERF_SAMPLE_CGROUP |
    c.PERF_SAMPLE_DATA_PAGE_SIZE |
    c.PERF_SAMPLE_CODE_PAGE_SIZE,
  readFormat: c.PERF_FORMAT_GROUP | c.PERF_FORMAT_TOTAL_TIME_ENABLED | c.PERF_FORMAT_ID | c.PERF_FORMAT_LOST,
  branchSampleType: c.PERF_SAMPLE_BRANCH_HW_INDEX | c.PERF_SAMPLE_BRANCH_COUNTERS,
  sampleRegsUser: 0b1_0100_0000n,
  sampleStackUser: 16,
  sampleRegsIntr: 0b1n,
  samplePeriod: 4000,
};

/** A sample with all that {@link everything} asks for. @returns where the parts of variable size begin */
function writeEverything(body: ByteBuilder): Record<string, number> {
  const at: Record<string, number> = {};
  /** The header comes before the body. */
  const mark = (name: string): ByteBuilder => {
    at[name] = 8 + body.size;
    return body;
  };
  body.u64(0x1_0000_0002n, 0xffff_8000_1234_5678n).u32(11, 12).u64(0x2_0000_0003n);
  body
    .u64(0x7fff_0000_0004n, 0x99n, 0x5_0000_0006n)
    .u32(3, 0)
    .u64(2 ** 40);
  mark('read').u64(2, 1000).u64(7, 8, 9).u64(10, 11, 12);
  body.u64(2);
  mark('callchain').u64(-512n, 0x40_1000);
  body.u32(4);
  mark('raw').u32(0xdead_beef);
  body.u64(1, 5);
  mark('branches').u64(0x40_1000, 0x40_2000, 2);
  mark('branchCounters').u64(77);
  body.u64(2);
  mark('userRegisters').u64(0x601, 0x801);
  body.u64(16);
  mark('stack').u64(1, 2).u64(8);
  body.u64(0x20_0000_0015n, 0x30_0000_0016n, 0x40_0000_0017n);
  body.u64(1);
  mark('intrRegisters').u64(0xaa);
  body.u64(0x50_0000_0018n, 0x60_0000_0019n, 4096, 2 ** 21);
  return at;
}

describe.each([true, false])('little endian: %s', (little) => {
  test('every field is where the kernel puts it', () => {
    let at: Record<string, number> = {};
    const bytes = record(little, (body) => (at = writeEverything(body)));
    const { status, sample } = decode(layoutOf(everything, little), bytes, little);
    expect(status).toBe(SampleStatus.Ok);
    expect(sample).toMatchObject({
      ipLow: 0x1234_5678,
      ipHigh: 0xffff_8000,
      pid: 11,
      tid: 12,
      hasTime: true,
      timeLow: 3,
      timeHigh: 2,
      addrLow: 4,
      addrHigh: 0x7fff,
      // PERF_SAMPLE_IDENTIFIER says it where PERF_SAMPLE_ID does, too.
      idLow: 2,
      idHigh: 1,
      streamIdLow: 6,
      streamIdHigh: 5,
      cpu: 3,
      period: 2 ** 40,
      readOffset: at.read,
      callchainOffset: at.callchain,
      callchainCount: 2,
      rawOffset: at.raw,
      rawSizeBytes: 4,
      branchOffset: at.branches,
      branchCount: 1,
      branchCountersOffset: at.branchCounters,
      userRegsAbi: 2,
      userRegsOffset: at.userRegisters,
      stackOffset: at.stack,
      // The dynamic size: 8 of the 16 bytes were copied.
      stackSizeBytes: 8,
      weightLow: 0x15,
      weightHigh: 0x20,
      dataSrcLow: 0x16,
      dataSrcHigh: 0x30,
      transactionLow: 0x17,
      transactionHigh: 0x40,
      intrRegsAbi: 1,
      intrRegsOffset: at.intrRegisters,
      physAddrLow: 0x18,
      physAddrHigh: 0x50,
      cgroupLow: 0x19,
      cgroupHigh: 0x60,
      dataPageSize: 4096,
      codePageSize: 2 ** 21,
    });
  });

  test('a record that ends before its fields do is cut off, wherever it ends', () => {
    const layout = layoutOf(everything, little);
    const bytes = record(little, (body) => writeEverything(body));
    const complete: number[] = [];
    // A read beyond the end of the copy would throw.
    for (let size = 8; size <= bytes.length; size++) {
      if (decode(layout, bytes.slice(0, size), little).status === SampleStatus.Ok) complete.push(size);
    }
    expect(complete).toEqual([bytes.length]);
  });

  test('the trailer of other records is read from its end', () => {
    const layout = layoutOf(everything, little);
    const bytes = record(little, (body) =>
      body.u64(0xabc).u32(21, 22).u64(0x2_0000_0003n, 98, 0x5_0000_0006n).u32(5, 0).u64(0x7_0000_0008n),
    );
    const trailer = new Sample();
    layout.decodeTrailerInto(new DataView(bytes.buffer), 0, bytes.length, little, trailer);
    expect(trailer).toMatchObject({
      pid: 21,
      tid: 22,
      hasTime: true,
      timeLow: 3,
      timeHigh: 2,
      idLow: 8,
      idHigh: 7,
      streamIdLow: 6,
      streamIdHigh: 5,
      cpu: 5,
    });
    expect(layout.trailerSizeBytes).toBe(48);
    expect(layout.timeOffsetIn(c.RecordType.COMM, bytes.length)).toBe(24);
    expect(layout.timeOffsetIn(c.RecordType.COMM, 48)).toBe(-1);
    // header, identifier, ip, pid and tid
    expect(layout.timeOffsetIn(c.RecordType.SAMPLE, 1000)).toBe(32);
  });

  test('a thread without user registers has no words for them, and no size of its stack', () => {
    const layout = layoutOf(
      {
        sampleType: c.PERF_SAMPLE_REGS_USER | c.PERF_SAMPLE_STACK_USER | c.PERF_SAMPLE_WEIGHT,
        sampleRegsUser: 0xff0fffn,
        sampleStackUser: 8192,
      },
      little,
    );
    const { status, sample } = decode(
      layout,
      record(little, (body) => body.u64(0, 0, 42)),
      little,
    );
    expect(status).toBe(SampleStatus.Ok);
    expect(sample).toMatchObject({ userRegsAbi: 0, userRegsOffset: -1, stackOffset: -1, stackSizeBytes: 0 });
    expect(sample.weightLow).toBe(42);
  });
});

test('without a period of its own a sample has the attribute’s', () => {
  const layout = layoutOf({ sampleType: c.PERF_SAMPLE_TID, samplePeriod: 4000 }, true);
  const { sample } = decode(
    layout,
    record(true, (body) => body.u32(1, 2)),
    true,
  );
  expect(sample).toMatchObject({ period: 4000, hasTime: false, cpu: -1, callchainOffset: -1 });
});

test('without sample_id_all other records have no trailer', () => {
  const layout = layoutOf({ sampleType: c.PERF_SAMPLE_TID | c.PERF_SAMPLE_TIME, flags: [] }, true);
  const bytes = record(true, (body) => body.u64(1, 2, 3));
  const trailer = new Sample();
  layout.decodeTrailerInto(new DataView(bytes.buffer), 0, bytes.length, true, trailer);
  expect(trailer).toMatchObject({ pid: -1, tid: -1, hasTime: false, cpu: -1 });
  expect(layout.timeOffsetIn(c.RecordType.COMM, bytes.length)).toBe(-1);
});

// Numbers of entries that no record can hold, in each field that has one.
test.each([
  ['callchain', c.PERF_SAMPLE_CALLCHAIN],
  ['branch stack', c.PERF_SAMPLE_BRANCH_STACK],
  ['stack copy', c.PERF_SAMPLE_STACK_USER],
  ['read values', c.PERF_SAMPLE_READ],
])('a %s of 2^64 - 1 entries does not fit', (_name, sampleType) => {
  const layout = layoutOf({ sampleType, readFormat: c.PERF_FORMAT_GROUP }, true);
  const { status, sample } = decode(
    layout,
    record(true, (body) => body.u64(-1n, 0, 0)),
    true,
  );
  expect(status).toBe(SampleStatus.Truncated);
  expect(sample).toMatchObject({ callchainCount: 0, branchCount: 0, stackSizeBytes: 0 });
});

test('raw data of 4 GB does not fit', () => {
  const layout = layoutOf({ sampleType: c.PERF_SAMPLE_RAW }, true);
  const bytes = record(true, (body) => body.u32(0xffff_ffff, 0));
  expect(decode(layout, bytes, true).status).toBe(SampleStatus.Truncated);
});
