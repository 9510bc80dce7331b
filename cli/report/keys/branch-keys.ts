/**
 * Keys that tell branches apart (`perf record -b`), where those are counted (perf 7.2: util/sort.c, bstack_sort_dimensions). What is
 * kept of each branch is the frame of an end, or what the processor says of it.
 */

import { type Branch, type SampleDetail, UNKNOWN_LINE } from '../../../profile';
import type { HistogramEntry } from '../table/histogram';
import {
  HEXADECIMAL_DIGITS,
  hexadecimal,
  LEVEL_WIDTH,
  symbolText,
  UNRESOLVED_SYMBOL_WIDTH,
} from './code-keys';
import type { EntryFacts } from './entry-facts';
import { compareOptionalText, compareText, fit, inOrder, nameWidth } from './key-text';
import type { SortKey } from './sort-key';

type End = 'from' | 'to';

/** A key of one end of branches. */
function keyOfEnd(
  end: End,
  make: (frameOf: FrameOf) => Omit<SortKey, 'tells'> & { value: ValueOf },
): SortKey {
  const { value, ...rest } = make((entry, facts) => Number(facts.detail(entry, key)));
  const key: SortKey = {
    ...rest,
    tells: {
      of: 'sample',
      record:
        ({ branch }) =>
        () =>
          branch[end],
      value,
    },
  };
  return key;
}

type FrameOf = (entry: HistogramEntry, facts: EntryFacts) => number;
type ValueOf = (frame: SampleDetail, facts: EntryFacts) => string;

function locationOf(frame: number, facts: EntryFacts): number {
  return facts.locations.ofSampledFrame(frame);
}

function moduleOf(frame: number, facts: EntryFacts): string | undefined {
  return facts.moduleNameOf(locationOf(frame, facts));
}

function symbolOf(frame: number, facts: EntryFacts): string | undefined {
  return facts.locations.symbol[locationOf(frame, facts)];
}

/** "[k] " for the kernel, "[.] " for a program, "[H] " for what is in no mapping. */
function levelText(frame: number, facts: EntryFacts): string {
  const module = facts.locations.module[locationOf(frame, facts)];
  if (module < 0) return '[H] ';
  return facts.context.isKernel(module) ? '[k] ' : '[.] ';
}

/** The address in the process, as text: what tells ends without symbols apart. */
function addressText(frame: number, { context }: EntryFacts): string {
  const { addressHigh, addressLow } = context.frames;
  return hexadecimal(addressHigh[frame]) + hexadecimal(addressLow[frame]);
}

/** As signed 64-bit numbers: the kernel comes first. */
function compareAddresses(a: number, b: number, { context }: EntryFacts): number {
  const { addressHigh, addressLow } = context.frames;
  return (addressHigh[a] | 0) - (addressHigh[b] | 0) || addressLow[a] - addressLow[b];
}

/** The other way round than binaries of samples, as in perf. */
function compareBinaries(a: number, b: number, facts: EntryFacts): number {
  return compareOptionalText(moduleOf(b, facts), moduleOf(a, facts));
}

function compareSymbols(a: number, b: number, facts: EntryFacts): number {
  const [nameA, nameB] = [symbolOf(a, facts), symbolOf(b, facts)];
  if (nameA === undefined && nameB === undefined) return compareAddresses(a, b, facts);
  if (nameA === undefined || nameB === undefined) return nameA === undefined ? 1 : -1;
  const { valueHigh, valueLow } = facts.locations;
  const [placeA, placeB] = [locationOf(a, facts), locationOf(b, facts)];
  return (
    (valueHigh[placeA] | 0) - (valueHigh[placeB] | 0) ||
    valueLow[placeA] - valueLow[placeB] ||
    compareOptionalText(moduleOf(a, facts), moduleOf(b, facts)) ||
    compareText(nameA, nameB)
  );
}

function dsoOf(end: End, heading: string): SortKey {
  return keyOfEnd(end, (frameOf) => ({
    heading,
    value: (frame, facts) => moduleOf(Number(frame), facts) ?? '\0',
    ...inOrder((a, b, facts) => compareBinaries(frameOf(a, facts), frameOf(b, facts), facts)),
    // Names are measured only where the end has a symbol, and cut to that.
    measure: (entry, facts, hasRoom) => {
      const frame = frameOf(entry, facts);
      if (symbolOf(frame, facts) !== undefined) return nameWidth(moduleOf(frame, facts) ?? '');
      return hasRoom ? HEXADECIMAL_DIGITS : 0;
    },
    text: (entry, facts, width) => fit(moduleOf(frameOf(entry, facts), facts) ?? '[unknown]', width),
  }));
}

