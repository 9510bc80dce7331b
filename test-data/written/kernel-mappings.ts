/**
 * Kernel mappings as older perf and simpleperf write them, and kernels and modules that go by a path in the table of build
 * ids.
 */

import {
  Feature,
  PERF_CONTEXT_KERNEL,
  PERF_RECORD_MISC_KERNEL,
  PERF_RECORD_MISC_USER,
  PERF_SAMPLE_CALLCHAIN,
  PERF_SAMPLE_IP,
  PERF_SAMPLE_TID,
  PERF_SAMPLE_TIME,
  PERF_TYPE_SOFTWARE,
  RecordType,
} from '../../parser';
import { RecordingBuilder } from '../../parser/perf-data/test-support/recording-builder';
import { nameEvents } from './event-names';

const PID = 4711;
const MODULE_AT = 0xffffffffa0001000n;
const KO = '/lib/modules/6.1.0/kernel/net/sunrpc/sunrpc.ko.xz';
/** Addresses in the kernel, in the module, in the program, and in none of them. */
const ADDRESSES = [0xffffffff81012af1n, MODULE_AT + 0x123n, MODULE_AT + 0x5abcn, 0xffffffffb0000000n];

export interface KernelMapping {
  readonly startAvma: bigint;
  readonly sizeBytes: bigint;
  readonly name: string;
  /** Undefined where no module is mapped: perf ends a kernel that covers all addresses where the first module begins. */
  readonly moduleName?: string;
  /** Entries of the table of build ids, all of the kernel. */
  readonly table: readonly string[];
}

const ordinary = {
  startAvma: 0xffffffff81000000n,
  sizeBytes: 0x1f000000n,
  name: '[kernel.kallsyms]_text',
  moduleName: KO,
};

export const kernelMappings: Readonly<Record<string, KernelMapping>> = {
  'kernel-wraps': { ...ordinary, startAvma: 0n, sizeBytes: 0xffffffff9fffffffn, table: [] },
  'kernel-wraps-from-above-0': {
    ...ordinary,
    startAvma: 0x15600000n,
    sizeBytes: 0xffffffff8a9fffffn,
    table: [],
  },
  'kernel-covers-all': {
    ...ordinary,
    startAvma: 0n,
    sizeBytes: 0xffffffffffffffffn,
    moduleName: undefined,
    table: [],
  },
  'kernel-by-path': { ...ordinary, table: ['/lib/modules/6.1.0/build/vmlinux'] },
  'kernel-by-other-path': { ...ordinary, table: ['/boot/kernel-6.1'] },
  'kernel-by-its-own-name': { ...ordinary, table: ['[kernel.kallsyms]', KO] },
  'module-by-name': { ...ordinary, moduleName: '[sunrpc]', table: ['[sunrpc]'] },
  'module-by-other-name': { ...ordinary, moduleName: '[sunrpc]', table: [KO] },
};

/** A recording of a kernel and one module of it, with samples in both. */
export function writeKernelMapping({
  startAvma,
  sizeBytes,
  name,
  moduleName,
  table,
}: KernelMapping): Uint8Array {
  const builder = new RecordingBuilder();
  const sampleType = PERF_SAMPLE_IP | PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CALLCHAIN;
  builder.event({ type: PERF_TYPE_SOFTWARE, config: 0, sampleType, ids: [1] });
  nameEvents(builder, ['cpu-clock']);
  const buildIds = builder.bytes();
  for (const path of table) {
    const text = new TextEncoder().encode(path);
    const padded = Math.ceil((text.length + 1) / 64) * 64;
    buildIds
      .u32(0)
      .u16(PERF_RECORD_MISC_KERNEL, 36 + padded)
      .u32(0xffffffff);
    for (let i = 0; i < 20; i++) buildIds.u8(text.length + i);
    buildIds.zeros(4).text(path, 64);
  }
  if (table.length > 0) builder.feature(Feature.BUILD_ID, buildIds.finish());
  const mmap = (start: bigint, size: bigint, pageOffset: bigint, path: string): void => {
    builder.record(
      RecordType.MMAP,
      (bytes) => bytes.u32(0xffffffff, 0).u64(start, size, pageOffset).text(path).u32(0, 0).u64(0),
      PERF_RECORD_MISC_KERNEL,
    );
  };
  mmap(startAvma, sizeBytes, 0xffffffff81000000n, name);
  if (moduleName !== undefined) mmap(MODULE_AT, 0x4000n, 0n, moduleName);
  builder.record(RecordType.COMM, (bytes) => bytes.u32(PID, PID).text('worker').u32(PID, PID).u64(1));
  ADDRESSES.forEach((ip, i) => {
    const chain = [PERF_CONTEXT_KERNEL, ip, ADDRESSES[(i + 1) % ADDRESSES.length]];
    builder.record(
      RecordType.SAMPLE,
      (bytes) =>
        bytes
          .u64(ip)
          .u32(PID, PID)
          .u64(1_000_000_000 + i * 1000, chain.length, ...chain),
      PERF_RECORD_MISC_KERNEL,
    );
  });
  builder.record(
    RecordType.SAMPLE,
    (bytes) => bytes.u64(0x15700000).u32(PID, PID).u64(1_000_010_000, 1, 0x15700000),
    PERF_RECORD_MISC_USER,
  );
  return builder.toFile();
}
