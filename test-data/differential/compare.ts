/** Runs one row and shows the difference between perf's text and ours; compare.mjs is the command. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPerfOutput } from './perf-output';
import { programArguments, runProgram } from './program-output';
import { findSet, listRecordings, recordingSets } from './recording-sets';
import { withoutChance } from './text-difference';

const shownLines = 80;

function listAll(): void {
  for (const set of recordingSets) {
    for (const name of listRecordings(set)) console.log(`${set.name}/${name}`);
  }
}

function showDifference(expected: string, actual: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'compare-'));
  try {
    writeFileSync(join(folder, 'perf'), expected, 'latin1');
    writeFileSync(join(folder, 'perf-sframe'), actual, 'latin1');
    execFileSync('diff', ['-u', 'perf', 'perf-sframe'], {
      cwd: folder,
      encoding: 'latin1',
      maxBuffer: 1 << 30,
    });
  } catch (error) {
    const lines = (error as { stdout: string }).stdout.split('\n');
    console.log(lines.slice(0, shownLines).join('\n'));
    if (lines.length > shownLines) console.log(`… ${lines.length - shownLines} more lines of difference`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function main(recordingName: string | undefined, words: string[]): Promise<number> {
  if (recordingName === undefined) {
    listAll();
    return 0;
  }
  const set = findSet(recordingName);
  const recording = recordingName.slice(set.name.length + 1);
  const options = words.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ');
  const [expected, actual] = await Promise.all([
    readPerfOutput(set, recording, options),
    runProgram(set, recording, options),
  ]);
  console.log(`perf-sframe ${programArguments(set, recording, options).join(' ')}`);
  if (actual.stderr !== '') console.log(actual.stderr);
  const ours = withoutChance(actual.stdout.toString('latin1'));
  const perfs = withoutChance(expected.toString('latin1'));
  const equal = ours === perfs && actual.exitCode === 0;
  if (!equal) showDifference(perfs, ours);
  console.log(equal ? 'equal' : `different (exit code ${actual.exitCode})`);
  return equal ? 0 : 1;
}

const [recordingName, ...rest] = process.argv.slice(2);
void main(recordingName, rest[0] === '--' ? rest.slice(1) : rest).then((code) => (process.exitCode = code));
