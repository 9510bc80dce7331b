/** The cases of docs/as-perf.md: rows of the table name those that make their texts differ from perf's. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryFolder } from '../test-support/places';
import type { RowGroup } from './row-group';

/** The names of all cases, each with whether --as-perf reproduces it. Lines of the document's tables begin with a name. */
function readCases(): ReadonlyMap<string, boolean> {
  const text = readFileSync(join(repositoryFolder, 'docs/as-perf.md'), 'utf8');
  const lines = text.matchAll(/^\| `([a-z0-9-]+)` \|.*$/gm);
  return new Map([...lines].map(([line, name]) => [name, line.endsWith('| yes |')]));
}

let known: ReadonlyMap<string, boolean> | undefined;

/** Why a row is not compared by what is printed by default alone. */
export interface RowCases {
  readonly names: readonly string[];
  /** Whether `--as-perf` prints what perf prints; else the row is left out. */
  readonly isReproduced: boolean;
}

/** A matcher for patterns of the table, where * stands for any characters. */
export function patternMatcher(pattern: string): RegExp {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`);
}

/**
 * The cases that make a row differ; undefined for none.
 * @param recording with its set: "fresh/threads-nofp"
 * @throws Error for a name that docs/as-perf.md does not have
 */
export function casesOfRow(
  { cases = {} }: RowGroup,
  recording: string,
  options: string,
): RowCases | undefined {
  known ??= readCases();
  const names = Object.keys(cases).filter((name) =>
    cases[name].some((pattern) => {
      const subject = pattern.includes(':') ? `${recording}: ${options}` : recording;
      return patternMatcher(pattern).test(subject);
    }),
  );
  if (names.length === 0) return undefined;
  const unknown = names.find((name) => !known?.has(name));
  if (unknown !== undefined) throw new Error(`docs/as-perf.md has no case '${unknown}'`);
  return { names, isReproduced: names.every((name) => known?.get(name)) };
}
