/**
 * Files beside a recording that are missing, damaged, or may not be read: one message says so and what to do, and all that was
 * sampled is shown all the same. Root may read every file: these runs are without the capabilities that it needs for that.
 */

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWhere, testWhere } from '../../test-data/test-support/left-out';
import { repositoryFolder, workFolder } from '../../test-data/test-support/places';

const recordings = join(repositoryFolder, 'test-data/recordings');
const recording = join(recordings, 'blur-image-nofp.data');
/** Samples of it, as perf counts them (blur-image-nofp.report-flat.txt). */
const SAMPLES = 82;
const withoutPrivilege = ['--bounding-set=-dac_override,-dac_read_search', process.execPath];
const canDropPrivilege =
  process.getuid?.() !== 0 || spawnSync('setpriv', [...withoutPrivilege, '--version']).status === 0;

const folder = mkdtempSync(join(tmpdir(), 'bad-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The built program, with no more rights than the owner of the files has. */
function run(...args: string[]) {
  const command = [join(repositoryFolder, 'bin/perf-sframe.js'), ...args];
  const isRoot = process.getuid?.() === 0;
  const { stdout, stderr, status } = isRoot
    ? spawnSync('setpriv', [...withoutPrivilege, ...command], { encoding: 'utf8' })
    : spawnSync(process.execPath, command, { encoding: 'utf8' });
  const messages = stderr.split('\n').filter((line) => line.startsWith('perf-sframe: '));
  return { stdout, messages, stderr, status };
}

function samplesOf(folded: string): number {
  return folded
    .trimEnd()
    .split('\n')
    .reduce((sum, line) => sum + Number(/ (\d+)$/.exec(line)![1]), 0);
}

describeWhere(canDropPrivilege, 'files that may not be read', 'setpriv cannot drop privileges', () => {
  test('the recording', () => {
    const path = join(folder, 'closed.data');
    copyFileSync(recording, path);
    chmodSync(path, 0);
    const { stdout, messages, status } = run('fold', '-i', path);
    expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
    expect(messages).toEqual([
      `perf-sframe: ${path}: no permission to read it (perf.data often belongs to root)`,
    ]);
  });

  test('a binary', () => {
    const root = join(folder, 'closed-root');
    cpSync(join(recordings, 'root'), root, { recursive: true });
    chmodSync(join(root, 'w/bin/blur-image-nofp'), 0);
    const { stdout, messages, status } = run('fold', '--weight', 'samples', '--symfs', root, '-i', recording);
    expect(samplesOf(stdout)).toBe(SAMPLES);
    expect(messages).toEqual([
      expect.stringMatching(
        /w\/bin\/blur-image-nofp may not be read .*; make the file readable, or run as a user/,
      ),
    ]);
    expect(status).toBe(0);
  });
});

testWhere(
  canDropPrivilege,
  'a folder for --symfs without the binaries',
  'setpriv cannot drop privileges',
  () => {
    const root = join(folder, 'empty-root');
    mkdirSync(root);
    const { stdout, messages, status } = run('fold', '--weight', 'samples', '--symfs', root, '-i', recording);
    expect(samplesOf(stdout)).toBe(SAMPLES);
    expect(messages).toEqual([
      expect.stringMatching(
        /\/w\/bin\/blur-image-nofp was not found .*; copy it from the recorded machine .* --symfs/,
      ),
    ]);
    expect(status).toBe(0);
  },
);

const recorded = join(workFolder, 'recordings');
const hasRecordings = canDropPrivilege && existsSync(join(recorded, 'python-jit.data'));

describeWhere(hasRecordings, 'damaged files', 'record.sh has not run', () => {
  const python = join(recorded, 'python-jit.data');
  const dumpName = /jit-\d+\.dump/;

  /** Runs with a dump that was changed, and nothing else in the root. */
  function withDump(change: (dump: Buffer) => Buffer, mode = 0o644) {
    const root = mkdtempSync(join(folder, 'jit-'));
    mkdirSync(join(root, 'tmp'));
    const listed = run('script', '--show-mmap-events', '-i', python, '--symfs', root).stdout;
    const name = dumpName.exec(listed)![0];
    const dump = readFileSync(join(workFolder, 'symfs/tmp', name));
    writeFileSync(join(root, 'tmp', name), change(dump), { mode });
    const { stdout, stderr, status } = run('fold', '--weight', 'samples', '-i', python, '--symfs', root);
    const said = stderr.split('\n').filter((line) => dumpName.test(line) || line.includes('lists of'));
    return { samples: samplesOf(stdout), names: stdout.match(/py::/g)?.length ?? 0, said, status };
  }

  /** Where the first record begins, of kind and size: after the header, whose size it says at 8. */
  const firstRecord = (dump: Buffer): number => dump.readUInt32LE(8);

  let whole: ReturnType<typeof withDump>;
  beforeAll(() => {
    whole = withDump((dump) => dump);
  });

  test.each([
    [
      'size that is too large',
      (dump: Buffer) => (dump.writeUInt32LE(0xfffffff0, firstRecord(dump) + 4), dump),
      /a record is cut off or damaged/,
    ],
    [
      'size 0',
      (dump: Buffer) => (dump.writeUInt32LE(0, firstRecord(dump) + 4), dump),
      /a record is cut off or damaged/,
    ],
    ['cut off', (dump: Buffer) => dump.subarray(0, firstRecord(dump) + 20), /a record is cut off or damaged/],
    ['another magic', (dump: Buffer) => (dump.writeUInt32LE(0, 0), dump), /not a jitdump file/],
    ['empty', (dump: Buffer) => dump.subarray(0, 0), /ends too early/],
  ])('jitdump: %s', (_, change, problem) => {
    const { samples, names, said, status } = withDump(change);
    expect(whole.said).toEqual([]);
    expect(samples).toBe(whole.samples);
    expect(whole.names).toBeGreaterThan(0);
    expect(names).toBe(0);
    expect(said).toEqual([
      expect.stringContaining('copy them anew from the recorded machine'),
      expect.stringMatching(problem),
    ]);
    expect(status).toBe(0);
  });

  test('jitdump: may not be read', () => {
    const { samples, said } = withDump((dump) => dump, 0);
    expect(samples).toBe(whole.samples);
    expect(said).toEqual([
      expect.stringContaining('make them readable'),
      expect.stringContaining('may not be read'),
    ]);
  });

  test.each([
    ['its magic', 0, 3],
    ['the formats', 40, 6000],
  ])('tracing data: %s', (_, from, sizeBytes) => {
    const bytes = readFileSync(join(recorded, 'tracepoint.data'));
    const at = bytes.indexOf(Buffer.from([0x17, 0x08, 0x44, ...Buffer.from('tracing')]));
    bytes.fill(0xff, at + from, at + from + sizeBytes);
    const path = join(folder, 'tracing.data');
    writeFileSync(path, bytes);
    const print = (input: string) => run('script', '-F', 'comm,event,trace', '-i', input);
    const { stdout, messages, status } = print(path);
    const lines = (text: string): string[] =>
      text.split('\n').map((line) => line.split(':').slice(0, 2).join(':'));
    expect(lines(stdout).length).toBe(lines(print(join(recorded, 'tracepoint.data')).stdout).length);
    expect(stdout).not.toContain('prev_pid');
    expect(messages.filter((line) => line.includes('tracepoints'))).toEqual([
      'perf-sframe: what tracepoints recorded cannot be printed; copy the recording anew, or record again',
    ]);
    expect(status).toBe(0);
  });
});
