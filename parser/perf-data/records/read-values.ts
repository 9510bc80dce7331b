/**
 * The values that PERF_SAMPLE_READ puts into a sample: those of the sample's own counter, or of its whole group
 * (read_format in include/uapi/linux/perf_event.h).
 *
 *   one     value | time_enabled? | time_running? | id? | lost?
 *   group   nr | time_enabled? | time_running? | (value | id? | lost?) × nr
 */

import * as c from '../constants';
import type { Sample } from './sample';
import { size64 } from './sample-layout';

/** Gets a counter's value (as a double, exact to 2^53) and its id. */
export type ReadValueVisitor = (value: number, id: number) => void;

/** Calls `visit` for each value of a sample that was decoded without error; for none where they carry no ids. */
export function visitReadValues(sample: Sample, readFormat: number, visit: ReadValueVisitor): void {
  if (sample.readOffset < 0 || (readFormat & c.PERF_FORMAT_ID) === 0) return;
  const { view, littleEndian } = sample;
  const timesSize =
    (readFormat & c.PERF_FORMAT_TOTAL_TIME_ENABLED ? 8 : 0) +
    (readFormat & c.PERF_FORMAT_TOTAL_TIME_RUNNING ? 8 : 0);
  if ((readFormat & c.PERF_FORMAT_GROUP) === 0) {
    const at = sample.readOffset;
    visit(size64(view, at, littleEndian), size64(view, at + 8 + timesSize, littleEndian));
    return;
  }
  const count = size64(view, sample.readOffset, littleEndian);
  const entrySize = 16 + (readFormat & c.PERF_FORMAT_LOST ? 8 : 0);
  let at = sample.readOffset + 8 + timesSize;
  for (let i = 0; i < count; i++, at += entrySize) {
    visit(size64(view, at, littleEndian), size64(view, at + 8, littleEndian));
  }
}
