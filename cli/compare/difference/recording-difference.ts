/**
 * `compare A B`: function by function the shares of two recordings' samples, or of their periods, which differences are more than noise,
 * and which callers appear or vanish. Plain data: the JSON that docs/compare.md describes.
 */

import { countsNanoseconds, type Session, UsageError } from '../../../profile';
import { COMPARISON_SCHEMA_VERSION } from '../methods/comparison-report';
import {
  FunctionSampleCounter,
  FunctionSamples,
  FunctionTable,
  UNKNOWN_SYMBOL,
  type FunctionName,
} from './function-samples';
import { believe, compareShares, compareWeights, type WeighedPart } from './share-statistics';

/** At most this share of what is called a change is chance. */
const FALSE_CHANGES = 0.05;

export interface DifferenceReport {
  readonly schema: 'perf-sframe-compare';
  readonly version: typeof COMPARISON_SCHEMA_VERSION;
  readonly kind: 'recordings';
  /** What shares are of. */
  readonly weight: WeightChoice;
  /** What weights are. */
  readonly unit: 'samples' | 'nanoseconds' | 'count';
  readonly a: RecordingReport;
  readonly b: RecordingReport;
  /** Largest changes first, then what may be noise. */
  readonly functions: readonly FunctionDifference[];
  readonly callers: readonly CallerDifference[];
}

export type WeightChoice = 'samples' | 'period';

export interface DifferenceOptions {
  readonly weight: WeightChoice;
  /** Name of the event to compare; undefined for the one with most samples. */
  readonly event: string | undefined;
}

export interface RecordingReport {
  readonly path: string;
  /** The event that is compared: the one with most samples, unless one is chosen. */
  readonly event: string;
  readonly samples: number;
  /** What all samples weigh. */
  readonly weight: number;
}

export interface ShareReport {
  /** Samples. */
  readonly a: number;
  readonly b: number;
  /** What these weigh. */
  readonly weightA: number;
  readonly weightB: number;
  /** Share in B less that in A, with its 95 % confidence interval; 0.01 is one percentage point. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** Probability that chance alone makes such a difference. */
  readonly probability: number;
  /** Whether it is believed, with all functions tested at once; else it may be noise. */
  readonly isChange: boolean;
}

export interface FunctionDifference extends FunctionName {
  readonly self: ShareReport;
  readonly total: ShareReport;
}

/** A call that only one of the recordings has. */
export interface CallerDifference {
  readonly change: 'appears' | 'vanishes';
  readonly caller: FunctionName;
  readonly callee: FunctionName;
  /** Samples in the recording that has it. */
  readonly samples: number;
  readonly probability: number;
  readonly isChange: boolean;
}

export interface RecordingInput {
  readonly path: string;
  readonly session: Session;
}

/** Reads both recordings and compares them. */
export function compareRecordings(
  a: RecordingInput,
  b: RecordingInput,
  options: DifferenceOptions,
): DifferenceReport {
  const table = new FunctionTable();
  const inA = countFunctions(a, table, options);
  const inB = countFunctions(b, table, options);
  mergeRenamedBinaries(table, inA, inB);
  return {
    schema: 'perf-sframe-compare',
    version: COMPARISON_SCHEMA_VERSION,
    kind: 'recordings',
    weight: options.weight,
    unit: unitOf(inA, inB, options.weight),
    a: { path: a.path, event: inA.event.name, samples: inA.samples, weight: inA.weight },
    b: { path: b.path, event: inB.event.name, samples: inB.samples, weight: inB.weight },
    functions: compareFunctions(table, inA, inB),
    callers: compareCallers(table, inA, inB),
  };
}

function unitOf(
  a: FunctionSamples,
  b: FunctionSamples,
  weight: WeightChoice,
): 'samples' | 'nanoseconds' | 'count' {
  if (weight === 'samples') return 'samples';
  return countsNanoseconds(a.event) && countsNanoseconds(b.event) ? 'nanoseconds' : 'count';
}

/** @throws UsageError where the recording has no event of the name, or no event at all */
function countFunctions(
  { session, path }: RecordingInput,
  table: FunctionTable,
  { weight, event: name }: DifferenceOptions,
): FunctionSamples {
  const counter = new FunctionSampleCounter(session, table);
  session.run((sample, event, thread, chain, isHidden) => {
    const isCounted = !isHidden && (name === undefined || event.name === name);
    if (isCounted) counter.addSample(event, thread, chain, weight === 'samples' ? 1 : sample.period);
  });
  const { events } = session.recording;
  const event = name === undefined ? events[0] : events.find((one) => one.name === name);
  if (!event) {
    const known = events.map((one) => one.name).join(', ');
    throw new UsageError(`${path}: no event ${name ?? 'at all'}${known && ` (it has ${known})`}`);
  }
  return counter.mainEvent ?? new FunctionSamples(event);
}

