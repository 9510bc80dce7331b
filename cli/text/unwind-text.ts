/** What `-v` says on stderr: by which tables stacks were unwound, and where they end. */

import { RowSource, stopReasonTexts, type UnwindCounters } from '../../unwinder';

const sourceTexts: readonly (readonly [RowSource, string])[] = [
  [RowSource.SFrame, 'SFrame'],
  [RowSource.Dwarf, 'DWARF'],
  [RowSource.FramePointer, 'frame pointer'],
  [RowSource.Trampoline, 'code known by its instructions'],
  [RowSource.None, 'none: no table covers the address'],
];

/** Lines for a person. */
export function formatUnwindCounters(counters: UnwindCounters): string {
  const { framesBySource, stops } = counters;
  const frames = framesBySource.reduce((sum, count) => sum + count, 0);
  const samples = stops.reduce((sum, count) => sum + count, 0);
  const share = (part: number, whole: number): string =>
    `${((100 * part) / Math.max(1, whole)).toFixed(2)}%`.padStart(8);
  let text = `perf-sframe: ${frames} user frames in ${samples} stacks; their callers were found by\n`;
  for (const [source, name] of sourceTexts) {
    if (framesBySource[source] > 0)
      text += `    ${share(framesBySource[source], frames)}  ${name} (${framesBySource[source]})\n`;
  }
  text += `    ${share(counters.generalFrames, frames)}  of all by rows that needed the general path\n`;
  text += 'perf-sframe: stacks end by\n';
  for (const { reason, count } of [...stops]
    .map((count, reason) => ({ reason, count }))
    .sort((a, b) => b.count - a.count)) {
    if (count > 0) text += `    ${share(count, samples)}  ${stopReasonTexts[reason]} (${count})\n`;
  }
  return text;
}
