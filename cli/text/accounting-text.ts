/** What `-v` says on stderr of the samples: how many were read, and what became of each; and of records that told nothing. */

import type { Session } from '../../profile';

/** Lines for a person. */
export function formatAccounting({ accounting, lostSamples, lostRecords }: Session): string {
  const { read, shown, filtered, skipped, skippedRecords } = accounting;
  // Both kinds of records tell of the same losses.
  const lost = Math.max(lostSamples, lostRecords);
  let text = `perf-sframe: ${read + lost} samples = ${shown} shown + ${filtered} filtered + ${lost} lost while recording + ${skipped} skipped\n`;
  if (skippedRecords.length > 0) {
    const types = skippedRecords.map(({ name, count }) => `${count} ${name}`).join(', ');
    text += `perf-sframe: records that say nothing of samples and stacks: ${types}\n`;
  }
  return text;
}
