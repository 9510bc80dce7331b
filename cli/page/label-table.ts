/** Labels of a page, each once, over one recording or two. */

import { labelKinds } from './page-format';
import type { FrameLabel } from './frame-labels';

type Label = Omit<FrameLabel, 'line'>;

export class LabelTable {
  readonly labels: Label[] = [];
  /** By label, the recordings that have it: bit 0 for the first, bit 1 for the second. */
  private readonly usedBy: number[] = [];
  private readonly byKey = new Map<string, number>();

  /**
   * @param isDifference whether what is inlined in one recording and called in the other is one function: its place does not
   * tell labels apart then
   */
  constructor(private readonly isDifference: boolean) {}

  intern(label: Label, recording: number): number {
    const isFunction = label.kind !== 'thread' && label.kind !== 'cut';
    const kind = this.isDifference && isFunction ? 'function' : label.kind;
    const key = `${kind}\0${label.binary}\0${label.name}`;
    let index = this.byKey.get(key);
    if (index === undefined) {
      index = this.labels.push(label) - 1;
      this.usedBy.push(0);
      this.byKey.set(key, index);
    }
    this.usedBy[index] |= 1 << recording;
    return index;
  }

  /**
   * Functions of a binary that only one recording has, under another name in the other (server-v1, server-v2): by label the one
   * that stands for both. A function counts as the same where its name is in one such binary of each.
   */
  matchRenamed(): Int32Array {
    const same = Int32Array.from(this.labels, (_, index) => index);
    const onlyIn = (recording: number): Map<string, number[]> => {
      const byName = new Map<string, number[]>();
      this.labels.forEach(({ name, kind }, index) => {
        if (this.usedBy[index] !== 1 << recording || kind === 'unknown' || kind === 'cut') return;
        byName.set(name, [...(byName.get(name) ?? []), index]);
      });
      return byName;
    };
    const after = onlyIn(1);
    for (const [name, before] of onlyIn(0)) {
      const [now] = after.get(name) ?? [];
      if (before.length === 1 && after.get(name)?.length === 1) same[now] = before[0];
    }
    return same;
  }

  /** The column of kinds. */
  get kinds(): Uint8Array {
    return Uint8Array.from(this.labels, ({ kind }) => labelKinds.indexOf(kind));
  }
}
