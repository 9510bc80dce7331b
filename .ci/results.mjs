/**
 * What a run of jest came to, from the file that `--json --outputFile` writes: prints `PASSED FAILED LEFT_OUT` on standard output,
 * and appends a line for each test that failed to a file, so that `.ci/run` can name them in its last lines.
 *
 *   node .ci/results.mjs RESULTS.json FAILURES.txt [AGAIN.json…]   # tests that passed in a later run count as passed, and are named
 *   node .ci/results.mjs --failed RESULTS.json [AGAIN.json…]       # a pattern for jest -t: comparisons with perf that passed in none
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** Longest line of a failure: a name and the beginning of what was said of it. */
const LINE_LENGTH = 240;

const isFailed = ({ status }) => status === 'failed';
const readResults = (path) => JSON.parse(readFileSync(path, 'utf8'));
const testsOf = ({ testResults }) =>
  testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map((test) => ({ ...test, suite: name })),
  );
const nameOf = ({ suite, fullName }) => `${suite}: ${fullName}`;

/** The tests that passed in any of the later runs, those that were made. */
function passedIn(paths) {
  const tests = paths.filter(existsSync).flatMap((path) => testsOf(readResults(path)));
  return new Set(tests.filter(({ status }) => status === 'passed').map(nameOf));
}

/** Prints what to ask again. Recordings made anew change nothing for the other tests, nor for a suite that could not run. */
function printFailed(resultsPath, ...againPaths) {
  const passedAgain = passedIn(againPaths);
  const failed = testsOf(readResults(resultsPath)).filter(
    (test) =>
      isFailed(test) && test.suite.includes('/test-data/differential/') && !passedAgain.has(nameOf(test)),
  );
  console.log(failed.map(({ fullName }) => `^${fullName.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`).join('|'));
}

function printCounts(resultsPath, failuresPath, ...againPaths) {
  const results = readResults(resultsPath);
  const passedAgain = passedIn(againPaths);
  const oneLine = (text) => stripVTControlCharacters(text).replace(/\s+/g, ' ').trim();
  let agreedLater = 0;
  const failures = results.testResults.flatMap((suite) => {
    const path = relative(process.cwd(), suite.name);
    const failed = suite.assertionResults.filter(isFailed);
    if (failed.length === 0 && isFailed(suite)) return [`${path}: ${oneLine(suite.message)}`];
    return failed.map((test) => {
      const isPassed = passedAgain.has(nameOf({ suite: suite.name, fullName: test.fullName }));
      if (isPassed) agreedLater++;
      const when = isPassed ? 'differed on the first recording only: ' : '';
      return `${when}${path}: ${test.fullName}: ${oneLine(test.failureMessages.join(' '))}`;
    });
  });
  appendFileSync(failuresPath, failures.map((line) => `${line.slice(0, LINE_LENGTH)}\n`).join(''));

  const leftOut = testsOf(results).filter(({ status }) => status === 'pending');
  for (const test of leftOut) console.error(`left out: ${test.fullName}`);
  // A suite that could not run has no tests to count: it counts as one failure.
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites - agreedLater;
  console.log(results.numPassedTests + agreedLater, failed, leftOut.length);
}

const [first, ...others] = process.argv.slice(2);
if (first === '--failed') printFailed(...others);
else printCounts(first, ...others);
