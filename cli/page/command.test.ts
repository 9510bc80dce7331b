/** The built program: what is in the page of a flame graph, against the folded stacks (npm run build makes the program). */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { labelKinds, unpackColumns, type PageHeader } from './page-format';
import { repositoryFolder } from '../../test-data/test-support/places';
import { runProgram } from '../../test-data/test-support/program';

const recordings = join(repositoryFolder, 'test-data/recordings');
const pathOf = (recording: string): string => join(recordings, `${recording}.data`);

function run(command: string, ...args: string[]) {
  const { stdout, stderr, status } = runProgram([command, ...args, '--symfs', join(recordings, 'root')]);
  return { stdout, stderr, exitCode: status };
}

type Columns = ReturnType<typeof unpackColumns>;

interface PageTexts extends Columns {
  readonly header: PageHeader;
}

/** The data of a page, as its script reads them. */
function dataOf(page: string): PageTexts {
  const scriptText = (id: string): string =>
    new RegExp(`<script type="[^"]*" id="${id}">(.*?)</script>`, 's').exec(page)![1];
  const header = JSON.parse(scriptText('header-data')) as PageHeader;
  const block = new Uint8Array(gunzipSync(Buffer.from(scriptText('column-data'), 'base64')));
  return { header, ...unpackColumns({ packed: header.packed, block }) };
}

/** What the page's samples are as folded stacks. */
function foldSamples(data: PageTexts, weigh: (sample: number) => number): string[] {
  const { strings } = data.header;
  const weights = new Map<string, number>();
  data.sampleNode.forEach((leaf, sample) => {
    const names: string[] = [];
    for (let node = leaf; node >= 0; node = data.nodeParent[node]) {
      const label = data.nodeLabel[node];
      if (labelKinds[data.labelKind[label]] !== 'cut') names.unshift(strings[data.labelName[label]]);
    }
    const text = names.join(';');
    weights.set(text, (weights.get(text) ?? 0) + weigh(sample));
  });
  return [...weights]
    .filter(([, weight]) => weight > 0)
    .map(([text, weight]) => `${text} ${weight}`)
    .sort();
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
])('%s %s %s: the stacks are those that fold prints', (recording, ...options) => {
  const { stdout, exitCode } = run('flamegraph', '-o', '-', pathOf(recording), ...options);
  const folded = foldedLines(recording, ...options);
  const data = dataOf(stdout);
  const { unit, firstEvent } = data.header;
  const count = unit === 'samples' ? data.sampleCount : data.samplePeriod;
  const weigh = (sample: number): number => (data.sampleEvent[sample] === firstEvent ? count[sample] : 0);
  expect(folded.length).toBeGreaterThan(1);
  expect(foldSamples(data, weigh)).toEqual(folded);
  expect(exitCode).toBe(0);
});

test('of two recordings both are in one tree, without the name of the command', () => {
  const data = dataOf(
    run('flamegraph', '-o', '-', pathOf('blur-image-nofp'), pathOf('blur-image-fp')).stdout,
  );
  for (const [side, recording] of ['blur-image-nofp', 'blur-image-fp'].entries()) {
    const isOfSide = (sample: number): boolean => data.threadRecording[data.sampleThread[sample]] === side;
    const stacks = foldSamples(data, (sample) => (isOfSide(sample) ? data.samplePeriod[sample] : 0));
    expect(stacks).toEqual(
      foldedLines(recording)
        .map((line) => line.replace(/^[^;]*;/, ''))
        .sort(),
    );
  }
  // Two builds, two binaries: their functions are the same ones.
  expect(data.nodeParent.filter((parent) => parent === -1)).toHaveLength(1);
});

test('labels say what code is: thread, function, inlined function; and its binary', () => {
  const data = dataOf(run('flamegraph', '-o', '-', pathOf('blur-image-nofp')).stdout);
  const found = Array.from(data.labelName, (name, label) => [
    data.header.strings[name],
    data.header.strings[data.labelBinary[label]],
    labelKinds[data.labelKind[label]],
  ]);
  expect(found).toContainEqual(['blur-image-nofp', '', 'thread']);
  expect(found).toContainEqual(['blur_pixels', 'blur-image-nofp', 'user']);
  expect(found).toContainEqual(['mix', 'blur-image-nofp', 'inlined']);
});

test('it is a file, and that is said', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flamegraph-'));
  try {
    const path = join(folder, 'flame.html');
    const { stdout, stderr, exitCode } = run('flamegraph', '-i', pathOf('shapes-nofp'), '-o', path);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 });
    expect(stderr).toBe(`perf-sframe: ${path} is the page; open it in a browser\n`);
    expect(run('flamegraph', '-q', pathOf('shapes-nofp'), '-o', path).stderr).toBe('');
    // One that nobody named could not be found.
    expect(run('view', '-q', pathOf('shapes-nofp')).stderr).toContain('is the page');
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

test('where filters leave nothing the page is empty, and both say why', () => {
  const { stdout, stderr, exitCode } = run(
    'flamegraph',
    '-o',
    '-',
    pathOf('shapes-nofp'),
    '--comms',
    'nobody',
  );
  expect(exitCode).toBe(0);
  expect([...dataOf(stdout).sampleNode]).toEqual([]);
  expect(stdout).toContain('there are no samples to show');
  expect(stderr).toContain('no samples');
});

test('report --format html is the page of view', () => {
  const { stdout, exitCode } = run('report', pathOf('shapes-fp'), '--format', 'html', '-o', '-');
  expect(exitCode).toBe(0);
  const view = dataOf(run('view', pathOf('shapes-fp'), '-o', '-').stdout);
  expect(dataOf(stdout)).toEqual(view);
});

test('what belongs to the text of report is refused with --format html, and a file without it', () => {
  expect(run('report', pathOf('shapes-fp'), '--format', 'html', '-s', 'sym')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('leave --sort out') as string,
  });
  expect(run('report', pathOf('shapes-fp'), '-o', 'out.txt')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('add --format html') as string,
  });
});
