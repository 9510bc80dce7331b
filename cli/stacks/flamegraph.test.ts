/** The built program: the tree in a flame graph's page against the folded stacks (npm run build makes the program). */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryFolder } from '../../test-data/test-support/places';

const recordings = join(repositoryFolder, 'test-data/recordings');
const pathOf = (recording: string): string => join(recordings, `${recording}.data`);

function run(command: string, ...args: string[]) {
  const program = join(repositoryFolder, 'bin/perf-sframe.js');
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [program, command, ...args, '--symfs', join(recordings, 'root')],
    { encoding: 'utf8' },
  );
  return { stdout, stderr, exitCode: status };
}

interface PageData {
  readonly recordings: number;
  readonly kinds: string[];
  readonly labels: [name: string, binary: string, kind: number][];
  readonly nodes: number[];
}

function dataOf(page: string): PageData {
  return JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)![1]) as PageData;
}

/** What the page's nodes are as folded stacks. @param recording which of its numbers */
function foldNodes({ recordings, labels, nodes }: PageData, recording = 0): string[] {
  const lines: string[] = [];
  const path: string[] = [];
  for (let i = 0; i < nodes.length; i += 2 + recordings) {
    path.length = nodes[i];
    path.push(labels[nodes[i + 1]][0]);
    const self = nodes[i + 2 + recording];
    if (self > 0) lines.push(`${path.join(';')} ${self}`);
  }
  return lines.sort();
}

function foldedLines(recording: string, ...options: string[]): string[] {
  const { stdout } = run('fold', pathOf(recording), '--no-tidy', ...options);
  return stdout.split('\n').slice(0, -1).sort();
}

test.each([
  ['blur-image-nofp'],
  ['blur-image-nofp', '--no-inline'],
  ['shapes-fp', '--weight', 'samples'],
  ['own-signals-nofp', '--with-tid'],
  ['blur-image-nofp.two-events', '--event', 'page-faults:u'],
  ['shapes-nofp', '--srcline'],
])('%s %s %s: the tree is that of the folded stacks', (recording, ...options) => {
  const { stdout, exitCode } = run('flamegraph', '-o', '-', pathOf(recording), ...options);
  const folded = foldedLines(recording, ...options);
  expect(folded.length).toBeGreaterThan(1);
  expect(foldNodes(dataOf(stdout))).toEqual(folded);
  expect(exitCode).toBe(0);
});

test('of two recordings both are in one tree', () => {
  const page = run('flamegraph', '-o', '-', pathOf('blur-image-nofp'), pathOf('blur-image-fp')).stdout;
  expect(foldNodes(dataOf(page), 0)).toEqual(foldedLines('blur-image-nofp'));
  expect(foldNodes(dataOf(page), 1)).toEqual(foldedLines('blur-image-fp'));
});

test('labels say what code is: thread, function, inlined function; and its binary', () => {
  const { labels, kinds } = dataOf(run('flamegraph', '-o', '-', pathOf('blur-image-nofp')).stdout);
  const found = labels.map(([name, binary, kind]) => [name, binary, kinds[kind]]);
  expect(found).toContainEqual(['blur-image-nofp', '', 'thread']);
  expect(found).toContainEqual(['blur_pixels', '/w/bin/blur-image-nofp', 'user']);
  expect(found).toContainEqual(['mix', '/w/bin/blur-image-nofp', 'inlined']);
});

test('it is a file, and that is said', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flamegraph-'));
  try {
    const path = join(folder, 'flame.html');
    const { stdout, stderr, exitCode } = run('flamegraph', '-i', pathOf('shapes-nofp'), '-o', path);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 });
    expect(stderr).toBe(`perf-sframe: ${path} is the flame graph\n`);
    expect(readFileSync(path, 'utf8')).toBe(run('flamegraph', '-o', '-', pathOf('shapes-nofp')).stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a folder that is not there is named', () => {
  const { stderr, exitCode } = run('flamegraph', pathOf('shapes-nofp'), '-o', '/no/such/folder/flame.html');
  expect(stderr).toContain('--output /no/such/folder/flame.html: there is no folder /no/such/folder');
  expect(exitCode).toBe(2);
});

test('where filters leave nothing there is nothing to draw, and it is said', () => {
  const { stdout, stderr, exitCode } = run(
    'flamegraph',
    '-o',
    '-',
    pathOf('shapes-nofp'),
    '--comms',
    'nobody',
  );
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
  expect(stderr).toContain('no samples');
});
