/**
 * Recordings with branch stacks, which only a processor with a counter for them makes: once as branches to be shown,
 * once as the call stacks of `perf record --call-graph lbr`.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { elf, ElfImage, Feature, MemoryByteSource } from '../../parser';
import {
  PERF_CONTEXT_KERNEL,
  PERF_CONTEXT_USER,
  PERF_RECORD_MISC_KERNEL,
  PERF_RECORD_MISC_USER,
  PERF_SAMPLE_BRANCH_CALL_STACK,
  PERF_SAMPLE_BRANCH_HW_INDEX,
  PERF_SAMPLE_BRANCH_STACK,
  PERF_SAMPLE_CALLCHAIN,
  PERF_SAMPLE_IDENTIFIER,
  PERF_SAMPLE_IP,
  PERF_SAMPLE_TID,
  PERF_SAMPLE_TIME,
  RecordType,
} from '../../parser/perf-data/constants';
import { RecordingBuilder } from '../../parser/perf-data/test-support/recording-builder';
import { repositoryFolder } from '../test-support/places';
import { nameEvents } from './event-names';

const program = '/w/bin/blur-image-fp';
const PID = 4711;
const BASE = 0x55d0_0000_0000n;

/** PERF_BR_COND, PERF_BR_RET, PERF_BR_SYSRET. */
const CONDITION = 1n;
const RETURN = 6n;
const RETURN_OF_SYSTEM_CALL = 8n;

type Branch = readonly [from: bigint, to: bigint, flags: bigint];

const SAMPLE_TYPE =
  PERF_SAMPLE_IDENTIFIER | PERF_SAMPLE_IP | PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_BRANCH_STACK;

/** Addresses spread over a program's code, where it is mapped here. */
class MappedProgram {
  private readonly offset: number;
  private readonly sizeBytes: number;

  constructor() {
    const path = join(repositoryFolder, 'test-data/recordings/root', program);
    const image = ElfImage.parse(new MemoryByteSource(program, readFileSync(path)));
    const code = image.segments.find(({ type, flags }) => type === elf.PT_LOAD && (flags & elf.PF_X) !== 0)!;
    this.offset = code.fileOffset & ~0xfff;
    this.sizeBytes = code.fileSizeBytes + (code.fileOffset & 0xfff);
  }

  /** @param part 0 to 1 */
  address(part: number): bigint {
    return BASE + BigInt(Math.floor(this.sizeBytes * part));
  }

  addRecords(builder: RecordingBuilder): void {
    const trailer = [(BigInt(PID) << 32n) | BigInt(PID), 1n, 1n];
    builder.record(RecordType.COMM, (body) =>
      body
        .u32(PID, PID)
        .text('blur-image')
        .u64(...trailer),
    );
    const size = (this.sizeBytes + 0xfff) & ~0xfff;
    builder.record(
      RecordType.MMAP,
      (body) =>
        body
          .u32(PID, PID)
          .u64(BASE, size, this.offset)
          .text(program)
          .u64(...trailer),
      PERF_RECORD_MISC_USER,
    );
  }
}

/** Every combination of a branch's flags that has a text of its own. */
function branchFlags(): bigint[] {
  const flags: bigint[] = [];
  for (let outcome = 0n; outcome < 16n; outcome++) flags.push(outcome | (outcome << 4n));
  for (let type = 0n; type < 15n; type++) flags.push(2n | (type << 20n));
  for (let newType = 0n; newType < 8n; newType++) flags.push(1n | (15n << 20n) | (newType << 26n));
  for (let speculation = 0n; speculation < 4n; speculation++) flags.push(2n | (speculation << 24n));
  flags.push(2n | (1n << 33n), 1n << 33n, 2n | (0xffffn << 4n), 2n | (7n << 30n));
  return flags;
}

export function writeBranches(): Uint8Array {
  const builder = new RecordingBuilder();
  const code = new MappedProgram();
  builder.event({ type: 0, config: 0, sampleType: SAMPLE_TYPE, branchSampleType: 1 << 3, ids: [1] });
  nameEvents(builder, ['cycles:u']);
  code.addRecords(builder);
  const flags = branchFlags();
  const stacks: Branch[][] = [
    flags.map((word, i) => [code.address(i / flags.length), code.address(1 - (i + 1) / flags.length), word]),
    [
      [0xffffffff81000010n, code.address(0.5), 2n],
      [code.address(0.25), 0x1234n, 0n],
    ],
    [],
  ];
  stacks.forEach((branches, i) =>
    builder.record(
      RecordType.SAMPLE,
      (body) => {
        body
          .u64(1, code.address(0.5))
          .u32(PID, PID)
          .u64(1_000_000 * (i + 1), branches.length);
        for (const branch of branches) body.u64(...branch);
      },
      PERF_RECORD_MISC_USER,
    ),
  );
  return builder.toFile();
}

/**
 * Branches of which many are the same: from programs and the kernel, to both, and to nowhere.
 * @param hasTypes whether they say which kind they are
 */
