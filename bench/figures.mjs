// Figures of the last run, by recording and row, in bench/figures.json: ratios, which mean the same on another machine.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const file = join(dirname(fileURLToPath(import.meta.url)), 'figures.json');
/** What is worse by more is said loudly. */
const TOLERANCE = 1.1;

/** How a figure is said to be worse, by its name. */
const sentences = {
  faster: ({ was, now }) => `${now.toFixed(2)} times as fast as perf, was ${was.toFixed(2)} times`,
  fasterByCpu: ({ was, now }) =>
    `takes 1/${now.toFixed(2)} of perf's processor time, was 1/${was.toFixed(2)}`,
  memory: ({ was, now }) => `${now.toFixed(2)} of perf's memory, was ${was.toFixed(2)}`,
  framesPerSecond: ({ was, now }) => `${now.toFixed(0)} frames a second, was ${was.toFixed(0)}`,
};
const moreIsWorse = new Set(['memory']);

function readFigures() {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/**
 * Keeps a run's figures, and says which are worse than those of the run before.
 * @param subject what was measured: a recording's name
 * @param rows figures by row
 * @param context what absolute figures depend on: versions and machine
 */
export function keepFigures(subject, rows, context) {
  const figures = readFigures();
  const before = figures[subject]?.rows ?? {};
  const worse = [];
  for (const [row, now] of Object.entries(rows)) {
    for (const [name, sentence] of Object.entries(sentences)) {
      const pair = { was: before[row]?.[name], now: now[name] };
      if (pair.was === undefined || pair.now === undefined) continue;
      const factor = moreIsWorse.has(name) ? pair.now / pair.was : pair.was / pair.now;
      if (factor > TOLERANCE) worse.push(`${subject}, ${row}: ${sentence(pair)}`);
    }
  }
  figures[subject] = { ...context, rows: { ...before, ...rows } };
  writeFileSync(file, `${JSON.stringify(figures, null, 2)}\n`);
  if (worse.length === 0) return;
  const line = '!'.repeat(100);
  console.log(`\n${line}\nWORSE THAN IN THE LAST RUN BY MORE THAN 10 %:`);
  for (const text of worse) console.log(`  ${text}`);
  console.log(line);
}
