/**
 * Other programs read what `inject` writes, the same samples with the same stacks: samply (its reader is the crate
 * linux-perf-data) and the reader of hotspot.
 */

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describeWhere } from '../../test-data/test-support/left-out';
import {
  repositoryFolder,
  toolchainFolder,
  toolchainIsRequired,
  workFolder,
} from '../../test-data/test-support/places';

const recordings = join(repositoryFolder, 'test-data/recordings');
const root = join(recordings, 'root');
/** One of each container, and one with frames of signals. */
const names = [
  'blur-image-nofp',
  'blur-image-nofp.compressed',
  'blur-image-nofp.directory',
  'blur-image-nofp.pipe',
  'shapes-nofp',
  'own-signals-nofp',
];

/** Of a thread in samply's profile (the processed format of Firefox Profiler, version 55), as much as is read here. */
interface SamplyThread {
  samples: { length: number; stack: (number | null)[] };
  stackTable: { prefix: (number | null)[]; frame: number[] };
  /** Addresses count from the beginning of the binary. */
  frameTable: { address: number[]; func: number[] };
  funcTable: { resource: number[] };
  resourceTable: { lib: number[] };
}

interface SamplyProfile {
  libs: { path: string; codeId: string }[];
  threads: SamplyThread[];
}

interface Frame {
  address: number;
  binary: string | null;
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'perf-sframe-samply-'));
  cpSync(join(root, 'w'), folder, { recursive: true, dereference: true });
  mkdirSync(join(folder, 'data'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]): string {
  const program = join(repositoryFolder, 'bin/perf-sframe.js');
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, ...args, '--symfs', root], {
    encoding: 'utf8',
    maxBuffer: 1 << 27,
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** Our stacks of a recording, innermost frame first, without inlined functions. */
function ownStacks(path: string): Frame[][] {
  const [, ...lines] = run('script', '--no-inline', '--format', 'json', '-i', path).trimEnd().split('\n');
  return lines.map((line) =>
    (JSON.parse(line) as { stack: { address: string; binary: string | null }[] }).stack.map(
      ({ address, binary }) => ({ address: Number(address), binary }),
    ),
  );
}

/** samply's, in the same form. */
function stacksOf({ threads, libs }: SamplyProfile): Frame[][] {
  return threads.flatMap(({ samples, stackTable, frameTable, funcTable, resourceTable }) =>
    samples.stack.map((stack) => {
      const frames: Frame[] = [];
      for (let at = stack; at !== null; at = stackTable.prefix[at]) {
        const frame = stackTable.frame[at];
        const lib = resourceTable.lib[funcTable.resource[frameTable.func[frame]]];
        frames.push({ address: frameTable.address[frame], binary: libs[lib]?.path ?? null });
      }
      return frames;
    }),
  );
}

describeWhere(
  existsSync(join(toolchainFolder, 'usr/bin/samply')) || toolchainIsRequired,
  'samply imports what inject writes',
  'no samply in the toolchain root; test-data/toolchain/setup.sh adds it',
  () => {
    test.each(names)('%s', (name) => {
      const original = join(recordings, `${name}.data`);
      run('inject', original, '-o', join(folder, 'data/out.data'));
      const { status, stderr } = spawnSync(
        join(repositoryFolder, 'test-data/toolchain/enter.sh'),
        ['samply', 'import', '--save-only', '-o', 'data/profile.json.gz', 'data/out.data'],
        { encoding: 'utf8', env: { ...process.env, ENTER_BIND: `${folder}:/w` } },
      );
      if (status !== 0) throw new Error(stderr);
      const text = gunzipSync(readFileSync(join(folder, 'data/profile.json.gz'))).toString();
      const profile = JSON.parse(text) as SamplyProfile;
      const own = ownStacks(original);
      const theirs = stacksOf(profile);
      expect(theirs).toHaveLength(own.length);
      expect(profile.libs[0].codeId).toMatch(/^[0-9a-f]{40}$/);
      // Programs at fixed addresses. samply looks one byte before what a recorded chain says of callers.
      const start = 0x400000;
      const expected = own.map((stack) =>
        stack.map(({ address, binary }, i) => ({ address: address - start - (i === 0 ? 0 : 1), binary })),
      );
      expect(theirs).toEqual(expected);
      expect(own.some((stack) => stack.length > 5)).toBe(true);
    });
  },
);

const hotspot = join(workFolder, 'hotspot/hotspot-perfparser');

/** A message of hotspot's reader: 1 byte of type, then numbers with the highest byte first. */
enum HotspotMessage {
  Location = 3,
  Sample = 13,
}

/**
 * Addresses of each sample's stack, innermost first, in the order of time. The stream is `QPERFSTREAM`, 0, 4 bytes of version, then
 * messages, each with its size (4 bytes, lowest first) before it. A location is its number (4 bytes) and address (8); a sample pid, tid (4 each),
 * time (8), cpu (4), and how many locations its stack has (4), then their numbers.
 */
function hotspotStacks(stream: Buffer): number[][] {
  expect(stream.subarray(0, 12).toString('latin1')).toBe('QPERFSTREAM\0');
  const addresses = new Map<number, number>();
  const samples: { time: bigint; stack: number[] }[] = [];
  for (let at = 16; at < stream.length;) {
    const size = stream.readUInt32LE(at);
    const type = stream[at + 4] as HotspotMessage;
    const message = stream.subarray(at + 5, at + 4 + size);
    at += 4 + size;
    if (type === HotspotMessage.Location) {
      addresses.set(message.readInt32BE(0), Number(message.readBigUInt64BE(4)));
    } else if (type === HotspotMessage.Sample) {
      const count = message.readInt32BE(20);
      const locations = Array.from({ length: count }, (_, i) => message.readInt32BE(24 + 4 * i));
      samples.push({ time: message.readBigUInt64BE(8), stack: locations.map((id) => addresses.get(id)!) });
    }
  }
  samples.sort((a, b) => Number(a.time - b.time));
  return samples.map(({ stack }) => stack);
}

describeWhere(
  existsSync(hotspot),
  "hotspot's parser reads what inject writes",
  'it is not here; test-data/toolchain/setup-hotspot.sh fetches it from Debian 12',
  () => {
    test.each(names)('%s', (name) => {
      const original = join(recordings, `${name}.data`);
      run('inject', original, '-o', join(folder, 'data/out.data'));
      const output = join(folder, 'data/hotspot.bin');
      const args = ['--input', join(folder, 'data/out.data'), '--sysroot', root, '--output', output];
      const { status, stderr } = spawnSync(hotspot, args, { encoding: 'utf8' });
      expect({ status, stderr }).toMatchObject({ status: 0 });
      const own = ownStacks(original).map((stack) => stack.map(({ address }) => address));
      expect(hotspotStacks(readFileSync(output))).toEqual(own);
    });
  },
);
