/** What CI is given: accepted findings, thresholds, and reports in the forms of others, each read back by what it is for. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Ajv from 'ajv';
import draft4 from 'ajv/lib/refs/json-schema-draft-04.json';
import { validateXML } from 'xmllint-wasm';
import { makeElf } from '../../../sframe/test-support/made-image';
import { runProgram } from '../../../test-data/test-support/program';

let folder: string;

/** wrong.so: two functions, one in .plt.got, whose CFA is 16 where .eh_frame says 8. half.so covers half. none.so has no table. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sframe-ci-'));
  mkdirSync(join(folder, 'lib'));
  const code = [
    { name: '.plt.got', svma: 0x1000, sizeBytes: 0x20 },
    { name: '.text', svma: 0x2000, sizeBytes: 0x40 },
  ];
  const ehFrame = [
    { start: 0x1000, sizeBytes: 0x20 },
    { start: 0x2000, sizeBytes: 0x20 },
  ];
  const fdes = ehFrame.map((place) => ({ ...place, fres: [{ start: 0, words: [16] }] }));
  const good = ehFrame.map((place) => ({ ...place, fres: [{ start: 0, words: [8] }] }));
  writeFileSync(join(folder, 'lib/wrong.so'), makeElf({ abi: 3, code, ehFrame, sframe: { fdes } }));
  writeFileSync(
    join(folder, 'lib/half.so'),
    makeElf({ abi: 3, code, ehFrame, sframe: { fdes: good.slice(1) } }),
  );
  writeFileSync(join(folder, 'none.so'), makeElf({ abi: 3, code, ehFrame }));
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: string[]) {
  const { stdout, stderr, status } = runProgram(['sframe', ...args], { cwd: folder });
  return { stdout, stderr, exitCode: status };
}

test.each([
  [[], 3],
  [['--allow', 'wrong-cfa'], 0],
  [['--allow', 'wrong-cfa:.plt.got'], 3],
  [['--allow', 'wrong-cfa:.plt.got', '--allow', 'wrong-cfa:0x2000'], 0],
  [['--allow', 'wrong-ra'], 3],
  [['--allow', ':x'], 2],
])('verify %j', (options, exitCode) => {
  expect(run('verify', ...options, 'lib/wrong.so').exitCode).toBe(exitCode);
});

test('a baseline accepts what it lists, and nothing that came later', () => {
  expect(run('verify', '--write-baseline', 'baseline.json', 'lib/half.so').exitCode).toBe(0);
  expect(run('verify', '--baseline', 'baseline.json', 'lib/wrong.so').exitCode).toBe(3);
  expect(run('verify', '--write-baseline', 'baseline.json', 'lib').exitCode).toBe(0);
  const { findings } = JSON.parse(readFileSync(join(folder, 'baseline.json'), 'utf8')) as {
    findings: { file: string; kind: string; section: string }[];
  };
  expect(findings.map(({ file, kind, section }) => [file, kind, section])).toEqual([
    ['lib/wrong.so', 'wrong-cfa', '.plt.got'],
    ['lib/wrong.so', 'wrong-cfa', '.text'],
  ]);
  const accepted = run('verify', '--baseline', 'baseline.json', 'lib');
  expect(accepted.exitCode).toBe(0);
  expect(accepted.stdout).toContain('2 findings are accepted\n');
  writeFileSync(join(folder, 'other.json'), '{}');
  expect(run('verify', '--baseline', 'other.json', 'lib')).toMatchObject({ exitCode: 1, stdout: '' });
});

test('exit codes tell apart what differs, what cannot be read and what has no table', () => {
  expect(run('verify', 'lib/half.so').exitCode).toBe(0);
  expect(run('verify', 'none.so').exitCode).toBe(4);
  expect(run('verify', 'missing', 'lib/wrong.so', 'none.so').exitCode).toBe(1);
  expect(run('verify', 'lib/wrong.so', 'none.so').exitCode).toBe(3);
  expect(run('verify', '.').exitCode).toBe(3);
});

test('--require-sframe: files below folders must have a table', () => {
  const options = ['verify', '--allow', 'wrong-cfa'];
  expect(run(...options, '.').exitCode).toBe(0);
  const required = run(...options, '--require-sframe', '.');
  expect(required.exitCode).toBe(4);
  expect(required.stdout).toContain('none.so: no SFrame section\n');
});

test('coverage --fail-under: by the code that any table covers', () => {
  expect(run('coverage', '--fail-under', '50', 'lib').exitCode).toBe(0);
  const tooLow = run('coverage', '--fail-under', '50.1%', 'lib');
  expect(tooLow.exitCode).toBe(3);
  expect(tooLow.stderr).toContain('lib/half.so: 50.0 % covered, less than 50.1 %\n');
  expect(run('coverage', '--fail-under', 'most', 'lib').exitCode).toBe(2);
});

/** By the JSON Schema of SARIF 2.1.0 (draft 4), as a package of Microsoft's has it. */
function expectSarif(text: string): void {
  const ajv = new Ajv({ schemaId: 'id', meta: false, allErrors: true, unknownFormats: 'ignore' });
  ajv.addMetaSchema(draft4);
  const path = require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
  const validate = ajv.compile(JSON.parse(readFileSync(path, 'utf8')) as object);
  const log = JSON.parse(text) as { runs: { results: object[] }[] };
  void validate(log);
  expect(validate.errors ?? []).toEqual([]);
  for (const { results } of log.runs) results.push({ ruleId: 'without-a-message' });
  expect(validate(log)).toBe(false);
}

