/** Integers from 0 on, in lists by a key of each: two columns, where a million arrays would be most of a report's memory. */
export class IntegerLists {
  /** By key, where its list begins in {@link values}; one more for the end. */
  private readonly starts: Int32Array;
  private readonly values: Int32Array;

  /** @param keyOf a small integer, for each of the integers below `count`; negative: in no list */
  constructor(count: number, keyOf: (value: number) => number) {
    const keys = new Int32Array(count);
    let keyCount = 0;
    for (let value = 0; value < count; value++) {
      keys[value] = keyOf(value);
      if (keys[value] >= keyCount) keyCount = keys[value] + 1;
    }
    this.starts = new Int32Array(keyCount + 1);
    for (const key of keys) if (key >= 0) this.starts[key + 1]++;
    for (let key = 0; key < keyCount; key++) this.starts[key + 1] += this.starts[key];
    const next = this.starts.slice();
    this.values = new Int32Array(this.starts[keyCount]);
    for (let value = 0; value < count; value++) {
      if (keys[value] >= 0) this.values[next[keys[value]]++] = value;
    }
  }

  /** Those with a key, in their order. */
  of(key: number): Int32Array {
    const { starts, values } = this;
    return key + 1 < starts.length ? values.subarray(starts[key], starts[key + 1]) : new Int32Array(0);
  }
}
