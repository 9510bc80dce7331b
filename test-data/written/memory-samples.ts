/** Samples with everything that memory accesses can be described by, cgroups, and the output of BPF programs. */

import {
  PERF_RECORD_MISC_USER,
  PERF_SAMPLE_ADDR,
  PERF_SAMPLE_CGROUP,
  PERF_SAMPLE_CODE_PAGE_SIZE,
  PERF_SAMPLE_CPU,
  PERF_SAMPLE_DATA_PAGE_SIZE,
  PERF_SAMPLE_DATA_SRC,
  PERF_SAMPLE_IDENTIFIER,
  PERF_SAMPLE_IP,
  PERF_SAMPLE_PHYS_ADDR,
  PERF_SAMPLE_RAW,
  PERF_SAMPLE_TID,
  PERF_SAMPLE_TIME,
  PERF_SAMPLE_TRANSACTION,
  PERF_SAMPLE_WEIGHT,
  PERF_SAMPLE_WEIGHT_STRUCT,
  PERF_TYPE_RAW,
  PERF_TYPE_SOFTWARE,
  RecordType,
} from '../../parser/perf-data/constants';
import { Feature } from '../../parser';
import { featureString, RecordingBuilder } from '../../parser/perf-data/test-support/recording-builder';
import { nameEvents } from './event-names';

const PID = 4711;
const BASE = PERF_SAMPLE_IDENTIFIER | PERF_SAMPLE_IP | PERF_SAMPLE_TID | PERF_SAMPLE_TIME;
const PERF_COUNT_SW_BPF_OUTPUT = 10;

/** data_src words: each field alone in all its values, and some whole ones. */
function dataSources(): bigint[] {
  const words = [0n, 0x5080144n, 0x229080144n, 0x1e05080144n, 0xffff_ffff_ffff_ffffn];
  const fields: [from: number, bits: number][] = [
    [0, 5],
    [5, 14],
    [19, 5],
    [24, 2],
    [26, 7],
    [38, 2],
    [40, 3],
  ];
  for (const [from, bits] of fields) {
    for (let bit = 0; bit < bits; bit++) words.push(1n << BigInt(from + bit));
    words.push(((1n << BigInt(bits)) - 1n) << BigInt(from));
  }
  for (let level = 1n; level < 16n; level++) words.push((level << 33n) | (2n << 5n));
  for (let hop = 0n; hop < 5n; hop++) words.push((1n << 33n) | (1n << 37n) | (hop << 43n) | (4n << 5n));
  return words;
}

export function writeMemorySamples(weightIsStruct: boolean): Uint8Array {
  const builder = new RecordingBuilder();
  const weight = weightIsStruct ? PERF_SAMPLE_WEIGHT_STRUCT : PERF_SAMPLE_WEIGHT;
  const sampleType =
    BASE |
    PERF_SAMPLE_ADDR |
    weight |
    PERF_SAMPLE_DATA_SRC |
    PERF_SAMPLE_PHYS_ADDR |
    PERF_SAMPLE_CGROUP |
    PERF_SAMPLE_DATA_PAGE_SIZE |
    PERF_SAMPLE_CODE_PAGE_SIZE;
  builder.event({ type: PERF_TYPE_RAW, config: 0x1cd, sampleType, ids: [1] });
  nameEvents(builder, ['cpu/mem-loads/']);
  const trailer = [(BigInt(PID) << 32n) | BigInt(PID), 1n, 1n];
  for (const [id, path] of [
    [1, '/'],
    [77, '/user.slice/session 1.scope'],
  ] as const) {
    builder.record(RecordType.CGROUP, (body) =>
      body
        .u64(id)
        .text(path)
        .u64(...trailer),
    );
  }
  const pageSizes = [0, 1, 4096, 65536, 2 << 20, 1 << 30];
  dataSources().forEach((source, i) =>
    builder.record(
      RecordType.SAMPLE,
      (body) => {
        body
          .u64(1, 0x401000)
          .u32(PID, PID)
          .u64(1_000_000 * (i + 1), 0x7ffc_0000_1000n + BigInt(i));
        body.u64(i % 2 ? 0x0003_0002_0000_0001n * BigInt(i) : 7, source, 0x1_2345_6000n * BigInt(i));
        body.u64([1, 77, 5][i % 3], pageSizes[i % pageSizes.length], pageSizes[(i + 2) % pageSizes.length]);
      },
      PERF_RECORD_MISC_USER,
    ),
  );
  return builder.toFile();
}

/** Samples with transactions and latencies, each kind twice, on two sockets with two CPUs each. */
export function writeTransactions(): Uint8Array {
  const builder = new RecordingBuilder();
  const sampleType = BASE | PERF_SAMPLE_CPU | PERF_SAMPLE_WEIGHT_STRUCT | PERF_SAMPLE_TRANSACTION;
  builder.event({ type: PERF_TYPE_RAW, config: 0x1c8, sampleType, ids: [1] });
  nameEvents(builder, ['cpu/tx-abort/']);
  builder.feature(Feature.NRCPUS, builder.bytes().u32(4, 4).finish());
  let topology = builder.bytes().u32(1);
  topology = featureString(topology, '0-3').u32(1);
  topology = featureString(topology, '0-3').u32(0, 0, 1, 0, 0, 1, 1, 1);
  builder.feature(Feature.CPU_TOPOLOGY, topology.finish());
  const words = [
    0n,
    1n,
    2n,
    4n,
    8n,
    0x12n,
    0x26n,
    0x4an,
    0x8an,
    0xffn,
    0x12_0000_0002n,
    0xffff_ffff_0000_000an,
  ];
  for (let i = 0; i < 2 * words.length; i++) {
    const weights = (BigInt(i % 3) << 48n) | (BigInt(i % 5) << 32n) | 7n;
    builder.record(
      RecordType.SAMPLE,
      (body) =>
        body
          .u64(1, 0x401000)
          .u32(PID, PID)
          .u64(30_000_000 * i)
          .u32(i % 4, 0)
          .u64(weights, words[i >> 1]),
      PERF_RECORD_MISC_USER,
    );
  }
  return builder.toFile();
}

export function writeBpfOutput(): Uint8Array {
  const builder = new RecordingBuilder();
  builder.event({
    type: PERF_TYPE_SOFTWARE,
    config: PERF_COUNT_SW_BPF_OUTPUT,
    sampleType: BASE | PERF_SAMPLE_RAW,
    ids: [1],
  });
  nameEvents(builder, ['bpf-output']);
  const outputs = [
    '',
    'text',
    'a longer text than a line',
    'with zeros\0\0\0',
    'zero\0inside',
    '\x01\x02\x7f',
  ];
  outputs.forEach((output, i) => {
    const bytes = Buffer.from(output, 'latin1');
    const sizeBytes = Math.ceil((bytes.length + 4) / 8) * 8 - 4;
    builder.record(
      RecordType.SAMPLE,
      (body) => {
        body
          .u64(1, 0x401000)
          .u32(PID, PID)
          .u64(1_000_000 * (i + 1))
          .u32(sizeBytes);
        body.raw(bytes).zeros(sizeBytes - bytes.length);
      },
      PERF_RECORD_MISC_USER,
    );
  });
  return builder.toFile();
}
