/**
 * Files that a recording needs besides, each missing, of another build, unreadable or damaged: one message says which and what to
 * do, and the rest is shown.
 */

import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describeWhere } from '../test-data/test-support/left-out';
import { repositoryFolder, sharedCasesFolder } from '../test-data/test-support/places';
import { writeRecordings, writtenFolder } from '../test-data/written';
import { runProgram } from '../test-data/test-support/program';

const recordings = join(repositoryFolder, 'test-data/recordings');
const binaries = join(recordings, 'root/w/bin');
const folder = mkdtempSync(join(tmpdir(), 'helper-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: string[]) {
  const { stdout, stderr, status } = runProgram(args, { env: { PATH: '/usr/bin' } });
  return { stdout, stderr, status };
}

/** A folder for --symfs with what is in the committed one, and these files besides or instead. */
function symfsWith(name: string, files: Readonly<Record<string, Uint8Array>>): string {
  const root = join(folder, name);
  cpSync(join(recordings, 'root'), root, { recursive: true });
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  }
  return root;
}

describe('a debug file', () => {
  const recording = join(recordings, 'blur-image-nofp.data');
  const report = (symfs: string) => run('report', '--stdio', '--symfs', symfs, '-i', recording);
  // The name of its section is what says that it has debug information.
  const bytes = readFileSync(join(binaries, 'blur-image-nofp'));
  bytes.write('.xebug_info', bytes.lastIndexOf('.debug_info'));
  const image = { 'w/bin/blur-image-nofp': bytes };
  const debugPath = 'usr/lib/debug/w/bin/blur-image-nofp.debug';

  test.each([
    [
      'of another build',
      readFileSync(join(binaries, 'shapes-nofp')),
      / has build id [0-9a-f]{40}, 9cfb782c\w+ was recorded/,
    ],
    ['that is a text', new TextEncoder().encode('not here\n'.repeat(20)), / not an ELF file/],
    [
      'that is cut off',
      readFileSync(join(binaries, 'blur-image-nofp')).subarray(0, 70),
      / the file ends too early/,
    ],
  ])('%s is named with the reason', (name, debugFile, reason) => {
    const symfs = symfsWith(name.replaceAll(' ', '-'), { ...image, [debugPath]: debugFile });
    const { stdout, stderr, status } = report(symfs);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^perf-sframe: debug files are damaged or of other builds, .*--debug-dir\n/m);
    expect(stderr).toContain(`    ${join(symfs, debugPath)}`);
    expect(stderr).toMatch(reason);
    // All else is as without any debug file.
    expect(stdout).toBe(report(symfsWith('none', image)).stdout);
  });
});

describe('kernel symbols', () => {
  beforeAll(writeRecordings);

  test.each([
    ['--kallsyms', 'a text of something else', 'root:x:0:0\n'.repeat(9), /holds no symbols/],
    ['--kallsyms', 'damaged', '\u{1}\u{2}\u{3}'.repeat(99), /holds no symbols/],
    ['--vmlinux', 'no ELF file', 'not here', /not an ELF file|ends too early/],
  ])('%s that is %s: named, and the rest is shown', (option, name, content, reason) => {
    const path = join(folder, `kernel-${name.replaceAll(' ', '-')}`);
    writeFileSync(path, content);
    const recording = join(recordings, 'blur-image-nofp.data');
    const where = ['fold', '-i', recording, '--symfs', join(recordings, 'root')];
    const { stdout, status } = run(...where, option, path);
    expect(status).toBe(0);
    expect(stdout).toBe(run(...where).stdout);
    // The kernel is asked for where it has frames alone.
    const kernel = join(writtenFolder, 'data/kernel-by-path.data');
    expect(run('fold', '-v', '-i', kernel, option, path).stderr).toMatch(reason);
  });

  test.each([['--kallsyms'], ['--vmlinux'], ['--symfs'], ['--vdso']])(
    '%s that is missing is a mistake',
    (option) => {
      const { stderr, status } = run(
        'fold',
        '-i',
        join(recordings, 'blur-image-nofp.data'),
        option,
        join(folder, 'nowhere'),
      );
      expect([stderr, status]).toEqual([expect.stringMatching(/nowhere: there is no such (file|folder)/), 2]);
    },
  );
});

const cases = join(sharedCasesFolder, 'stacks');

describeWhere(existsSync(cases), 'a list of generated code', '../shared/cases is not here', () => {
  const path = join(folder, 'listed/tmp/perf-20138.map');

  function fold(list: Uint8Array | 'missing' | 'folder') {
    const root = join(folder, 'listed');
    rmSync(root, { recursive: true, force: true });
    mkdirSync(join(root, 'tmp/bugreports'), { recursive: true });
    cpSync(join(cases, 'root/tmp/bugreports/memjit'), join(root, 'tmp/bugreports/memjit'));
    if (list === 'folder') mkdirSync(path);
    else if (list !== 'missing') writeFileSync(path, list);
    return run(
      'fold',
      '--weight',
      'samples',
      '--no-inline',
      '--symfs',
      root,
      '-i',
      join(cases, 'memjit.data'),
    );
  }

  test.each([
    [
      'damaged',
      Uint8Array.from({ length: 999 }, (_, i) => (i * 7) & 0xff),
      /perf-20138\.map: no line of it is START SIZE NAME/,
    ],
    [
      'missing',
      'missing',
      /memfd:doublemapper \(deleted\) is memory without a file .*; have the program list the code/,
    ],
    ['a folder', 'folder', /perf-20138\.map: is a folder/],
    [
      'of another run',
      new TextEncoder().encode('10 10 other\n'),
      /does not list all the code that was generated/,
    ],
  ] as const)('%s: said, with what to do, and callers are shown', (_, list, message) => {
    const { stdout, stderr, status } = fold(list);
    expect(status).toBe(0);
    expect(stderr).toMatch(message);
    expect(stdout).toMatch(/^memjit;.*main;call_jit;\[.*\] 45\n$/);
  });
});
