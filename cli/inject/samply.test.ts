/** samply (its reader is the crate linux-perf-data) imports what `inject` writes: the same samples, with the same stacks. */

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describeWhere } from '../../test-data/test-support/left-out';
import { repositoryFolder, toolchainFolder, toolchainIsRequired } from '../../test-data/test-support/places';

const recordings = join(repositoryFolder, 'test-data/recordings');
const root = join(recordings, 'root');

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
    test.each([
      'blur-image-nofp',
      'blur-image-nofp.compressed',
      'blur-image-nofp.pipe',
      'shapes-nofp',
      'own-signals-nofp',
    ])('%s', (name) => {
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
