/** The table of functions: what was sampled in each, and what was sampled in it or in what it calls. */

import { labelKinds, NO_PARENT } from '../../page-format';
import type { ProfileData } from './profile-data';
import type { Counts } from './selection';

export interface FunctionRow {
  readonly label: number;
  /** By recording. */
  readonly self: readonly number[];
  readonly total: readonly number[];
  readonly totalSamples: readonly number[];
}

/** Nodes that lie below no node of the same label; such a label is counted once in a stack, however deep it recurses. */
export function markOutermost({ nodeLabel, nodeParent }: ProfileData['columns']): Uint8Array {
  const marks = new Uint8Array(nodeLabel.length);
  for (let node = 0; node < nodeLabel.length; node++) {
    const label = nodeLabel[node];
    let above = nodeParent[node];
    while (above !== NO_PARENT && nodeLabel[above] !== label) above = nodeParent[above];
    marks[node] = Number(above === NO_PARENT);
  }
  return marks;
}

/** One row for each function that counts anything, the heaviest first. @param outermost by {@link markOutermost} */
export function listFunctions(
  { columns, recordings }: ProfileData,
  outermost: Uint8Array,
  counts: Counts,
): FunctionRow[] {
  const { nodeLabel, labelName, labelKind } = columns;
  const zeros = (): Float64Array[] => recordings.map(() => new Float64Array(labelName.length));
  const [self, total, totalSamples] = [zeros(), zeros(), zeros()];
  for (let r = 0; r < recordings.length; r++) {
    const [ownSelf, ownTotal, samples] = [
      counts.self.weights[r],
      counts.total.weights[r],
      counts.total.samples[r],
    ];
    for (let node = 0; node < nodeLabel.length; node++) {
      const label = nodeLabel[node];
      self[r][label] += ownSelf[node];
      if (outermost[node] === 0) continue;
      total[r][label] += ownTotal[node];
      totalSamples[r][label] += samples[node];
    }
  }
  const rows: FunctionRow[] = [];
  for (let label = 0; label < labelName.length; label++) {
    if (totalSamples.every((samples) => samples[label] === 0)) continue;
    if (!isFunctionKind(labelKind[label])) continue;
    const of = (values: Float64Array[]): number[] => values.map((value) => value[label]);
    rows.push({ label, self: of(self), total: of(total), totalSamples: of(totalSamples) });
  }
  const weight = (row: FunctionRow): number => Math.max(...row.total);
  return rows.sort((a, b) => weight(b) - weight(a));
}

/** Threads, and why stacks are cut off, are not functions. */
function isFunctionKind(kind: number): boolean {
  return labelKinds[kind] !== 'thread' && labelKinds[kind] !== 'cut';
}