export function writeCountedBranches(hasTypes: boolean): Uint8Array {
  const builder = new RecordingBuilder();
  const code = new MappedProgram();
  builder.event({ type: 0, config: 0, sampleType: SAMPLE_TYPE, branchSampleType: 1 << 3, ids: [1] });
  builder.feature(Feature.BRANCH_STACK, new Uint8Array());
  nameEvents(builder, ['cycles:u']);
  code.addRecords(builder);
  const kernel = 0xffffffff81000010n;
  const cycles = (count: number, flags = 2n, type = 0n): bigint =>
    flags | (BigInt(count) << 4n) | (hasTypes ? type << 20n : 0n);
  const loop: Branch = [code.address(0.3), code.address(0.25), cycles(5, 2n, CONDITION)];
  const stacks: { tid: number; branches: Branch[] }[] = [
    { tid: PID, branches: [loop, loop, loop, [code.address(0.8), code.address(0.1), cycles(3, 1n, RETURN)]] },
    { tid: PID, branches: [] },
    {
      tid: PID + 1,
      branches: [
        loop,
        [kernel, code.address(0.5), cycles(0, 0n, RETURN_OF_SYSTEM_CALL)],
        [code.address(0.6), 0x1234n, 0n],
      ],
    },
    {
      tid: PID,
      branches: [loop, [code.address(0.31), code.address(0.26), cycles(5, 2n, CONDITION)], [0n, 0n, 0n]],
    },
    {
      tid: PID,
      branches: [
        [code.address(0.8), code.address(0.4), cycles(9, 1n | 4n)],
        [kernel, kernel + 64n, cycles(1, 10n)],
      ],
    },
  ];
  stacks.forEach(({ tid, branches }, i) =>
    builder.record(
      RecordType.SAMPLE,
      (body) => {
        body.u64(1, code.address(0.3)).u32(PID, tid);
        body.u64(1_000_000 * (i + 1), branches.length);
        for (const branch of branches) body.u64(...branch);
      },
      PERF_RECORD_MISC_USER,
    ),
  );
  return builder.toFile();
}

/** Two events, of which only the second has branches. */
export function writeBranchesOfOneEvent(): Uint8Array {
  const builder = new RecordingBuilder();
  const code = new MappedProgram();
  const withoutBranches = SAMPLE_TYPE & ~PERF_SAMPLE_BRANCH_STACK;
  builder.event({ type: 0, config: 1, sampleType: withoutBranches, ids: [1] });
  builder.event({ type: 0, config: 0, sampleType: SAMPLE_TYPE, branchSampleType: 1 << 3, ids: [2] });
  builder.feature(Feature.BRANCH_STACK, new Uint8Array());
  nameEvents(builder, ['instructions:u', 'cycles:u']);
  code.addRecords(builder);
  for (let i = 0; i < 4; i++) {
    builder.record(
      RecordType.SAMPLE,
      (body) => {
        const hasBranches = i % 2 === 1;
        body
          .u64(hasBranches ? 2 : 1, code.address(0.3 + i / 10))
          .u32(PID, PID)
          .u64(1_000_000 * (i + 1));
        if (hasBranches) body.u64(1, code.address(0.2), code.address(0.1 * i), 2n | (7n << 4n));
      },
      PERF_RECORD_MISC_USER,
    );
  }
  return builder.toFile();
}

/** @param hasIndex the branches are preceded by where the processor's registers for them begin */
export function writeCallStacks(hasIndex: boolean): Uint8Array {
  const builder = new RecordingBuilder();
  const code = new MappedProgram();
  const branchSampleType = 1 | PERF_SAMPLE_BRANCH_CALL_STACK | (hasIndex ? PERF_SAMPLE_BRANCH_HW_INDEX : 0);
  builder.event({
    type: 0,
    config: 0,
    sampleType: SAMPLE_TYPE | PERF_SAMPLE_CALLCHAIN,
    branchSampleType,
    ids: [1],
  });
  nameEvents(builder, ['cycles']);
  code.addRecords(builder);
  const user: Branch[] = [0.7, 0.4, 0.2].map((part) => [code.address(part), code.address(part + 0.1), 2n]);
  const markers = { kernel: BigInt(PERF_CONTEXT_KERNEL), user: BigInt(PERF_CONTEXT_USER) };
  const kernelIp = 0xffffffff81000010n;
  const samples: { ip: bigint; mode: number; chain: bigint[]; branches: Branch[] }[] = [
    {
      ip: code.address(0.5),
      mode: PERF_RECORD_MISC_USER,
      chain: [markers.user, code.address(0.1)],
      branches: user,
    },
    {
      ip: kernelIp,
      mode: PERF_RECORD_MISC_KERNEL,
      chain: [markers.kernel, kernelIp, kernelIp + 16n, markers.user, code.address(0.3)],
      branches: user,
    },
    { ip: 0n, mode: PERF_RECORD_MISC_USER, chain: [markers.user, code.address(0.1)], branches: user },
    { ip: kernelIp, mode: PERF_RECORD_MISC_KERNEL, chain: [markers.kernel, kernelIp], branches: user },
    {
      ip: code.address(0.5),
      mode: PERF_RECORD_MISC_USER,
      chain: [markers.user, code.address(0.1)],
      branches: [],
    },
  ];
  samples.forEach(({ ip, mode, chain, branches }, i) =>
    builder.record(
      RecordType.SAMPLE,
      (body) => {
        body
          .u64(1, ip)
          .u32(PID, PID)
          .u64(1_000_000 * (i + 1), chain.length, ...chain, branches.length);
        if (hasIndex) body.u64(0);
        for (const branch of branches) body.u64(...branch);
      },
      mode,
    ),
  );
  return builder.toFile();
}
