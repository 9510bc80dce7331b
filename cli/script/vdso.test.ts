/** Code of the vDSO, which has no file: it is read from the kernel that runs, where the recording was made under that. */

import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { release, tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import { describeWithRecordings, freshOptions, freshPath } from '../compare/test-support/run-compare';
import { runProgram } from '../../test-data/test-support/program';

const name = 'clock-reads-nofp';

function script(path: string) {
  const args = ['script', '-F', 'ip,sym,dso', '-i', path, ...freshOptions];
  return runProgram(args);
}

describeWithRecordings('the vDSO', [name], () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vdso-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A copy of the recording, changed; written now. */
  function copy(change: (bytes: Buffer) => void): string {
    const path = join(folder, 'copy.data');
    const bytes = readFileSync(freshPath(name, '.data'));
    change(bytes);
    writeFileSync(path, bytes);
    return path;
  }

  test('is named and unwound through', () => {
    const { stdout, stderr } = script(freshPath(name, '.data'));
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      /^\s+\w+ __vdso_clock_gettime \(\[vdso\]\)\n.*\n\s+\w+ read_clock \(.*\n\s+\w+ main \(/m,
    );
    expect(stdout).not.toContain('[unknown] ([vdso])');
  });

  test.each([
    [
      'of another kernel',
      () =>
        copy((bytes) => {
          const at = bytes.lastIndexOf(`${release()}\0`);
          expect(at).toBeGreaterThan(0);
          bytes[at] ^= 1;
        }),
    ],
    [
      'of before the machine was started',
      () => {
        const path = copy(() => undefined);
        const then = Date.now() / 1000 - uptime() - 60;
        utimesSync(path, then, then);
        return path;
      },
    ],
  ])('%s is not known', (_, make) => {
    const { stdout, stderr } = script(make());
    expect(stderr).toMatch(/\[vdso\] was not found .*; give the recorded kernel’s image with --vdso\n/);
    expect(stdout).toContain('[unknown] ([vdso])');
    expect(stdout).not.toContain('__vdso_clock_gettime');
  });
});
