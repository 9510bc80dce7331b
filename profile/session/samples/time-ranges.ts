/**
 * The option --time (perf 7.2: util/time-utils.c):
 *
 *   12.5,13            from 12.5 s to 13 s of the recording's clock; either end may be left out
 *   1,2 4,5            several, separated by spaces, in order and apart
 *   10%                the first tenth of the time between first and last sample
 *   10%/2,10%/4        the second and the fourth tenth
 *   0%-10%,30%-40%     by percentages
 *
 * Times are nanoseconds as BigInt here: ranges are parsed once and turned into doubles by the recording's time base.
 */

import { UsageError } from '../usage-error';

/** Both ends belong to the range; 0 stands for an open end. */
export interface TimeRange {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

/** First and last sample of a recording, of its feature SAMPLE_TIME. */
export interface SampleTimes {
  readonly firstNs: bigint;
  readonly lastNs: bigint;
}

/**
 * Parses the option's argument.
 * @param span needed for percentages; undefined where the recording does not tell
 * @throws UsageError
 */
export function parseTimeRanges(text: string, span: SampleTimes | undefined): TimeRange[] {
  if (!text.includes('%')) return parseAbsolute(text);
  if (!span) {
    throw new UsageError(
      `--time ${text}: the recording does not tell the times of its first and last sample (perf record --timestamp-boundary does)`,
    );
  }
  if (text.includes('/')) return text.split(',').map((part) => parseSlice(part, text, span));
  if (text.includes('-')) return text.split(',').map((part) => parsePercentRange(part, text, span));
  return [parseSlice(`${text}/1`, text, span)];
}

function parseAbsolute(text: string): TimeRange[] {
  const parts = text.trim().split(/\s+/);
  const ranges = parts.map((part) => {
    const ends = part.split(',');
    if (ends.length !== 2) throw invalid(text, 'a range is START,STOP');
    const range = { startNs: parseSeconds(ends[0], text), endNs: parseSeconds(ends[1], text) };
    if (range.endNs !== 0n && range.endNs < range.startNs)
      throw invalid(text, 'a range ends before it starts');
    return range;
  });
  for (let i = 1; i < ranges.length; i++) {
    if (ranges[i - 1].endNs >= ranges[i].startNs) throw invalid(text, 'ranges overlap or are out of order');
  }
  return ranges;
}

function parseSeconds(text: string, whole: string): bigint {
  if (text === '') return 0n;
  const match = /^(\d+)(?:\.(\d{0,9}))?$/.exec(text);
  if (!match) throw invalid(whole, `'${text}' is not a time in seconds`);
  return BigInt(match[1]) * 1_000_000_000n + BigInt((match[2] ?? '').padEnd(9, '0'));
}

function parseSlice(part: string, whole: string, span: SampleTimes): TimeRange {
  const match = /^([\d.]+)%\/(-?\d+)$/.exec(part.trim());
  if (!match) throw invalid(whole, `'${part}' is not a slice such as 10%/2`);
  const percent = Number(match[1]) / 100;
  const slice = Number(match[2]);
  return percentRange(percent * (slice - 1), percent * slice, whole, span);
}

function parsePercentRange(part: string, whole: string, span: SampleTimes): TimeRange {
  const match = /^([\d.]+)%-([\d.]+)%$/.exec(part.trim());
  if (!match) throw invalid(whole, `'${part}' is not a range such as 0%-10%`);
  return percentRange(Number(match[1]) / 100, Number(match[2]) / 100, whole, span);
}

function percentRange(start: number, end: number, whole: string, span: SampleTimes): TimeRange {
  if (!(start >= 0 && start <= 1 && end >= 0 && end <= 1)) throw invalid(whole, 'it leaves 0% to 100%');
  const total = Number(span.lastNs - span.firstNs);
  const startNs = span.firstNs + BigInt(Math.round(start * total));
  let endNs = span.firstNs + BigInt(Math.round(end * total));
  // Neighbouring slices do not share a sample.
  if (endNs > startNs && endNs !== span.lastNs) endNs -= 1n;
  return { startNs, endNs };
}

function invalid(text: string, reason: string): UsageError {
  return new UsageError(`--time ${text}: ${reason}`);
}
