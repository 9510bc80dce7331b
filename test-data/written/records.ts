/**
 * Every record that `script --show-…-events` prints, BPF programs with samples in them, groups that read their counters,
 * and the feature sections of machines that are not at hand.
 */

import { Feature } from '../../parser';
import {
  PERF_FORMAT_GROUP,
  PERF_FORMAT_ID,
  PERF_FORMAT_LOST,
  PERF_FORMAT_TOTAL_TIME_ENABLED,
  PERF_RECORD_MISC_COMM_EXEC,
  PERF_RECORD_MISC_KERNEL,
  PERF_RECORD_MISC_MMAP_BUILD_ID,
  PERF_RECORD_MISC_MMAP_DATA,
  PERF_RECORD_MISC_SWITCH_OUT,
  PERF_RECORD_MISC_SWITCH_OUT_PREEMPT,
  PERF_RECORD_MISC_USER,
  PERF_SAMPLE_CPU,
  PERF_SAMPLE_IDENTIFIER,
  PERF_SAMPLE_IP,
  PERF_SAMPLE_PERIOD,
  PERF_SAMPLE_READ,
  PERF_SAMPLE_TID,
  PERF_SAMPLE_TIME,
  PERF_TYPE_SOFTWARE,
  RecordType,
} from '../../parser/perf-data/constants';
import {
  featureString,
  RecordingBuilder,
  type ByteBuilder,
} from '../../parser/perf-data/test-support/recording-builder';
import { nameEvents } from './event-names';

const PID = 4711;
const BASE = PERF_SAMPLE_IDENTIFIER | PERF_SAMPLE_IP | PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CPU;
const PROGRAM_AT = 0xffffffffc0351000n;
const PROGRAM_SIZE = 0x180;
const TRAMPOLINE_AT = 0xffffffffc0360000n;

/** Appends records with rising times; each ends in the facts about itself, where the event says so. */
class RecordWriter {
  private timeNs = 1_000_000_000;

  constructor(
    readonly builder: RecordingBuilder,
    private readonly hasTrailers: boolean,
  ) {}

  record(type: number, misc: number, body: (bytes: ByteBuilder) => void): void {
    this.builder.record(
      type,
      (bytes) => {
        body(bytes);
        if (this.hasTrailers) bytes.u32(PID, PID).u64(this.nextTime()).u32(3, 0).u64(1);
      },
      misc,
    );
  }

  sample(ip: bigint, misc: number): void {
    this.builder.record(
      RecordType.SAMPLE,
      (bytes) => bytes.u64(1, ip).u32(PID, PID).u64(this.nextTime()).u32(3, 0),
      misc,
    );
  }

  nextTime(): number {
    this.timeNs += 1_234_567;
    return this.timeNs;
  }
}

/** @param hasTrailers sample_id_all: without it records say nothing of their time and thread */
export function writeRecords(littleEndian: boolean, hasTrailers: boolean): Uint8Array {
  const builder = new RecordingBuilder(littleEndian);
  const flags = hasTrailers ? (['sample_id_all'] as const) : [];
  builder.event({ type: PERF_TYPE_SOFTWARE, config: 0, sampleType: BASE, ids: [1], flags });
  nameEvents(builder, ['cpu-clock']);
  const writer = new RecordWriter(builder, hasTrailers);
  writeTaskRecords(writer);
  writeKernelCode(writer);
  writer.record(RecordType.LOST, 0, (bytes) => bytes.u64(1, 42));
  writer.record(RecordType.FORK, 0, (bytes) => bytes.u32(PID + 1, PID, PID + 1, PID).u64(writer.nextTime()));
  writer.record(RecordType.EXIT, 0, (bytes) => bytes.u32(PID + 1, PID, PID + 1, PID).u64(writer.nextTime()));
  builder.record(RecordType.BPF_METADATA, (bytes) => {
    bytes.text('my_program', 512).u64(2);
    bytes.text('version', 64).text('1.2', 256).text('a_rather_long_name_of_a_key', 64).text('', 256);
  });
  writeTraceErrors(builder);
  builder.finishedRound();
  return builder.toFile();
}

/** What perf says of a hardware trace that it cannot follow, in the three forms of the record. */
function writeTraceErrors(builder: RecordingBuilder): void {
  const error = (kind: number, format: number, ip: bigint, body: (bytes: ByteBuilder) => void): void => {
    builder.record(RecordType.AUXTRACE_ERROR, (bytes) => {
      bytes.u32(kind, 8, 3, PID, PID + 1, format).u64(ip);
      body(bytes);
    });
  };
  error(1, 0, 0x401000n, (bytes) => bytes.text('Lost trace data', 64));
  error(1, 1, 0n, (bytes) => bytes.u64(7_000_000_042).text('Overflow packet', 64));
  error(9, 1, 0xffffffff81000000n, (bytes) => bytes.u64(0).text('', 64));
  error(1, 2, 0x401000n, (bytes) =>
    bytes.u64(7_123_456_789n).text('Failed to get instruction', 64).u32(99, 2),
  );
  error(1, 2, 0x401000n, (bytes) => bytes.u64(7_123_456_789n).text('No machine', 64).u32(0, 0));
}

