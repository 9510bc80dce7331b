/** What `--json` prints, by the JSON Schemas of the package: members that a schema does not have are not let through. */

import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv from 'ajv';
import { describeWhere } from '../../test-data/test-support/left-out';
import { repositoryFolder, sharedCasesFolder } from '../../test-data/test-support/places';
import { runProgram } from '../../test-data/test-support/program';

const schemas = join(repositoryFolder, 'docs/schemas');
const programs = join(repositoryFolder, 'test-data/recordings/root/w/bin');
const cases = join(sharedCasesFolder, 'sframe');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sframe-schemas-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function expectValid(name: string, text: string): void {
  const ajv = new Ajv({ allErrors: true });
  const schema = JSON.parse(readFileSync(join(schemas, `sframe-${name}.schema.json`), 'utf8')) as object;
  const validate = ajv.compile(schema);
  const parsed = JSON.parse(text) as object;
  void validate(parsed);
  expect(validate.errors ?? []).toEqual([]);
  expect(validate({ ...parsed, more: 1 })).toBe(false);
}

function run(...args: string[]): string {
  return runProgram(['sframe', ...args]).stdout;
}

const document = (name: string, files: readonly string[]): string => {
  const commands: Readonly<Record<string, readonly string[]>> = {
    dump: ['dump'],
    coverage: ['coverage', '--limit', '0'],
    verify: ['verify', '--limit', '0'],
    kernel: ['verify', '--kernel'],
    make: ['make', '-o', folder],
    predict: ['coverage', '--predict'],
  };
  return run(...commands[name], '--json', ...files, join(folder, 'missing'));
};
const names = ['dump', 'coverage', 'verify', 'kernel', 'make', 'predict'];

test.each(names)('%s of the committed programs', (name) => expectValid(name, document(name, [programs])));

test('diff, and a baseline', () => {
  expectValid('diff', run('diff', '--json', join(programs, 'shapes-fp'), join(programs, 'shapes-nofp')));
  const baseline = join(folder, 'baseline.json');
  run('verify', '--write-baseline', baseline, programs);
  const text = readFileSync(baseline, 'utf8');
  expect(text).toContain('empty-signal-fde');
  expectValid('baseline', text);
});

describeWhere(existsSync(cases), 'documents of the shared cases', 'they are not here', () => {
  const files = existsSync(cases)
    ? readdirSync(cases)
        .filter((name) => /^(a64|bigra\.so|c-|discard|l\.a|m|odd$)/.test(name))
        .map((name) => join(cases, name))
    : [];
  test.each(names)('%s', (name) => expectValid(name, document(name, files)));
});