test('SARIF 2.1.0: every result has a rule that is declared, a message and a file', () => {
  const { stdout, exitCode } = run('verify', '--format', 'sarif', 'lib', 'missing');
  expect(exitCode).toBe(1);
  expectSarif(stdout);
  expectSarif(run('verify', '--format', 'sarif', 'lib/half.so').stdout);
  const { version, runs } = JSON.parse(stdout) as {
    version: string;
    runs: {
      tool: { driver: { rules: { id: string }[] } };
      results: {
        ruleId: string;
        message: { text: string };
        locations: { physicalLocation: { artifactLocation: { uri: string } } }[];
      }[];
    }[];
  };
  expect([version, runs.length]).toEqual(['2.1.0', 1]);
  const [{ tool, results }] = runs;
  expect(tool.driver.rules.map(({ id }) => id)).toEqual(['unreadable', 'wrong-cfa']);
  expect(
    results.map(({ ruleId, message, locations }) => [
      ruleId,
      message.text,
      locations[0].physicalLocation.artifactLocation.uri,
    ]),
  ).toEqual([
    ['wrong-cfa', '0x1000: wrong CFA, 32 bytes', 'lib/wrong.so'],
    ['wrong-cfa', '0x2000: wrong CFA, 32 bytes', 'lib/wrong.so'],
    ['unreadable', 'missing: there is no such file', 'missing'],
  ]);
});

test('lines for the log of GitHub Actions', () => {
  expect(run('verify', '--format', 'github', 'lib').stdout).toBe(
    '::error file=lib/wrong.so,title=sframe verify%3A wrong-cfa::0x1000: wrong CFA, 32 bytes\n' +
      '::error file=lib/wrong.so,title=sframe verify%3A wrong-cfa::0x2000: wrong CFA, 32 bytes\n',
  );
});

test('JUnit: a test case for each file, valid by the schema', async () => {
  writeFileSync(join(folder, 'a<&".so'), makeElf({ abi: 3 }));
  const { stdout } = run('verify', '--format', 'junit', 'lib/half.so', 'lib/wrong.so', 'a<&".so', 'missing');
  expect(stdout).toContain('tests="4" failures="2" errors="1"');
  expect(stdout).toContain('name="a&lt;&amp;&quot;.so" time="0"><failure type="no-sframe"');
  expect(stdout).toContain('message="2 findings">wrong-cfa: 0x1000: wrong CFA, 32 bytes\nwrong-cfa: 0x2000:');
  // By the schema of Apache Ant's reports, which the package brings for its tests.
  const schema = readFileSync(
    join(dirname(require.resolve('jest-junit-reporter/package.json')), 'src/__tests__/fixtures/junit.xsd'),
    'utf8',
  );
  const validate = async (text: string) =>
    await validateXML({ xml: { fileName: 'report.xml', contents: text }, schema });
  expect((await validate(stdout)).errors).toEqual([]);
  const { stdout: good } = run('verify', '--format', 'junit', 'lib/half.so');
  expect((await validate(good)).errors).toEqual([]);
  expect((await validate(stdout.replace(' classname="sframe.verify"', ''))).valid).toBe(false);
});
