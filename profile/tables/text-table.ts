/** Texts as small integers: equal texts, equal integers. */
export class TextTable {
  readonly texts: string[] = [];
  private readonly indexes = new Map<string, number>();

  /** The index of a text in {@link texts}. */
  intern(text: string): number {
    let index = this.indexes.get(text);
    if (index === undefined) {
      index = this.texts.length;
      this.indexes.set(text, index);
      this.texts.push(text);
    }
    return index;
  }
}