function writeTaskRecords(writer: RecordWriter): void {
  writer.record(RecordType.COMM, PERF_RECORD_MISC_COMM_EXEC, (bytes) => bytes.u32(PID, PID).text('worker'));
  writer.record(RecordType.MMAP, PERF_RECORD_MISC_USER, (bytes) => {
    bytes.u32(PID, PID).u64(0x400000, 0x1000, 0).text('/bin/old');
  });
  writer.record(RecordType.MMAP, PERF_RECORD_MISC_USER | PERF_RECORD_MISC_MMAP_DATA, (bytes) => {
    bytes.u32(PID, PID).u64(0x500000, 0x2000, 0x3000).text('/dev/zero');
  });
  writer.record(RecordType.MMAP2, PERF_RECORD_MISC_USER, (bytes) => {
    bytes
      .u32(PID, PID)
      .u64(0x7f0000000000, 0x1000, 0x2000)
      .u32(8, 1)
      .u64(123456, 7)
      .u32(7, 1)
      .text('/lib/shared');
  });
  writer.record(RecordType.MMAP2, PERF_RECORD_MISC_USER | PERF_RECORD_MISC_MMAP_BUILD_ID, (bytes) => {
    bytes.u32(PID, PID).u64(0x7f0000100000, 0x1000, 0).u8(8, 0, 0, 0);
    bytes
      .raw(Uint8Array.from({ length: 20 }, (_, i) => 0xa0 + i))
      .u32(5, 2)
      .text('/lib/short build id');
  });
  for (const count of [1, 7, 9]) {
    writer.record(RecordType.NAMESPACES, 0, (bytes) => {
      bytes.u32(PID, PID).u64(count);
      for (let i = 0; i < count; i++) bytes.u64(4, i === 5 ? 0 : 0xf0000000 + i);
    });
  }
  writer.record(RecordType.CGROUP, 0, (bytes) => bytes.u64(12345678901).text('/system.slice/my.service'));
  for (const misc of [
    0,
    PERF_RECORD_MISC_SWITCH_OUT,
    PERF_RECORD_MISC_SWITCH_OUT | PERF_RECORD_MISC_SWITCH_OUT_PREEMPT,
  ]) {
    writer.record(RecordType.SWITCH, misc, () => undefined);
    writer.record(RecordType.SWITCH_CPU_WIDE, misc, (bytes) => bytes.u32(7, 123456));
  }
}

/** A BPF program that comes, is sampled and goes; a trampoline; a patched instruction. */
function writeKernelCode(writer: RecordWriter): void {
  const ksymbol = (address: bigint, size: number, kind: number, flags: number, name: string): void =>
    writer.record(RecordType.KSYMBOL, 0, (bytes) => bytes.u64(address).u32(size).u16(kind, flags).text(name));
  ksymbol(PROGRAM_AT, PROGRAM_SIZE, 1, 0, 'bpf_prog_6deef7357e7b4530_my_program');
  writer.record(RecordType.BPF_EVENT, 0, (bytes) => bytes.u16(1, 0).u32(17).u64(0x30457b7e35f7eeden));
  writer.sample(PROGRAM_AT + 0x10n, PERF_RECORD_MISC_KERNEL);
  ksymbol(TRAMPOLINE_AT, 0x1000, 2, 0, 'bpf_trampoline_6442453466');
  writer.sample(TRAMPOLINE_AT, PERF_RECORD_MISC_KERNEL);
  writer.sample(PROGRAM_AT + BigInt(PROGRAM_SIZE), PERF_RECORD_MISC_KERNEL);
  writer.record(RecordType.BPF_EVENT, 0, (bytes) => bytes.u16(2, 0).u32(17).u64(0));
  ksymbol(PROGRAM_AT, PROGRAM_SIZE, 1, 1, 'bpf_prog_6deef7357e7b4530_my_program');
  writer.sample(PROGRAM_AT + 0x10n, PERF_RECORD_MISC_KERNEL);
  writer.record(RecordType.TEXT_POKE, 0, (bytes) => {
    bytes
      .u64(TRAMPOLINE_AT + 8n)
      .u16(5, 17)
      .raw(Uint8Array.from({ length: 22 }, (_, i) => i * 11))
      .zeros(6);
  });
}

/** One sample of the leader for each reading of the whole group, of two threads. */
export function writeGroups(): Uint8Array {
  const builder = new RecordingBuilder();
  const event = {
    type: PERF_TYPE_SOFTWARE,
    sampleType: BASE | PERF_SAMPLE_READ | PERF_SAMPLE_PERIOD,
    readFormat: PERF_FORMAT_GROUP | PERF_FORMAT_ID | PERF_FORMAT_LOST | PERF_FORMAT_TOTAL_TIME_ENABLED,
    flags: ['sample_id_all', 'inherit'] as const,
  };
  builder.event({ ...event, config: 0, ids: [1] }).event({ ...event, config: 2, ids: [2] });
  nameEvents(builder, ['cpu-clock:u', 'page-faults:u']);
  const groups = featureString(builder.bytes().u32(1), 'my group').u32(0, 2);
  builder.feature(Feature.GROUP_DESC, groups.finish());
  const values = [
    [100, 7],
    [350, 7],
    [351, 1n << 40n],
  ];
  values.forEach(([clock, faults], i) => {
    for (const tid of [PID, PID + 1]) {
      const time = 2_000_000_000 + i * 1_000_000 + tid;
      builder.record(
        RecordType.SAMPLE,
        (bytes) => {
          bytes.u64(1, 0x401000).u32(PID, tid).u64(time).u32(0, 0).u64(1000);
          bytes.u64(2, 5_000, clock, 1, 0, faults, 2, 0);
        },
        PERF_RECORD_MISC_USER,
      );
    }
  });
  return builder.toFile();
}

