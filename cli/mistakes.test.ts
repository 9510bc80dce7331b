/** What is answered to calls that are wrong: what was typed, why it cannot be done, and what can. */

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testWhere } from '../test-data/test-support/left-out';
import { hasToolchain, repositoryFolder } from '../test-data/test-support/places';
import { program, runProgram } from '../test-data/test-support/program';

const recordings = join(repositoryFolder, 'test-data/recordings');
const recording = join(recordings, 'blur-image-nofp.data');
const symfs = ['--symfs', join(recordings, 'root')];

interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'perf-sframe-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(args: readonly string[], environment: Record<string, string> = {}): Run {
  const { stdout, stderr, status } = runProgram(args, {
    cwd: folder,
    env: { ...process.env, ...environment },
  });
  return { stdout, stderr, code: status };
}

test.each([
  [['scrip'], /there is no command 'scrip'. Did you mean script\?/],
  [[], /Say what to do/],
  [['script', '--some-such-option'], /--some-such-option: there is no such option\n/],
  [['report', '--no-childrn'], /--no-childrn: there is no such option; did you mean --no-children\?/],
  [['report', '--childern'], /--childern: there is no such option; did you mean --children\?/],
  [['fold', '--comm', 'x'], /--comm: .*; did you mean --comms\?/],
  [['report', '--sym', 'x'], /--sym is short for several options: --symbol-filter, --symbols, --symfs/],
  [['report', '--hier'], /--hierarchy of perf is not done here/],
  [['report', '--comm'], /--comms needs a value/],
  [['report', '-E', '3'], /-E: there is no such option/],
  [['report', '--no-symfs'], /--no-symfs: there is no such option; --symfs takes a value/],
  [['script', 'a', 'b'], /'b' is one argument too many/],
  [['report', '-t'], /-t needs a value/],
  [['script', '--tui', recording], /--tui of perf is not done here/],
  [['script', '--max-stack', '0', recording], /--max-stack takes a whole number from 1 to 65536, not '0'/],
  [['script', '--max-stack', 'x', recording], /--max-stack takes a whole number .*, not 'x'/],
  [['report', '--percent-limit', 'x', recording], /--percent-limit takes a number .*, not 'x'/],
  [['sframe', 'verify', '--limit', 'x', 'y'], /--limit takes a whole number .*, not 'x'/],
  [['sframe', 'dmp', 'x'], /sframe has no command 'dmp'. Did you mean dump\?/],
  [['sframe', 'dif', 'x'], /sframe has no command 'dif'. Did you mean diff\?/],
  [['completion'], /an argument is missing/],
  [['report', recording, recording, '--format', 'json'], /--format json is of one recording: give each/],
  [['report', recording, recording, '--format', 'csv'], /--format csv is of one recording: give each/],
  [['info', recording, recording], /is one argument too many/],
  [['report', '--time', 'foo', recording], /--time foo: a range is START,STOP/],
  [['fold', '-o', 'nowhere/x', recording], /--output nowhere\/x: there is no folder nowhere/],
  [['sframe', 'make', 'x'], /--output must be given/],
  [['script', '-F', 'nonsense', recording], /no field 'nonsense'/],
  [
    ['script', '--unwind', 'magic', recording],
    /--unwind magic: takes one of auto, sframe, dwarf, fp, recorded/,
  ],
  [['script', '--unwind', 'dwraf', recording], /did you mean dwarf\?/],
  [['script', recording, '--unwind'], /--unwind needs a value/],
  [['report', recording, '--format'], /--format needs a value/],
  [['script', '--symfs', '/nowhere', recording], /there is no such folder/],
  [['script', '--time', '1,2,3', recording], /--time 1,2,3/],
  [['report', '-C', '0', recording], /--cpu: the samples of event 'cpu-clock:u' have no CPU;.* --sample-cpu/],
  // Commands of perf and of other profilers.
  [['record', './program'], /perf record --call-graph dwarf/],
  [['top'], /perf record .*, then look with perf-sframe report/],
  [['annotate', 'x.data'], /perf-sframe report --sort sym,srcline x\.data/],
  [['diff', 'a', 'b'], /perf-sframe compare a b\n/],
  [['stackcollapse', 'x'], /perf-sframe fold x\n/],
  [['dump', 'a.out'], /perf-sframe sframe dump a\.out/],
  [[recording], /perf-sframe report \S+blur-image-nofp\.data/],
])('%j', (args, message) => {
  const { stdout, stderr, code } = run(args);
  expect([stdout, code]).toEqual(['', 2]);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/NaN|undefined|internal error/);
});

test('help and version are commands, too', () => {
  expect(run(['help', 'report']).stdout).toBe(run(['report', '--help']).stdout);
  expect(run(['help']).stdout).toBe(run(['--help']).stdout);
  expect(run(['version'])).toEqual(run(['--version']));
});