/**
 * A function that only A has and one of the same name that only B has, in a binary of another name, are the same: the
 * program was built under two names. Where several could be meant, none is.
 */
function mergeRenamedBinaries(table: FunctionTable, a: FunctionSamples, b: FunctionSamples): void {
  const onlyIn = (has: FunctionSamples, lacks: FunctionSamples): Map<string, number[]> => {
    const bySymbol = new Map<string, number[]>();
    table.names.forEach(({ symbol }, id) => {
      if (!has.total[id] || lacks.total[id] || symbol === UNKNOWN_SYMBOL) return;
      bySymbol.set(symbol, [...(bySymbol.get(symbol) ?? []), id]);
    });
    return bySymbol;
  };
  const onlyB = onlyIn(b, a);
  const renamed = new Map<number, number>();
  for (const [symbol, [idA, ...others]] of onlyIn(a, b)) {
    const [idB, ...othersB] = onlyB.get(symbol) ?? [];
    if (idB === undefined || others.length > 0 || othersB.length > 0) continue;
    renamed.set(idB, idA);
    const binary = `${table.names[idA].binary}, ${table.names[idB].binary}`;
    table.names[idA] = { ...table.names[idA], binary };
  }
  b.rename(renamed);
}

function compareFunctions(
  table: FunctionTable,
  a: FunctionSamples,
  b: FunctionSamples,
): FunctionDifference[] {
  const present = table.names.map((_, id) => id).filter((id) => a.total[id] > 0 || b.total[id] > 0);
  const self = compareCounts(present, a, b, 'self');
  const total = compareCounts(present, a, b, 'total');
  const functions = present.map((id, i) => ({ ...table.names[id], self: self[i], total: total[i] }));
  return functions.sort((x, y) => weightOf(y) - weightOf(x));
}

/** Orders functions: changes of self before changes of total before noise, larger ones first. */
function weightOf({ self, total }: FunctionDifference): number {
  if (self.isChange) return 4 + Math.abs(self.difference);
  if (total.isChange) return 2 + Math.abs(total.difference);
  return Math.abs(self.difference);
}

function compareCounts(
  ids: readonly number[],
  a: FunctionSamples,
  b: FunctionSamples,
  part: 'self' | 'total',
): ShareReport[] {
  const partOf = (counts: FunctionSamples, id: number): WeighedPart => ({
    weight: counts[`${part}Weight`][id] ?? 0,
    totalWeight: counts.weight,
    squaredWeights: counts.squaredWeights,
  });
  const shares = ids.map((id) => {
    const [inA, inB] = [partOf(a, id), partOf(b, id)];
    return {
      a: a[part][id] ?? 0,
      b: b[part][id] ?? 0,
      weightA: inA.weight,
      weightB: inB.weight,
      ...compareWeights(inA, inB),
    };
  });
  const believed = believe(
    shares.map(({ probability }) => probability),
    FALSE_CHANGES,
  );
  return shares.map((share, i) => ({ ...share, isChange: believed[i] }));
}

function compareCallers(table: FunctionTable, a: FunctionSamples, b: FunctionSamples): CallerDifference[] {
  const found: Omit<CallerDifference, 'isChange'>[] = [];
  const collect = (change: 'appears' | 'vanishes', has: FunctionSamples, lacks: FunctionSamples): void => {
    has.callers.forEach((callers, callee) => {
      for (const [caller, samples] of callers ?? []) {
        if (lacks.callers[callee]?.has(caller)) continue;
        const { probability } = compareShares(samples, has.samples, 0, lacks.samples);
        const names = { caller: table.names[caller], callee: table.names[callee] };
        found.push({ change, ...names, samples, probability });
      }
    });
  };
  collect('vanishes', a, b);
  collect('appears', b, a);
  const believed = believe(
    found.map(({ probability }) => probability),
    FALSE_CHANGES,
  );
  return found
    .map((difference, i) => ({ ...difference, isChange: believed[i] }))
    .sort((x, y) => Number(y.isChange) - Number(x.isChange) || y.samples - x.samples);
}
