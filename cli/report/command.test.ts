/** The built program: what report says of options and recordings it cannot serve (npm run build makes the program). */

import { join } from 'node:path';
import { repositoryFolder } from '../../test-data/test-support/places';
import { runProgram } from '../../test-data/test-support/program';

const recordings = join(repositoryFolder, 'test-data/recordings');

function report(recording: string, ...options: string[]) {
  const places = ['--symfs', join(recordings, 'root'), '-i', join(recordings, `${recording}.data`)];
  const { stdout, stderr, status } = runProgram(['report', ...options, ...places]);
  return { stdout, stderr, exitCode: status };
}

/** The lines of tables: percentages, then what they are of. */
function rows(stdout: string): string[] {
  return stdout.split('\n').filter((line) => /^ +\d+\.\d\d%/.test(line));
}

test.each([
  [['--sort', 'colour'], 'there is no such key'],
  [['--fields', 'colour'], 'there is no such key'],
  [['--sort', 'cgroup_id'], 'perf has this key, perf-sframe does not'],
  [['-g', 'sideways'], 'neither a number nor one of'],
  [['--parent', '('], 'not a regular expression'],
  [['--percent-limit', 'few'], 'takes a number'],
  [['-w', 'wide'], 'give numbers between commas'],
  [['-t', '.'], 'names have dots'],
  [['--percentage', 'some'], 'absolute'],
  [['-b'], 'record with perf record -b'],
  [['--sort', 'symbol_from'], 'by perf record -b'],
  [['--branch-history'], 'report -b counts branches'],
])('%j is a mistake of the caller', (options, message) => {
  const { stdout, stderr, exitCode } = report('blur-image-nofp', ...options);
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
  expect(stderr).toContain(message);
  expect(stderr).not.toContain('    at ');
});

test('graphs of a recording without callchains cannot be had, the table can', () => {
  const refused = report('blur-image-nofp.no-callgraph', '-g', 'caller');
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain('record with --call-graph dwarf');
  const { stdout, exitCode } = report('blur-image-nofp.no-callgraph');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('# Overhead  Command');
  expect(rows(stdout)[0]).toContain('blur_pixels');
});

test('the function that burns the time comes first', () => {
  const { stdout } = report('blur-image-nofp', '--no-children', '-g', 'none');
  expect(rows(stdout)[0]).toMatch(/ blur-image-nofp +blur-image-nofp +\[\.\] blur_pixels$/);
});

test('every way to unwind leads to the same report of a program that has all tables', () => {
  const whole = report('blur-image-nofp').stdout;
  for (const way of ['sframe', 'dwarf']) {
    expect(report('blur-image-nofp', '--unwind', way).stdout).toBe(whole);
  }
});

test('a pipe has children too; --as-perf leaves them out as perf does', () => {
  expect(report('blur-image-nofp.pipe').stdout).toContain('# Children');
  expect(report('blur-image-nofp.pipe', '--as-perf').stdout).not.toContain('# Children');
});

test('filters that leave nothing leave a table without lines, and the totals', () => {
  const { stdout, exitCode } = report('blur-image-nofp', '--comms', 'nobody');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/# Samples: [1-9]/);
  expect(rows(stdout)).toEqual([]);
});

test('--ignore-callees counts callees as part of the function', () => {
  const { stdout } = report(
    'blur-image-nofp',
    '--no-children',
    '-g',
    'none',
    '--ignore-callees',
    '^filter_image$',
  );
  expect(rows(stdout)[0]).toMatch(/\[\.\] filter_image$/);
  expect(stdout).not.toContain('blur_pixels');
});

test('--parent names the caller of each line', () => {
  const { stdout } = report(
    'blur-image-nofp',
    '--no-children',
    '-g',
    'none',
    '-s',
    'parent',
    '-p',
    '^filter',
  );
  expect(rows(stdout)[0]).toMatch(/ filter_image *$/);
});
