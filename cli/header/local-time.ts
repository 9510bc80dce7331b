/** Dates as perf prints them: in the local time of whoever looks. */

import { Feature, parseClockData, type Recording } from '../../parser';

const NS_PER_SECOND = 1_000_000_000;
const MS_PER_SECOND = 1000;

const dayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** As C's ctime: "Sun Nov  2 11:51:44 2026". */
export function formatDate(date: Date): string {
  const day = String(date.getDate()).padStart(2);
  return `${dayNames[date.getDay()]} ${monthNames[date.getMonth()]} ${day} ${formatTime(date)} ${date.getFullYear()}`;
}

/** "2026-11-22 11:51:44". */
export function formatDateTime(date: Date): string {
  const month = String(date.getMonth() + 1).padStart(2, '0');
  const day = String(date.getDate()).padStart(2, '0');
  return `${date.getFullYear()}-${month}-${day} ${formatTime(date)}`;
}

function formatTime(date: Date): string {
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/**
 * Turns times of samples (as deltas of the recording's time base) into times of day.
 * @returns undefined where the recording does not relate its clock to the time of day (perf record -k)
 */
export function timeOfDayFormatter(
  recording: Recording,
): ((timeDelta: number, nanoseconds: boolean) => string) | undefined {
  const reader = recording.openFeature(Feature.CLOCK_DATA);
  if (!reader) return undefined;
  const { timeOfDayNs, clockNs } = parseClockData(reader);
  const offset = timeOfDayNs - clockNs;
  const seconds = offset / BigInt(NS_PER_SECOND);
  const offsetSeconds = Number(seconds);
  const offsetNs = Number(offset - seconds * BigInt(NS_PER_SECOND));
  const { times } = recording;
  return (delta, nanoseconds) => {
    let ns = times.nanosecondsOf(delta) + offsetNs;
    const carry = Math.floor(ns / NS_PER_SECOND);
    ns -= carry * NS_PER_SECOND;
    const date = new Date((times.secondsOf(delta) + offsetSeconds + carry) * MS_PER_SECOND);
    const fraction = nanoseconds
      ? String(ns).padStart(9, '0')
      : String(Math.floor(ns / 1000)).padStart(6, '0');
    return `${formatDateTime(date)}.${fraction}`;
  };
}
