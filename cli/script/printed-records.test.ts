/**
 * Lines of records that are not samples, by the formats of perf 7.2 (the perf_event__fprintf functions of util/event.c,
 * perf_event__fprintf_mmap2 and _namespaces with them), filled in by hand:
 *
 *   COMM     "%s: %s:%d/%d\n"                              MMAP   " %d/%d: [%#lx(%#lx) @ %#lx]: %c %s\n"
 *   MMAP2    " %d/%d: [%#lx(%#lx) @ %#lx %02x:%02x %lu %lu]: %c%c%c%c %s\n"
 *   FORK     "(%d:%d):(%d:%d)\n"                           LOST   " lost %lu\n"
 *   SWITCH   " %s  %s pid/tid: %5d/%-5d\n"                 CGROUP " cgroup: %lu %s\n"
 *   KSYMBOL  " addr %lx len %u type %u flags 0x%x name %s\n"
 */

import { MemoryByteSource, Recording, RecordType } from '../../parser';
import { type ByteBuilder, RecordingBuilder } from '../../parser/perf-data/test-support/recording-builder';
import { startSession } from '../../profile';
import { printedRecords } from './printed-records';

const COMM_EXEC = 1 << 13;
const MMAP_DATA = 1 << 13;
const SWITCH_OUT = 1 << 13;
const SWITCH_OUT_PREEMPT = 1 << 14;

/** What is printed of a record after its type. */
function bodyOf(type: number, write: (bytes: ByteBuilder) => void, misc = 0): string {
  const builder = new RecordingBuilder().event({ ids: [1] }).record(type, write, misc);
  const recording = Recording.open(new MemoryByteSource('made', builder.toFile()));
  const session = startSession(recording, {});
  const bodies: string[] = [];
  recording.readRecords('file', (place) => {
    const printer = printedRecords.find((each) => each.type === place.type);
    if (printer) bodies.push(printer.format(place, session).body);
  });
  expect(bodies).toHaveLength(1);
  return bodies[0];
}

test('a name of a thread, by exec or by itself', () => {
  const write = (bytes: ByteBuilder): ByteBuilder => bytes.u32(10, 11).text('worker');
  expect(bodyOf(RecordType.COMM, write)).toBe(': worker:10/11\n');
  expect(bodyOf(RecordType.COMM, write, COMM_EXEC)).toBe(' exec: worker:10/11\n');
});

test('mappings: %#lx has no prefix for zero, x or r by what the kernel marked', () => {
  const write = (bytes: ByteBuilder): ByteBuilder =>
    bytes.u32(10, 11).u64(0x400000, 0x1000, 0).text('/bin/a b');
  expect(bodyOf(RecordType.MMAP, write)).toBe(' 10/11: [0x400000(0x1000) @ 0]: x /bin/a b\n');
  expect(bodyOf(RecordType.MMAP, write, MMAP_DATA)).toBe(' 10/11: [0x400000(0x1000) @ 0]: r /bin/a b\n');
});

test('mappings with a device: 8 is 08, PROT_READ|PROT_EXEC and MAP_PRIVATE are r-xp', () => {
  const body = bodyOf(RecordType.MMAP2, (bytes) =>
    bytes
      .u32(10, 11)
      .u64(0x7f0000000000, 0x1000, 0x2000)
      .u32(8, 0x12)
      .u64(123456, 7)
      .u32(5, 2)
      .text('/lib/x'),
  );
  expect(body).toBe(' 10/11: [0x7f0000000000(0x1000) @ 0x2000 08:12 123456 7]: r-xp /lib/x\n');
});

test('threads that begin and end: the thread, then its parent', () => {
  const write = (bytes: ByteBuilder): ByteBuilder => bytes.u32(12, 10, 13, 11).u64(5);
  expect(bodyOf(RecordType.FORK, write)).toBe('(12:13):(10:11)\n');
  expect(bodyOf(RecordType.EXIT, write)).toBe('(12:13):(10:11)\n');
});

test('switches: 11 columns for the direction, five for each number, left and right', () => {
  const nothing = (): undefined => undefined;
  const partner = (bytes: ByteBuilder): ByteBuilder => bytes.u32(7, 123);
  expect(bodyOf(RecordType.SWITCH, nothing)).toBe(' IN         \n');
  expect(bodyOf(RecordType.SWITCH, nothing, SWITCH_OUT)).toBe(' OUT        \n');
  expect(bodyOf(RecordType.SWITCH, nothing, SWITCH_OUT | SWITCH_OUT_PREEMPT)).toBe(' OUT preempt\n');
  expect(bodyOf(RecordType.SWITCH_CPU_WIDE, partner)).toBe(' IN           prev pid/tid:     7/123  \n');
  expect(bodyOf(RecordType.SWITCH_CPU_WIDE, partner, SWITCH_OUT)).toBe(
    ' OUT          next pid/tid:     7/123  \n',
  );
});

test('namespaces: four to a line, names of those that are known', () => {
  const body = bodyOf(RecordType.NAMESPACES, (bytes) => {
    bytes.u32(10, 11).u64(5);
    for (let i = 0; i < 5; i++) bytes.u64(4, i === 4 ? 0 : 0xf0 + i);
  });
  expect(body).toBe(
    ' 10/11 - nr_namespaces: 5\n' +
      '\t\t[0/net: 4/0xf0, 1/uts: 4/0xf1, 2/ipc: 4/0xf2, 3/pid: 4/0xf3, \n' +
      '\t\t 4/user: 4/0]\n',
  );
});

test('what is lost, groups of processes, kernel code, programs of BPF', () => {
  expect(bodyOf(RecordType.LOST, (bytes) => bytes.u64(1, 42))).toBe(' lost 42\n');
  expect(bodyOf(RecordType.CGROUP, (bytes) => bytes.u64(12345678901).text('/a.slice'))).toBe(
    ' cgroup: 12345678901 /a.slice\n',
  );
  expect(
    bodyOf(RecordType.KSYMBOL, (bytes) =>
      bytes.u64(0xffffffffc0351000n).u32(384).u16(1, 1).text('bpf_prog_1_f'),
    ),
  ).toBe(' addr ffffffffc0351000 len 384 type 1 flags 0x1 name bpf_prog_1_f\n');
  expect(bodyOf(RecordType.BPF_EVENT, (bytes) => bytes.u16(2, 0).u32(17).u64(0))).toBe(
    ' type 2, flags 0, id 17\n',
  );
});

test('each type is printed by one entry', () => {
  const types = printedRecords.map(({ type }) => type);
  expect(new Set(types).size).toBe(types.length);
});
