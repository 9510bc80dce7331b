/**
 * What a run of jest came to, from the file that `--json --outputFile` writes: prints `PASSED FAILED LEFT_OUT` on standard output,
 * and appends a line for each test that failed to a file, so that `.ci/run` can name them in its last lines.
 *
 *   node .ci/results.mjs RESULTS.json FAILURES.txt
 *   node .ci/results.mjs RESULTS.json --fresh-rows     # a pattern for jest -t, if only rows of recordings made in this run failed
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** Longest line of a failure: a name and the beginning of what was said of it. */
const LINE_LENGTH = 240;

const FRESH = /\/(injected-)?fresh\.test\.ts$/;

const [resultsPath, failuresPath] = process.argv.slice(2);
const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, testResults } = JSON.parse(
  readFileSync(resultsPath, 'utf8'),
);

if (failuresPath === '--fresh-rows') {
  const failed = testResults.flatMap(({ name, assertionResults, status }) => {
    const tests = assertionResults.filter((test) => test.status === 'failed');
    if (status === 'failed' && tests.length === 0) return [{ isFresh: false }];
    return tests.map(({ fullName }) => ({ isFresh: FRESH.test(name), fullName }));
  });
  const escaped = failed.map(({ fullName }) => fullName?.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  if (failed.every(({ isFresh }) => isFresh)) console.log(escaped.join('|'));
  process.exit();
}

const oneLine = (text) => stripVTControlCharacters(text).replace(/\s+/g, ' ').trim();
const failures = testResults.flatMap((suite) => {
  const path = relative(process.cwd(), suite.name);
  const failed = suite.assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0 && suite.status === 'failed') return [`${path}: ${oneLine(suite.message)}`];
  return failed.map((test) => `${path}: ${test.fullName}: ${oneLine(test.failureMessages.join(' '))}`);
});
appendFileSync(failuresPath, failures.map((line) => `${line.slice(0, LINE_LENGTH)}\n`).join(''));

const leftOut = testResults
  .flatMap((suite) => suite.assertionResults)
  .filter((test) => test.status === 'pending');
for (const test of leftOut) console.error(`left out: ${test.fullName}`);
// A suite that could not run has no tests to count: it counts as one failure.
console.log(numPassedTests, numFailedTests + numRuntimeErrorTestSuites, leftOut.length);
