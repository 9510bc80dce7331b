/** docs/kernel-rules.md lists every rule as it is applied, each with a test that is there. */

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { kernelRules } from './rules';

const page = readFileSync(join(__dirname, '../../docs/kernel-rules.md'), 'utf8');
const rows = [...page.matchAll(/^\| `([\w-]+)` \| ([\w-]+) \| (.*?) \| (.*?) \| (.*?) \|$/gm)];
const tests = readdirSync(__dirname)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(__dirname, name), 'utf8'))
  .join('\n');

test('the page has the rules of the table', () => {
  const listed = rows.map(([, id, consequence, message, source]) => [
    id,
    consequence,
    message,
    source.replace(/`/g, ''),
  ]);
  const applied = Object.values(kernelRules).map(({ id, consequence, message, source }) => [
    id,
    consequence,
    message,
    source,
  ]);
  expect(listed).toEqual(applied);
});

test.each(rows.map(([, id, , , , name]) => [id, name]))('%s has its test', (_id, name) => {
  expect(tests).toMatch(new RegExp(`test(\\.each\\([^]*?\\))?\\([^]*?'${name.replace(/[+()]/g, '\\$&')}`));
});