/** Feature sections that the recordings at hand do not have. */
export function writeFeatures(): Uint8Array {
  const builder = new RecordingBuilder().event({ sampleType: BASE, ids: [1] });
  nameEvents(builder, ['cpu-clock']);
  builder.feature(Feature.NRCPUS, builder.bytes().u32(2, 2).finish());
  builder.feature(Feature.CPU_TOPOLOGY, writeTopology(builder));
  builder.feature(
    Feature.NUMA_TOPOLOGY,
    featureString(builder.bytes().u32(1, 0).u64(4096, 1024), '0-1').finish(),
  );
  builder.feature(Feature.CACHE, writeCaches(builder));
  builder.feature(Feature.MEM_TOPOLOGY, builder.bytes().u64(1, 0x8000000, 1, 0, 9, 9, 0x1afn).finish());
  const hybrid = featureString(featureString(builder.bytes().u32(1), 'cpu_core'), '0-1');
  builder.feature(Feature.HYBRID_TOPOLOGY, hybrid.finish());
  builder.feature(Feature.CLOCKID, builder.bytes().u64(1).finish());
  builder.feature(
    Feature.CLOCK_DATA,
    builder.bytes().u32(1, 4).u64(1795434933553963123n, 6394728924999n).finish(),
  );
  builder.feature(Feature.CPU_PMU_CAPS, writeCapabilities(builder.bytes()).finish());
  const pmuCapabilities = featureString(writeCapabilities(builder.bytes().u32(1)), 'cpu_atom');
  builder.feature(Feature.PMU_CAPS, pmuCapabilities.finish());
  const pmus = featureString(featureString(builder.bytes().u32(2, 4), 'cpu').u32(10), 'uncore_imc');
  builder.feature(Feature.PMU_MAPPINGS, pmus.finish());
  builder.feature(Feature.BRANCH_STACK, builder.bytes().finish());
  builder.feature(Feature.BPF_PROG_INFO, writeBpfPrograms(builder));
  builder.finishedRound();
  return builder.toFile();
}

function writeTopology(builder: RecordingBuilder): Uint8Array {
  const bytes = featureString(builder.bytes().u32(1), '0-1').u32(2);
  featureString(featureString(bytes, '0'), '1');
  return featureString(bytes.u32(0, 0, 1, 0).u32(1), '0-1')
    .u32(0, 0)
    .finish();
}

function writeCaches(builder: RecordingBuilder): Uint8Array {
  const bytes = builder.bytes().u32(1, 2);
  for (const [level, type, size] of [
    [1, 'Instruction', '32K'],
    [3, 'Unified', '16384K'],
  ] as const) {
    bytes.u32(level, 64, 64, 8);
    featureString(featureString(featureString(bytes, type), size), '0-1');
  }
  return bytes.finish();
}

function writeCapabilities(bytes: ByteBuilder): ByteBuilder {
  bytes.u32(2);
  featureString(featureString(bytes, 'branches'), '32');
  return featureString(featureString(bytes, 'max_precise'), '3');
}

/** A program of one function without BTF, and one of two. */
function writeBpfPrograms(builder: RecordingBuilder): Uint8Array {
  const bytes = builder.bytes().u32(2);
  for (const [id, count] of [
    [23, 2],
    [17, 1],
  ]) {
    const lengthsAt = count * 8;
    const tagsAt = lengthsAt + count * 8;
    bytes.u32(INFO_SIZE, tagsAt + count * 8).u64((1 << 3) | (1 << 4) | (1 << 8));
    bytes
      .u32(2, id)
      .zeros(8 + 48)
      .text('my_program', 16)
      .zeros(24);
    bytes
      .u32(count, count)
      .u64(0, lengthsAt)
      .zeros(52)
      .u32(count)
      .u64(tagsAt)
      .zeros(INFO_SIZE - 192);
    for (let i = 0; i < count; i++) bytes.u64(PROGRAM_AT + BigInt(id * 0x1000 + i * 0x100));
    for (let i = 0; i < count; i++) bytes.u32(0x80 + i);
    bytes.zeros(count * 4);
    for (let i = 0; i < count; i++) bytes.u64(0x1122334455667700n + BigInt(i));
  }
  return bytes.finish();
}

/** sizeof(struct bpf_prog_info) of Linux 5.12 and later is at least this. */
const INFO_SIZE = 224;
