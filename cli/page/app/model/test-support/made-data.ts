/** Data of a page from a few stacks, for tests of what is counted. */

import { labelKinds, NO_LINE, packColumns, type LabelKind } from '../../../page-format';
import type { ProfileData } from '../profile-data';
import type { Selection } from '../selection';

export interface MadeSample {
  /** Functions from the outermost to the innermost, "name" or "kind:name". */
  readonly stack: readonly string[];
  readonly period?: number;
  readonly count?: number;
  readonly timeUs?: number;
  readonly thread?: string;
  readonly recording?: number;
  readonly stop?: number;
  readonly event?: number;
}

/** Everything of the first event. */
export const everything: Selection = {
  event: 0,
  unit: 'period',
  range: undefined,
  threads: undefined,
  stops: undefined,
};

/** Label of a function of {@link makeData}. */
export function labelOf(data: ProfileData, name: string): number {
  return Array.from(data.columns.labelName).findIndex((text) => data.strings[text] === name);
}

export function makeData(samples: readonly MadeSample[], recordings = 1): ProfileData {
  const strings: string[] = [];
  const text = (value: string): number => indexIn(strings, value);
  const labels: string[] = [];
  const threads: string[] = [];
  const nodes: { parent: number; label: number }[] = [];
  const nodeByKey = new Map<string, number>();
  const nodeOf = (stack: readonly string[]): number => {
    let parent = -1;
    for (const name of stack) {
      const label = indexIn(labels, name);
      const key = `${parent} ${label}`;
      const known = nodeByKey.get(key) ?? nodes.push({ parent, label }) - 1;
      nodeByKey.set(key, known);
      parent = known;
    }
    return parent;
  };
  const inOrder = [...samples].sort((a, b) => (a.timeUs ?? 0) - (b.timeUs ?? 0));
  const rows = inOrder.map((sample) => {
    const { stack, thread = 'main', recording = 0 } = sample;
    return { ...sample, node: nodeOf(stack), threadNumber: indexIn(threads, `${recording} ${thread}`) };
  });
  const named = labels.map((label) => (label.includes(':') ? label.split(':') : ['user', label]));
  const columns = {
    labelName: Int32Array.from(named, ([, name]) => text(name)),
    labelBinary: Int32Array.from(named, () => text('a.out')),
    labelKind: Uint8Array.from(named, ([kind]) => labelKinds.indexOf(kind as LabelKind)),
    nodeParent: Int32Array.from(nodes, ({ parent }) => parent),
    nodeLabel: Int32Array.from(nodes, ({ label }) => label),
    nodeLine: new Int32Array(nodes.length).fill(NO_LINE),
    threadName: Int32Array.from(threads, (thread) => text(thread.slice(2))),
    threadRecording: Uint8Array.from(threads, (thread) => Number(thread[0])),
    sampleNode: Int32Array.from(rows, ({ node }) => node),
    sampleThread: Int32Array.from(rows, ({ threadNumber }) => threadNumber),
    sampleEvent: Uint8Array.from(rows, ({ event = 0 }) => event),
    sampleStop: Uint8Array.from(rows, ({ stop = 0 }) => stop),
    sampleTimeNs: Float64Array.from(rows, ({ timeUs = 0 }) => timeUs * 1000),
    samplePeriod: Float64Array.from(rows, ({ period = 1 }) => period),
    sampleCount: Int32Array.from(rows, ({ count = 1 }) => count),
  };
  return {
    recordings: Array.from({ length: recordings }, (_, r) => ({ name: `recording ${r}`, hasTimes: true })),
    events: ['cycles', 'faults'],
    periodUnits: ['count', 'count'],
    stops: ['outermost frame', 'cut'],
    view: 'flame',
    unit: 'period',
    firstEvent: 0,
    strings,
    packed: packColumns(columns).packed,
    columns,
  };
}

function indexIn(list: string[], value: string): number {
  const known = list.indexOf(value);
  return known >= 0 ? known : list.push(value) - 1;
}
