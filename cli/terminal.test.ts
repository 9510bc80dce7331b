/** The program at a terminal: of 80 columns, with and without colours and pager. script(1) and tmux make the terminals. */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testWhere } from '../test-data/test-support/left-out';
import { repositoryFolder } from '../test-data/test-support/places';
import { runAtTerminal } from '../test-data/test-support/terminal';

const program = join(repositoryFolder, 'bin/perf-sframe.js');
const recordings = join(repositoryFolder, 'test-data/recordings');
const onShapes = `${join(recordings, 'shapes-nofp.data')} --symfs ${join(recordings, 'root')}`;
const ESCAPES = /\x1b\[\d*m/g; // eslint-disable-line no-control-regex -- escape sequences begin so

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'perf-sframe-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a terminal of a number of columns is sent; colours are allowed. */
function atTerminal(words: string, environment: Record<string, string> = {}, columns = 80): string {
  const allowed = { NO_COLOR: '', ...environment };
  return runAtTerminal(`${process.execPath} ${program} ${words}`, { environment: allowed, columns });
}

function inPipe(words: string): string {
  return execFileSync('sh', ['-c', `${process.execPath} ${program} ${words}`], { encoding: 'utf8' });
}

const widest = (text: string): number =>
  Math.max(...text.split('\n').map((line) => line.replace(ESCAPES, '').length));

test.each([
  'report',
  'report -g none',
  'report --no-children -g caller',
  'report -s dso,sym',
  'report -g flat',
  'info',
])('%s: no line is wider than the terminal, and the percentages are those of a pipe', (command) => {
  const words = `${command} ${onShapes}`;
  for (const columns of [80, 60, 120]) {
    expect(widest(atTerminal(`${words} --no-pager`, {}, columns))).toBeLessThanOrEqual(columns);
  }
  const whole = inPipe(words);
  const percentagesOf = (text: string): string[] => text.replace(ESCAPES, '').match(/\d+\.\d\d%/g) ?? [];
  expect(percentagesOf(atTerminal(`${words} --no-pager`))).toEqual(percentagesOf(whole));
  // Names are whole where that is asked for, and in pipes and files.
  expect(atTerminal(`${words} --no-pager --full-names --color never`)).toBe(whole);
});

const binaries = join(recordings, 'root/w/bin');

test.each([
  [
    'report of several recordings',
    `report --no-children -g none ${onShapes} ${join(recordings, 'blur-image-nofp.data')}`,
  ],
  [
    'report of several, with source lines',
    `report --no-children -g none -s recording,sym,srcline ${onShapes} ${join(recordings, 'shapes-fp.data')}`,
  ],
  ['compare', `compare ${onShapes}`],
  ['compare of two recordings', `compare ${onShapes} ${join(recordings, 'shapes-fp.data')}`],
  ['info of stacks that are cut off', `info ${join(recordings, 'blur-image-nofp.short-stack.data')}`],
  ['sframe coverage', `sframe coverage ${binaries}`],
  ['sframe verify', `sframe verify ${binaries}`],
  ['sframe dump', `sframe dump ${join(binaries, 'shapes-nofp')}`],
  ['sframe diff', `sframe diff ${join(binaries, 'blur-image-fp')} ${join(binaries, 'blur-image-nofp')}`],
])('%s: no line is wider than 80 columns', (_, words) => {
  const text = atTerminal(`${words} ${words.startsWith('sframe') ? '' : '--no-pager'} 2>/dev/null`);
  expect(text.split('\n').filter((line) => widest(line) > 80)).toEqual([]);
  expect(text.split('\n').length).toBeGreaterThan(3);
});

test('a report of several recordings is in a pipe as with --full-names: names are whole', () => {
  const words = `report --no-children -g none ${onShapes} ${join(recordings, 'shapes-fp.data')}`;
  const whole = inPipe(words);
  expect(whole).toContain('geometry::distance<unsigned int>(geometry::Point<unsigned int>');
  expect(atTerminal(`${words} --no-pager --full-names`)).toBe(whole);
});

test('names of functions have half of a line, and are shortened by their structure: every bracket is closed', () => {
  const lines = atTerminal(`report -g none --percent-limit 5 ${onShapes} --no-pager --color never`).split(
    '\n',
  );
  const rule = lines.find((line) => line.startsWith('# ..'))!;
  expect(rule.split('  ').at(-1)!.length).toBeGreaterThanOrEqual(38);
  const names = lines
    .filter((line) => line.includes('[.]'))
    .map((line) => line.slice(line.indexOf('[.]') + 4));
  expect(names.filter((name) => name.includes('…')).length).toBeGreaterThan(3);
  for (const name of names) {
    const signs = (wanted: string): number => [...name].filter((sign) => sign === wanted).length;
    expect([name, signs('('), signs('<')]).toEqual([name, signs(')'), signs('>')]);
  }
});

test('percentages are red from 5 % on, and green above 0.5 %, as perf has them', () => {
  const colored = atTerminal(`report -g none ${onShapes} --no-pager`);
  const always = inPipe(`report -g none ${onShapes} --color always`);
  // eslint-disable-next-line no-control-regex -- escape sequences begin so
  const percentages = [...always.matchAll(/(?:\x1b\[(\d+)m)? *(\d+\.\d\d)%/g)];
  expect(percentages.length).toBeGreaterThan(10);
  for (const [, color, percent] of percentages) {
    const expected = Number(percent) >= 5 ? '31' : Number(percent) > 0.5 ? '32' : undefined;
    expect([percent, color]).toEqual([percent, expected]);
  }
  expect(colored).toContain('\x1b[31m');
  expect(atTerminal(`report -g none ${onShapes} --no-pager`, { NO_COLOR: '1' })).not.toMatch(ESCAPES);
  expect(atTerminal(`report -g none ${onShapes} --no-pager --color never`)).not.toMatch(ESCAPES);
  expect(inPipe(`report -g none ${onShapes}`)).not.toMatch(ESCAPES);
  // perf's own spelling.
  expect(inPipe(`report -g none ${onShapes} --stdio-color=always`)).toMatch(ESCAPES);
});

test('the pager is PERF_PAGER, else PAGER; none without a terminal, with --no-pager or as cat', () => {
  const pager = join(folder, 'pager');
  const read = join(folder, 'read');
  writeFileSync(pager, `#!/bin/sh\ncat > ${read}\n`, { mode: 0o755 });
  const paged = (words: string, environment: Record<string, string>): string => {
    rmSync(read, { force: true });
    const shown = atTerminal(`${words} ${onShapes}`, environment);
    try {
      return `paged: ${readFileSync(read, 'utf8').slice(0, 12)}`;
    } catch {
      return `shown: ${shown.slice(0, 12)}`;
    }
  };
  expect(paged('report', { PAGER: pager })).toBe('paged: # To display');
  expect(paged('script', { PAGER: 'false', PERF_PAGER: pager })).toBe('paged: shapes-nofp ');
  expect(paged('report --no-pager', { PAGER: pager })).toBe('shown: # To display');
  expect(paged('report', { PAGER: 'cat' })).toBe('shown: # To display');
  rmSync(read, { force: true });
  execFileSync('sh', ['-c', `${process.execPath} ${program} report ${onShapes}`], {
    env: { ...process.env, PAGER: pager },
  });
  expect(() => readFileSync(read)).toThrow();
});

test('a person who leaves the pager early has done nothing wrong', () => {
  const pager = join(folder, 'early');
  writeFileSync(pager, '#!/bin/sh\nhead -c 10 >/dev/null\n', { mode: 0o755 });
  const shown = atTerminal(`script ${onShapes}; echo code=$?`, { PAGER: pager });
  expect(shown).toContain('code=0');
  expect(shown).not.toMatch(/EPIPE|went away|internal error/);
});

const hasTmux = spawnSync('tmux', ['-V']).status === 0;
testWhere(hasTmux, 'tmux of 80 columns wraps no line of report', 'no tmux', () => {
  const socket = join(folder, 'tmux');
  const tmux = (...words: string[]): string =>
    execFileSync('tmux', ['-S', socket, ...words], { encoding: 'utf8' });
  const done = join(folder, 'done');
  const command = `${process.execPath} ${program} report ${onShapes} --no-pager; touch ${done}; exec sleep 60`;
  tmux('-f', '/dev/null', 'new-session', '-d', '-x', '80', '-y', '40', command);
  try {
    tmux('set-option', '-g', 'history-limit', '50000');
    spawnSync('sh', ['-c', `until test -e ${done}; do sleep 0.2; done`], { timeout: 30_000 });
    // With -J lines that were wrapped are joined.
    const lines = tmux('capture-pane', '-p', '-S', '-').trimEnd().split('\n');
    const joined = tmux('capture-pane', '-p', '-J', '-S', '-').trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(40);
    expect(joined.length).toBe(lines.length);
  } finally {
    tmux('kill-server');
  }
});
