/**
 * Asks the real perf how it names addresses: writes a recording that maps given files and whose samples' callchains
 * are the addresses asked for, and reads what `perf script` prints for each.
 */

import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { addressFromBigInt } from '../../parser';

const REPOSITORY = resolve(__dirname, '../..');
const PERF_RECORD_MMAP2 = 10;
const PERF_RECORD_COMM = 3;
const PERF_RECORD_SAMPLE = 9;
const PERF_RECORD_MISC_USER = 2;
const PERF_RECORD_MISC_KERNEL = 1;
const PERF_CONTEXT_USER = -512;
const PERF_CONTEXT_KERNEL = -128;
const SAMPLE_TYPE = 1 | 2 | 32; // IP, TID, CALLCHAIN
const PID = 4242;
/** perf prints at most 127 entries of a chain; the context marker takes one. */
const CHAIN_LENGTH = 120;

/** The toolchain root that test-data/toolchain/setup.sh makes, or undefined where it is not there. */
export function findToolchain(): string | undefined {
  const root = process.env.PERF_SFRAME_TOOLCHAIN ?? join(REPOSITORY, '.toolchain/forky');
  return existsSync(join(root, 'usr/bin/perf')) ? root : undefined;
}

/** Why tests are left out, for describeWhere. */
export const noToolchain = 'no toolchain root; test-data/toolchain/setup.sh sets it up';
export const noRecordings = 'no shared recordings beside the repository';

/** Shared recordings beside the repository, or undefined where they are not there. */
export function findRecordings(): string | undefined {
  const folder = resolve(REPOSITORY, '../shared/recordings');
  return existsSync(folder) ? folder : undefined;
}

export interface OracleMapping {
  /** Path in the recording. */
  readonly path: string;
  readonly avma: number;
  readonly sizeBytes: number;
  readonly fileOffset: number;
}

export interface OracleOptions {
  /** Contents of a kallsyms file: the mappings are the kernel's and the addresses are in it. */
  readonly kallsyms?: Uint8Array;
}

/** Runs a command in the toolchain root, in a folder that it sees under the same path; returns what it printed. */
export function runInToolchain(folder: string, command: readonly string[]): string {
  return execFileSync(join(REPOSITORY, 'test-data/toolchain/enter.sh'), command, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, PERF_SFRAME_TOOLCHAIN: findToolchain(), ENTER_BIND: folder },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

/**
 * @param files what lies under the symfs folder: path inside it -> file on this machine
 * @returns for each address "sym+0xoff (dso)" as `perf script -F ip,sym,symoff,dso` prints it
 */
export function askPerf(
  files: ReadonlyMap<string, string>,
  mappings: readonly OracleMapping[],
  addresses: readonly number[],
  options: OracleOptions = {},
): string[] {
  const work = mkdtempSync(join(tmpdir(), 'perf-oracle-'));
  try {
    for (const [path, source] of files) {
      const target = join(work, 'symfs', path);
      mkdirSync(dirname(target), { recursive: true });
      copyFileSync(source, target);
    }
    const { kallsyms } = options;
    writeFileSync(join(work, 'oracle.data'), buildRecording(mappings, addresses, kallsyms !== undefined));
    if (kallsyms) writeFileSync(join(work, 'kallsyms'), kallsyms);
    const places = kallsyms ? `--kallsyms ${work}/kallsyms` : `--symfs ${work}/symfs`;
    const text = runInToolchain(
      work,
      `perf script --no-inline ${places} -F ip,sym,symoff,dso -i ${work}/oracle.data`.split(' '),
    );
    const lines = [...text.matchAll(/^\s+([0-9a-f]+) (.*)$/gm)];
    const answers = new Map(lines.map(([, ip, rest]) => [addressFromBigInt(BigInt(`0x${ip}`)), rest]));
    return addresses.map((address) => answers.get(address) ?? 'not printed');
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** perf.data file format: header of 104 bytes, one attribute, records; no features. */
function buildRecording(
  mappings: readonly OracleMapping[],
  addresses: readonly number[],
  isKernel: boolean,
): Uint8Array {
  const misc = isKernel ? PERF_RECORD_MISC_KERNEL : PERF_RECORD_MISC_USER;
  const context = isKernel ? PERF_CONTEXT_KERNEL : PERF_CONTEXT_USER;
  const records: Buffer[] = [record(PERF_RECORD_COMM, 0, [u32(PID), u32(PID), text('oracle')])];
  for (const { path, avma, sizeBytes, fileOffset } of mappings) {
    const pid = isKernel ? 0xffff_ffff : PID;
    const body = [u32(pid), u32(isKernel ? 0 : PID), u64(avma), u64(sizeBytes), u64(fileOffset)];
    body.push(u32(8), u32(1), u64(77), u64(0), u32(5), u32(2), text(path));
    records.push(record(PERF_RECORD_MMAP2, misc, body));
  }
  for (let i = 0; i < addresses.length; i += CHAIN_LENGTH) {
    const chain = [context, ...addresses.slice(i, i + CHAIN_LENGTH)];
    const body = [u64(chain[1]), u32(PID), u32(PID), u64(chain.length), ...chain.map(u64)];
    records.push(record(PERF_RECORD_SAMPLE, misc, body));
  }
  const data = Buffer.concat(records);
  const attributeAt = 104;
  const dataAt = attributeAt + 64 + 16;
  const mmapAndComm = 2 ** 8 + 2 ** 9 + 2 ** 23;
  const attribute = [
    u32(1),
    u32(64),
    u64(0),
    u64(1),
    u64(SAMPLE_TYPE),
    u64(0),
    u64(mmapAndComm),
    u64(0),
    u64(0),
  ];
  return Buffer.concat([
    Buffer.from('PERFILE2', 'latin1'),
    ...[104, 80, attributeAt, 80, dataAt, data.length, 0, 0, 0, 0, 0, 0].map(u64),
    ...attribute,
    u64(0),
    u64(0),
    data,
  ]);
}

function record(type: number, misc: number, body: readonly Buffer[]): Buffer {
  const size = body.reduce((sum, part) => sum + part.length, 8);
  const header = Buffer.alloc(8);
  header.writeUInt32LE(type, 0);
  header.writeUInt16LE(misc, 4);
  header.writeUInt16LE(size, 6);
  return Buffer.concat([header, ...body]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return bytes;
}

/** Zero-terminated and padded to 8 bytes. */
function text(value: string): Buffer {
  const bytes = Buffer.alloc((Buffer.byteLength(value) + 8) & ~7);
  bytes.write(value);
  return bytes;
}
