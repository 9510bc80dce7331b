/** Values by small integers: those of equal keys are one. */
export class KeyedTable<Value> {
  readonly values: Value[] = [];
  private readonly indexes = new Map<string, number>();

  /** @param keyOf what tells values apart */
  constructor(private readonly keyOf: (value: Value) => string) {}

  /** The index of a value in {@link values}; the first of equal ones is kept. */
  intern(value: Value): number {
    const key = this.keyOf(value);
    let index = this.indexes.get(key);
    if (index === undefined) {
      index = this.values.push(value) - 1;
      this.indexes.set(key, index);
    }
    return index;
  }
}
