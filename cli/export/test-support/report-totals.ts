/** What `report` of the built program counts, for comparison with what was exported. */

import { pathOf, run } from './run-export';

/**
 * Self weights by function, without what has no name. @param symbols what is sorted by
 */
export function reportedSelf(recording: string, weight: 'period' | 'sample' = 'period'): Map<string, number> {
  const { stdout } = run(
    'report',
    ...['-i', pathOf(recording), '--no-children', '-g', 'none', '--sort', 'sym', '--no-group'],
    ...['-F', `${weight},sym`, '-t', ';', '-q', '--no-inline'],
  );
  const rows = stdout
    .trim()
    .split('\n')
    .filter((row) => row !== '');
  const self = new Map<string, number>();
  for (const row of rows) {
    const [count, name] = row.split(/;(.*)/);
    const text = name.replace(/^\s*\[.\] /, '').trim();
    self.set(text, (self.get(text) ?? 0) + Number(count));
  }
  return named(self);
}

/** Only functions with names: each format writes addresses in its own way. Sorted, none of weight 0. */
export function named(self: ReadonlyMap<string, number>): Map<string, number> {
  return new Map([...self].filter(([name, weight]) => !/^(0x|\[)/.test(name) && weight !== 0).sort());
}
