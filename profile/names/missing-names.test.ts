/** What the program says on stderr of binaries that leave functions without a name, against the texts it printed. */

import { cpSync, mkdtempSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runProgram } from '../../test-data/test-support/program';

const repository = resolve(__dirname, '../..');
const recordings = join(repository, 'test-data/recordings');

function script(symfs: string, ...options: string[]) {
  const args = ['script', join(recordings, 'blur-image-nofp.data'), '--symfs', symfs, ...options];
  return runProgram(args);
}

/** The share of samples with a frame of a binary that has no name, counted in the text. */
function shareWithUnknown(text: string, binary: string): string {
  const samples = text.trim().split('\n\n');
  const affected = samples.filter((sample) => sample.includes(` [unknown] (${binary})`));
  return `${((100 * affected.length) / samples.length).toFixed(1)}%`;
}

describe('binaries that leave functions without a name', () => {
  let root: string;
  const program = 'w/bin/blur-image-nofp';
  beforeEach(() => {
    root = join(mkdtempSync(join(tmpdir(), 'perf-sframe-missing-')), 'root');
    cpSync(join(recordings, 'root'), root, { recursive: true, verbatimSymlinks: true });
  });
  afterEach(() => rmSync(join(root, '..'), { recursive: true }));

  test('a file that is gone: its share, the reason, the remedy; with --strict a failure', () => {
    unlinkSync(join(root, program));
    const { stdout, stderr } = script(root);
    const share = shareWithUnknown(stdout, `/${program}`);
    expect(stderr).toContain(
      `${share} of the samples have functions without a name: /${program} was not found (`,
    );
    expect(stderr).toMatch(/give that with --symfs\n/);
    expect(stderr.match(/was not found/g)).toHaveLength(1);
    expect(script(root, '--strict').status).toBe(1);
  });

  test('a file that is not a binary', () => {
    writeFileSync(join(root, program), '#!/bin/sh\n');
    const { stdout, stderr } = script(root);
    expect(stderr).toContain(
      `${shareWithUnknown(stdout, `/${program}`)} of the samples have functions without a name: ${join(root, program)} `,
    );
    truncateSync(join(root, program));
    expect(script(root).stderr).toContain(join(root, program));
  });

  test('nothing is said where all functions have names', () => {
    const { stderr } = script(join(recordings, 'root'));
    expect(stderr).toBe('');
  });
});
