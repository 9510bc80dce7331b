/**
 * --kernel-rules on a committed recording, whose program is freestanding: every function has SFrame data. What perf unwinds
 * by DWARF is the oracle; the kernel gives the same frames (return addresses as they are, where perf prints them minus 1)
 * up to `histogram`, whose CFA is found by r10: the kernel follows such a rule in the innermost frame alone.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPerfOutput } from './perf-output';
import { runProgram } from './program-output';
import { findSet, type RecordingSet } from './recording-sets';

const set = findSet('committed/');
const recording = 'blur-image-nofp';
const program = 'w/bin/blur-image-nofp';

/** Frames of each sample, "address symbol+offset (binary)". */
function parseChains(text: string): string[][] {
  return text
    .split('\n\n')
    .filter((block) => block.trim() !== '')
    .map((block) =>
      block
        .split('\n')
        .slice(1)
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    );
}

const symbolOf = (frame: string): string => /^\S+ ([^+]+)\+/.exec(frame)?.[1] ?? '';
const addressOf = (frame: string): number => parseInt(frame, 16);

test('gives the frames that DWARF gives, up to a rule that the kernel does not follow', async () => {
  const perf = parseChains((await readPerfOutput(set, recording, 'script --no-inline')).toString());
  const { stdout, stderr, exitCode } = await runProgram(
    set,
    recording,
    'script --no-inline --kernel-rules -v',
  );
  const chains = parseChains(stdout.toString());
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/^sframe: 0 ENOENT, 0 EFAULT, \d+ EINVAL; sections: 0 refused, 0 dropped$/m);
  expect(chains).toHaveLength(perf.length);
  let complete = 0;
  let cut = 0;
  chains.forEach((chain, i) => {
    const expected = perf[i].map((frame, depth) => addressOf(frame) + (depth > 0 ? 1 : 0));
    expect(chain.map(addressOf)).toEqual(expected.slice(0, chain.length));
    if (chain.length === expected.length) complete++;
    else {
      cut++;
      expect(symbolOf(chain[chain.length - 1])).toBe('histogram');
      expect(chain.length).toBeGreaterThan(1);
    }
  });
  expect(complete).toBeGreaterThan(0);
  expect(cut).toBeGreaterThan(0);
});

describe('a damaged section', () => {
  let folder: string;
  let damaged: RecordingSet;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kernel-rules-'));
    cpSync(set.symfs, folder, { recursive: true });
    damaged = { ...set, symfs: folder };
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Overwrites bytes of the program's SFrame section: they follow the magic number and version 3. */
  function damage(offset: number, byte: number): void {
    const path = join(folder, program);
    const bytes = readFileSync(path);
    const section = bytes.indexOf(Buffer.from([0xe2, 0xde, 3, 5, 3]));
    expect(section).toBeGreaterThan(0);
    bytes[section + offset] = byte;
    writeFileSync(path, bytes);
  }

  test('of version 2 is refused, told by the name of the file', async () => {
    damage(2, 2);
    const { stderr } = await runProgram(damaged, recording, 'script --no-inline --kernel-rules -v');
    expect(stderr).toMatch(
      /^sframe: \S+ \(\d+\): \/w\/bin\/blur-image-nofp: bad\/unsupported sframe header \(EINVAL\), section refused$/m,
    );
    expect(stderr).toMatch(/ENOENT, 0 EFAULT, \d+ EINVAL; sections: 1 refused, 0 dropped$/m);
  });

  test('with functions outside the text is dropped when one is met, once', async () => {
    // The size of every function (at 8 in its entry of 16 bytes): more than the text has.
    for (let fde = 0; fde < 10; fde++) damage(28 + fde * 16 + 10, 0x7f);
    const { stderr } = await runProgram(damaged, recording, 'script --no-inline --kernel-rules -v');
    expect(stderr.match(/a function ends outside the text \(EINVAL\), section dropped$/gm)).toHaveLength(1);
    expect(stderr).toMatch(/sections: 0 refused, 1 dropped$/m);
  });
});