function symbolOfEnd(end: End, heading: string): SortKey {
  return keyOfEnd(end, (frameOf) => ({
    heading,
    value: (detail, facts) => {
      const frame = Number(detail);
      if (symbolOf(frame, facts) === undefined) return addressText(frame, facts);
      const { valueHigh, valueLow } = facts.locations;
      const location = locationOf(frame, facts);
      return `${moduleOf(frame, facts)}\0${valueHigh[location]} ${valueLow[location]}`;
    },
    ...inOrder((a, b, facts) => compareSymbols(frameOf(a, facts), frameOf(b, facts), facts)),
    measure: (entry, facts) => {
      const name = symbolOf(frameOf(entry, facts), facts);
      return name === undefined ? UNRESOLVED_SYMBOL_WIDTH : nameWidth(name) + LEVEL_WIDTH;
    },
    text: (entry, facts, width) => {
      const frame = frameOf(entry, facts);
      return levelText(frame, facts) + symbolText(locationOf(frame, facts), facts, width - LEVEL_WIDTH);
    },
  }));
}

function sourceLineOf(end: End, heading: string): SortKey {
  const lineOf = (frame: number, facts: EntryFacts): string =>
    facts.locations.sourceLine[locationOf(frame, facts)] ?? UNKNOWN_LINE;
  return keyOfEnd(end, (frameOf) => ({
    heading,
    value: (frame, facts) => lineOf(Number(frame), facts),
    ...inOrder((a, b, facts) =>
      compareText(lineOf(frameOf(a, facts), facts), lineOf(frameOf(b, facts), facts)),
    ),
    measure: (entry, facts) => nameWidth(lineOf(frameOf(entry, facts), facts)),
    text: (entry, facts, width) => fit(lineOf(frameOf(entry, facts), facts), width),
  }));
}

function addressOf(end: End, heading: string): SortKey {
  return keyOfEnd(end, (frameOf) => ({
    heading,
    value: (frame, facts) => addressText(Number(frame), facts),
    ...inOrder(
      (a, b, facts) =>
        compareBinaries(frameOf(a, facts), frameOf(b, facts), facts) ||
        compareAddresses(frameOf(a, facts), frameOf(b, facts), facts),
    ),
    measure: (entry, facts) => {
      const name = symbolOf(frameOf(entry, facts), facts);
      return name === undefined ? UNRESOLVED_SYMBOL_WIDTH : 0;
    },
    text: (entry, facts, width) => {
      const frame = frameOf(entry, facts);
      const symbol = symbolText(locationOf(frame, facts), facts, width - LEVEL_WIDTH);
      const offset = symbolOf(frame, facts) === undefined ? 0 : facts.context.symbolOffsetOf(frame);
      // perf marks addresses by the mode of the sample, and only symbols by where they are.
      return `[${entry.level}] ${symbol}${offset === 0 ? '' : `+0x${offset.toString(16)}`}`;
    },
  }));
}

export const dsoFrom = dsoOf('from', 'Source Shared Object');
export const dsoTo = dsoOf('to', 'Target Shared Object');
export const symbolFrom = symbolOfEnd('from', 'Source Symbol');
export const symbolTo = symbolOfEnd('to', 'Target Symbol');
export const sourceLineFrom = sourceLineOf('from', 'From Source:Line');
export const sourceLineTo = sourceLineOf('to', 'To Source:Line');
export const addressFrom = addressOf('from', 'Source Address');
export const addressTo = addressOf('to', 'Target Address');

/** A key of what the processor says of a branch. */
function flagKey(heading: string, textOf: (branch: Branch['entry']) => string): SortKey {
  const key: SortKey = {
    heading,
    tells: {
      of: 'sample',
      record:
        ({ branch }) =>
        () =>
          textOf(branch.entry),
    },
    ...inOrder((a, b, facts) => compareText(String(facts.detail(a, key)), String(facts.detail(b, key)))),
    measure: () => 0,
    text: (entry, facts, width) => String(facts.detail(entry, key)).padEnd(width),
  };
  return key;
}

export const mispredict = flagKey('Branch Mispredicted', ({ isPredicted, isMispredicted }) => {
  if (isPredicted) return 'N';
  return isMispredicted ? 'Y' : 'N/A';
});
export const inTransaction = flagKey('Branch in transaction', ({ isInTransaction }) =>
  isInTransaction ? 'T' : '.',
);
export const abort = flagKey('Transaction abort', ({ isAbort }) => (isAbort ? 'A' : '.'));

/** Since the branch before: what the code between took. */
export const cycles: SortKey = {
  heading: 'Basic Block Cycles',
  tells: {
    of: 'sample',
    record:
      ({ branch }) =>
      () =>
        branch.entry.cycles,
  },
  ...inOrder((a, b, facts) => Number(facts.detail(b, cycles)) - Number(facts.detail(a, cycles))),
  measure: () => 0,
  text: (entry, facts, width) => {
    const count = Number(facts.detail(entry, cycles));
    const shownCount = facts.context.cyclesAreSigned ? (count << 16) >> 16 : count;
    return (count === 0 ? '-' : String(shownCount)).padEnd(width);
  },
};
