/** Output for programs: documented field by field, and saying what perf's texts of the same recordings say. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { repositoryFolder } from '../test-data/test-support/places';
import { runProgram } from '../test-data/test-support/program';

const recordings = join(repositoryFolder, 'test-data/recordings');
const document = readFileSync(join(repositoryFolder, 'docs/json.md'), 'utf8');

function run(command: string, recording: string, ...options: string[]): string {
  const words = [command, join(recordings, `${recording}.data`), '--symfs', join(recordings, 'root')];
  return runProgram([...words, ...options]).stdout;
}

/** Types by field, of the table below a heading of the document. */
function documentedFields(command: string): Map<string, string> {
  const section = document.slice(document.indexOf(`\n## ${command}\n`) + 1);
  const end = section.indexOf('\n## ', 1);
  const rows = section.slice(0, end < 0 ? undefined : end).matchAll(/^\| `([^`]+)` \| ([a-z ]+) \|/gm);
  return new Map([...rows].map(([, name, type]) => [name, type.trim()]));
}

function noteFields(value: unknown, path: string, into: Map<string, Set<string>>): void {
  if (Array.isArray(value)) for (const each of value) noteFields(each, `${path}[]`, into);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, field] of Object.entries(value)) {
      const isKey = path === 'tables[].rows[]' && ['comm', 'dso', 'symbol', 'srcline', 'pid'].includes(key);
      noteFields(field, path === '' ? key : `${path}.${isKey ? 'KEY' : key}`, into);
    }
  } else into.set(path, (into.get(path) ?? new Set()).add(value === null ? 'null' : typeof value));
}

const names = [
  'shapes-nofp',
  'blur-image-nofp.two-events',
  'blur-image-nofp.no-callgraph',
  'blur-image-nofp.short-stack',
];

test.each([['-F', 'comm'], ['--ns'], ['-G'], ['--reltime'], ['--show-mmap-events'], ['--header']])(
  'script as JSON refuses %s, which changes the text',
  (...options) => {
    const input = join(recordings, 'shapes-nofp.data');
    const { status, stdout, stderr } = runProgram(['script', input, '--format', 'json', ...options]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`${options[0]} is about the text`);
  },
);

// It is written row by row.
test.each(names)('%s: report is laid out as JSON.stringify lays it out', (recording) => {
  for (const options of [[], ['--group'], ['--comms', 'nobody']]) {
    const text = run('report', recording, '--format', 'json', ...options);
    expect(text).toBe(`${JSON.stringify(JSON.parse(text), null, 1)}\n`);
  }
});

test.each([
  ['report', ['--format', 'json']],
  ['report', ['--format', 'json', '--no-children', '-s', 'pid,comm,dso,symbol,srcline']],
  ['script', ['--format', 'json']],
  ['info', ['--format', 'json']],
])(
  '%s: every field that is printed is documented, with its type, and the other way round',
  (command, options) => {
    const printed = new Map<string, Set<string>>();
    for (const name of names) {
      const text = run(command, name, ...options);
      const values = command === 'script' ? text.trim().split('\n') : [text];
      for (const value of values) noteFields(JSON.parse(value), '', printed);
    }
    const documented = documentedFields(command);
    expect([...printed.keys()].sort()).toEqual([...documented.keys()].sort());
    for (const [field, types] of printed) {
      for (const type of types)
        expect([field, documented.get(field)]).toEqual([field, expect.stringContaining(type)]);
    }
  },
);

/** "    85.37%  comm  dso  [.] symbol" of perf's text. */
function perfRows(recording: string) {
  const text = readFileSync(join(recordings, `${recording}.report-flat.txt`), 'utf8');
  const rows = text.matchAll(/^ +(\d+\.\d\d)% +(\S+) +(\S+) +\[.\] (.*?) *$/gm);
  return [...rows].map(([, percent, comm, dso, symbol]) => ({ percent, comm, dso, symbol }));
}

interface Row {
  self: number;
  samples: number;
  comm: string;
  dso: string | null;
  symbol: string;
}

test.each(['blur-image-nofp', 'shapes-nofp', 'own-signals-nofp'])(
  'report of %s, as JSON and CSV, has the rows of perf',
  (name) => {
    const expected = perfRows(name);
    expect(expected.length).toBeGreaterThan(1);
    const options = ['--no-children', '-g', 'none', '--no-inline'];
    const { tables } = JSON.parse(run('report', name, ...options, '--format', 'json')) as {
      tables: { rows: Row[] }[];
    };
    const rows = tables[0].rows.map(({ self, comm, dso, symbol }) => ({
      percent: (100 * self).toFixed(2),
      comm,
      dso,
      symbol,
    }));
    expect(rows).toEqual(expected);
    const csv = run('report', name, ...options, '--format', 'csv').split('\r\n');
    expect(csv[0]).toBe('event,self,total,samples,selfPeriod,totalPeriod,comm,dso,symbol');
    expect(csv).toHaveLength(expected.length + 2);
    expect(csv[1].split(',').slice(6, 8)).toEqual([expected[0].comm, expected[0].dso]);
  },
);

interface Frame {
  address: string;
  symbol: string | null;
  offset: number | null;
  binary: string;
}

test.each(['blur-image-nofp', 'own-signals-nofp'])('script of %s as JSON has the stacks of perf', (name) => {
  const file = join(recordings, `${name}.noinline.txt`);
  const text =
    name === 'own-signals-nofp'
      ? readFileSync(file, 'utf8')
      : gunzipSync(readFileSync(`${file}.gz`)).toString();
  const expected = text
    .trim()
    .split('\n\n')
    .map((sample) =>
      sample
        .split('\n')
        .slice(1)
        .map((line) => line.trim()),
    );
  const lines = run('script', name, '--format', 'json', '--no-inline').trim().split('\n').slice(1);
  const found = lines.map((line) =>
    (JSON.parse(line) as { stack: Frame[] }).stack.map(
      ({ address, symbol, offset, binary }) =>
        `${address.slice(2)} ${symbol}+0x${offset?.toString(16)} (${binary})`,
    ),
  );
  expect(found).toEqual(expected);
});

test('info as JSON has what perf says in its header', () => {
  const header = readFileSync(join(recordings, 'blur-image-nofp.header.txt'), 'utf8');
  const info = JSON.parse(run('info', 'blur-image-nofp', '--format', 'json')) as Record<string, unknown>;
  expect(header).toContain(`# perf version : ${info.perfVersion as string}\n`);
  expect(header).toContain(`# os release : ${info.kernelVersion as string}\n`);
  expect(header).toContain(`# arch : ${info.machine as string}\n`);
});
