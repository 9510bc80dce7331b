/** What a view tells samples apart by that no profile keeps otherwise: values of its choice, interned. */

import type { RecordedEvent, Sample } from '../../parser';

export type SampleDetail = string | number;

/** Takes a value from a sample, which is reused after the call. */
export type DetailOfSample<T = SampleDetail> = (sample: Sample, event: RecordedEvent) => T;

/** A list takes some 150 bytes; of branches each pair of ends is one. */
const MOST_DETAILS = 500_000;
/** Of lists that are not kept since there are too many. */
export const FURTHER_DETAILS = -2;

/** Lists of values as small integers: equal lists, equal integers. */
export class DetailTable {
  readonly values: (readonly SampleDetail[])[] = [];
  private readonly indexes = new Map<SampleDetail, number>();

  /** @param most how many lists are kept */
  constructor(private readonly most = MOST_DETAILS) {}

  /** The index of a list in {@link values}, or {@link FURTHER_DETAILS}; the list is copied. */
  intern(details: readonly SampleDetail[]): number {
    const key = details.length === 1 ? details[0] : details.join('\0');
    let index = this.indexes.get(key);
    if (index === undefined) {
      if (this.values.length >= this.most) return FURTHER_DETAILS;
      index = this.values.length;
      this.indexes.set(key, index);
      this.values.push([...details]);
    }
    return index;
  }
}
