/** Branches weigh the cycles before them: what `script` prints of each branch, which equals perf's text. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { repositoryFolder } from '../../../test-data/test-support/places';
import { writeRecordings, writtenFolder } from '../../../test-data/written';

beforeAll(writeRecordings);

function run(...words: string[]): string {
  const program = join(repositoryFolder, 'bin/perf-sframe.js');
  const input = join(writtenFolder, 'data/branches-counted.data');
  return execFileSync(process.execPath, [program, ...words, '-q', '-i', input], { encoding: 'utf8' });
}

test('weights of branches add up to their cycles, at least 1 each', () => {
  const printed = [...run('script', '-F', 'comm,brstack').matchAll(/\/(\d+)\/\S*\/\S*(?=\s|$)/g)];
  const cycles = printed.map(([, count]) => Number(count));
  expect(cycles.length).toBeGreaterThan(10);
  const weights = cycles.map((count) => Math.max(count, 1));
  const rows = run('report', '--stdio', '-s', 'weight').matchAll(/^ +[\d.]+% +(\d+)/gm);
  const shown = [...rows].map(([, weight]) => Number(weight));
  expect(shown.reduce((sum, weight) => sum + weight, 0)).toBe(
    weights.reduce((sum, weight) => sum + weight, 0),
  );
  const local = run('report', '--stdio', '-s', 'local_weight').matchAll(/^ +[\d.]+% +(\d+)/gm);
  expect([...local].map(([, weight]) => Number(weight)).sort()).toEqual([...new Set(weights)].sort());
});