test('a folder that is not a recording says which commands take folders', () => {
  const { stdout, stderr, code } = run(['script', join(recordings, 'root')]);
  expect([stdout, code]).toEqual(['', 1]);
  expect(stderr).toMatch(
    /root: not a recording: found a folder that has no file named data, .*report, fold, flamegraph and export take folders/,
  );
});

test('a message of several lines has them as lines', () => {
  const { stderr, code } = run(['compare', join(recordings, 'blur-image-nofp.no-callgraph.data')]);
  expect(code).toBe(2);
  expect(stderr).not.toContain('\\x0a');
  expect(stderr).toMatch(/record with\n {4}perf record --call-graph dwarf PROGRAM\n/);
});

test.each([
  ['xz', ['xz', '-c'], 'xz -dc'],
  ['bzip2', ['bzip2', '-c'], 'bzip2 -dc'],
  ['zstd', ['zstd', '-c'], 'zstd -dc'],
])('a recording in %s names the pipe that unpacks it', (format, [command, ...options], unpack) => {
  // The first bytes of an empty file, where the program is not installed: of the formats' specifications.
  const starts: Record<string, string> = { xz: 'fd377a585a00', bzip2: '425a6839', zstd: '28b52ffd' };
  const packed = spawnSync(command, options, { input: readFileSync(recording) });
  const path = join(folder, `rec.${format}`);
  writeFileSync(
    path,
    packed.status === 0 ? packed.stdout : Buffer.from(starts[format].padEnd(60, '0'), 'hex'),
  );
  const expected = `compressed with ${format}. Unpack it on the way, and read standard input: ${unpack} FILE`;
  const { stderr, code } = run(['report', path]);
  expect(code).toBe(1);
  expect(stderr).toContain(expected);
  expect(
    spawnSync('sh', ['-c', `cat ${path} | ${process.execPath} ${program} report`], { encoding: 'utf8' })
      .stderr,
  ).toContain(expected);
});

test('a recording that is piped in needs no name', () => {
  const words = `cat ${recording} | ${process.execPath} ${program} report ${symfs.join(' ')}`;
  const piped = spawnSync('sh', ['-c', words], { encoding: 'utf8', cwd: folder });
  expect(piped.stdout).toBe(run(['report', '-', ...symfs].slice(0, 1).concat(recording, symfs)).stdout);
  // Without one, and nothing piped in, there is nothing to read.
  expect(run(['report']).stderr).toMatch(/there is no perf\.data in this folder/);
});

test('where temporary files cannot be written, that is said before the recording is read', () => {
  const place = join(folder, 'locked');
  mkdirSync(place);
  chmodSync(place, 0o500);
  const { stderr, code } = run(['view', join(folder, 'no-such.data')], { TMPDIR: join(folder, 'nowhere') });
  expect(code).toBe(1);
  expect(stderr).toMatch(/nowhere\/\S+: cannot be written: there is no such folder \(TMPDIR=/);
});

/** Values for options of perf, by what its help says they take. */
function valueFor(option: string, placeholder: string): string {
  if (option === '--kallsyms') return '/dev/null';
  if (option === '--input') return recording;
  if (option === '--stdio-color') return 'always';
  if (/^<(n|N|percent)>$|cpu|pid|tid|parallelism/.test(placeholder)) return '1';
  if (/<file>|<path>/.test(placeholder)) return join(recordings, 'root/w/bin/blur-image-nofp');
  return placeholder.startsWith('<directory') ? join(recordings, 'root') : 'x';
}

testWhere(
  hasToolchain(),
  'every option that the help of perf 7.2 lists works, or is answered',
  'no toolchain root',
  () => {
    const problems: string[] = [];
    for (const command of ['report', 'script']) {
      const enter = join(repositoryFolder, 'test-data/toolchain/enter.sh');
      const help = spawnSync(enter, ['perf', command, '-h'], { encoding: 'utf8' });
      const lines = `${help.stdout}${help.stderr}`;
      const options = [...lines.matchAll(/^ {4}(?:(-\w), | {4})(--[\w-]+)(?: (<[^>]+>))?/gm)];
      expect(options.length).toBeGreaterThan(60);
      for (const [, short, long, placeholder] of options) {
        const isInput = long === '--input';
        const files = isInput ? symfs : [recording, ...symfs];
        for (const name of short === undefined ? [long] : [short, long]) {
          const words = placeholder === undefined ? [name] : [name, valueFor(long, placeholder)];
          const { stderr, code } = run([command, ...files, ...words]);
          // A refusal names the option, and says more than that.
          const isAnswer = new RegExp(`^perf-sframe: (${long}|${short ?? long})\\b.{12,}`).test(stderr);
          const isUnknown = /no such option|internal error|one argument too many|NaN/.test(stderr);
          if (isUnknown || (code !== 0 && !(code === 2 && isAnswer))) {
            problems.push(`${command} ${words.join(' ')}: ${code} ${stderr}`);
          }
        }
      }
    }
    expect(problems).toEqual([]);
  },
  240_000,
);
