/**
 * Times of a recording as exact doubles. A 64-bit time in nanoseconds exceeds 2^53 after 104 days of uptime,
 * so times are counted from the first one seen: `delta = time - base`, exact while the recording itself is
 * shorter than 104 days.
 */

import { TWO_POW_32 } from '../../bytes';

const NS_PER_SECOND = 1_000_000_000;

export class TimeBase {
  private isSet = false;
  private baseLow = 0;
  private baseHigh = 0;
  private baseSeconds = 0;
  private baseNs = 0;

  /** Nanoseconds since the first time that was given here (which may come out later than others: negative). */
  delta(timeLow: number, timeHigh: number): number {
    if (!this.isSet) {
      this.isSet = true;
      this.baseLow = timeLow;
      this.baseHigh = timeHigh;
      const base = (BigInt(timeHigh) << 32n) | BigInt(timeLow);
      this.baseSeconds = Number(base / BigInt(NS_PER_SECOND));
      this.baseNs = Number(base % BigInt(NS_PER_SECOND));
    }
    return (timeHigh - this.baseHigh) * TWO_POW_32 + (timeLow - this.baseLow);
  }

  /** Whole seconds of the time that has a delta. */
  secondsOf(delta: number): number {
    return this.baseSeconds + Math.floor((this.baseNs + delta) / NS_PER_SECOND);
  }

  /** Nanoseconds within the second of the time that has a delta. */
  nanosecondsOf(delta: number): number {
    const ns = (this.baseNs + delta) % NS_PER_SECOND;
    return ns < 0 ? ns + NS_PER_SECOND : ns;
  }
}
