/** Keys that tell code apart. */

import { shown } from '../../text/printable';
import { cutTo } from '../../text/text-width';
import { UNKNOWN_LINE } from '../../../profile';
import type { HistogramEntry } from '../table/histogram';
import type { EntryFacts } from './entry-facts';
import { compareOptionalText, compareText, fit, inOrder, nameWidth } from './key-text';
import type { SortKey } from './sort-key';

export const HEXADECIMAL_DIGITS = 16;
/** "[.] " before symbols. */
export const LEVEL_WIDTH = 4;
export const UNRESOLVED_SYMBOL_WIDTH = LEVEL_WIDTH + 2 + HEXADECIMAL_DIGITS;

export const dso: SortKey = {
  heading: 'Shared Object',
  tells: { of: 'code', value: (location, facts) => facts.moduleNameOf(location) ?? '\0' },
  ...inOrder((a, b, facts) => compareOptionalText(facts.moduleName(a), facts.moduleName(b))),
  measure: (entry, facts, hasRoom) => {
    const width = nameWidth(facts.moduleName(entry) ?? '');
    return hasRoom && facts.symbol(entry) === undefined ? Math.max(width, HEXADECIMAL_DIGITS) : width;
  },
  text: (entry, facts, width) => fit(facts.moduleName(entry) ?? '[unknown]', width),
};

export const symbol: SortKey = {
  heading: 'Symbol',
  tells: {
    of: 'code',
    value: (location, facts) => {
      const { valueHigh, valueLow, symbol: symbols, isInlined } = facts.locations;
      const value = `${valueHigh[location]} ${valueLow[location]}`;
      const name = symbols[location];
      // Without symbol the address alone counts, in whatever binary.
      if (name === undefined) return value;
      return `${facts.moduleNameOf(location) ?? '\0'} ${value} ${isInlined[location] ? name : ''}`;
    },
  },
  compare: (a, b, facts) => {
    const [nameA, nameB] = [facts.symbol(a), facts.symbol(b)];
    return (
      Number(nameA === undefined) - Number(nameB === undefined) ||
      (nameA === undefined ? 0 : compareOptionalText(facts.moduleName(a), facts.moduleName(b))) ||
      facts.compareValues(a, b) ||
      compareOptionalText(nameA, nameB)
    );
  },
  compareLines: (a, b, facts) => compareOptionalText(facts.symbol(a), facts.symbol(b)),
  measure: (entry, facts) => {
    const name = facts.symbol(entry);
    return name === undefined ? UNRESOLVED_SYMBOL_WIDTH : nameWidth(name) + LEVEL_WIDTH;
  },
  text: (entry, facts, width) => `[${entry.level}] ${symbolText(entry.location, facts, width - LEVEL_WIDTH)}`,
};

export const srcline: SortKey = {
  heading: 'Source:Line',
  tells: { of: 'code', value: (location, facts) => facts.locations.sourceLine[location] ?? '' },
  ...inOrder((a, b, facts) => compareText(facts.sourceLine(a), facts.sourceLine(b))),
  measure: (entry, facts) => nameWidth(facts.sourceLine(entry)),
  text: (entry, facts, width) => cutTo(shown(facts.sourceLine(entry)), width),
};

/** The file alone; nothing where no line is known. */
export const srcfile: SortKey = {
  heading: 'Source File',
  tells: { of: 'code', value: (location, facts) => fileOf(facts.locations.sourceLine[location]) },
  ...inOrder((a, b, facts) => compareText(fileOf(facts.sourceLine(a)), fileOf(facts.sourceLine(b)))),
  measure: (entry, facts) => nameWidth(fileOf(facts.sourceLine(entry))),
  text: (entry, facts, width) => cutTo(shown(fileOf(facts.sourceLine(entry))), width),
};

function fileOf(sourceLine = UNKNOWN_LINE): string {
  return sourceLine === UNKNOWN_LINE ? '' : (/^(.*):\d+$/s.exec(sourceLine)?.[1] ?? '');
}

/** Of functions, in bytes. */
export const symbolSize: SortKey = {
  heading: 'Symbol size',
  tells: { of: 'code', value: (location, facts) => String(sizeOf(location, facts)) },
  ...inOrder((a, b, facts) => sizeOf(a.location, facts) - sizeOf(b.location, facts)),
  measure: (entry, facts) => String(sizeOf(entry.location, facts)).length,
  text: (entry, facts, width) => {
    const isNamed = facts.symbol(entry) !== undefined;
    return (isNamed ? String(sizeOf(entry.location, facts)) : 'unknown').padStart(width);
  },
};

function sizeOf(location: number, { locations }: EntryFacts): number {
  return locations.symbol[location] === undefined ? 0 : locations.symbolSizeBytes[location];
}

/** The address in the process. Tables that have this key tell locations apart by it. */
export const addr: SortKey = {
  heading: 'Address',
  tells: { of: 'code', value: addressIn },
  ...inOrder((a, b, facts) => compareText(signedDigits(a, facts), signedDigits(b, facts))),
  measure: () => HEXADECIMAL_DIGITS + 2,
  text: (entry, facts, width) => {
    const digits = addressIn(entry.location, facts).replace(/^0+(?=.)/, '');
    return (digits === '0' ? digits : `0x${digits}`).padEnd(width);
  },
};

/** Sixteen digits. */
function addressIn(location: number, { locations, context }: EntryFacts): string {
  const frame = locations.frame[location];
  return (
    hexadecimal(context.frames.addressHigh[frame] >>> 0) + hexadecimal(context.frames.addressLow[frame] >>> 0)
  );
}

/** Digits whose order is that of signed 64-bit numbers. */
function signedDigits({ location }: HistogramEntry, facts: EntryFacts): string {
  const digits = addressIn(location, facts);
  return (parseInt(digits[0], 16) ^ 8).toString(16) + digits.slice(1);
}

/** A symbol with the offset in it. Tables that have this key tell locations apart by addresses. */
export const symoff: SortKey = {
  heading: 'Symbol Offset',
  tells: {
    of: 'code',
    value: (location, facts) => {
      const offset = String(offsetInBinary(location, facts));
      // Without symbol the offset alone counts, in whatever binary.
      if (facts.locations.symbol[location] === undefined) return offset;
      return `${facts.moduleNameOf(location) ?? '\0'} ${offset} ${facts.locations.isInlined[location]}`;
    },
  },
  compare: (a, b, facts) => symbol.compare(a, b, facts) || compareOffsets(b, a, facts),
  compareLines: (a, b, facts) => symbol.compareLines(a, b, facts) || compareOffsets(b, a, facts),
  measure: () => 0,
  text: (entry, facts, width) => {
    const { location, level } = entry;
    const name = facts.symbol(entry);
    if (name !== undefined) {
      const offset = facts.context.symbolOffsetOf(facts.locations.frame[location]);
      return `[${level}] ${shown(name)}+0x${offset.toString(16)}`;
    }
    const offset = BigInt.asUintN(64, offsetInBinary(location, facts));
    const digits = offset === 0n ? '' : offset.toString(16);
    return `[${level}] ${digits && '0x'}${digits.padStart(width - LEVEL_WIDTH, '0')}`;
  },
};

/** What a location table has as the value, and the offset in the symbol: a signed 64-bit number. */
function offsetInBinary(location: number, { locations, context }: EntryFacts): bigint {
  const { valueHigh, valueLow, symbol: symbols, frame } = locations;
  const value = (BigInt(valueHigh[location] | 0) << 32n) | BigInt(valueLow[location] >>> 0);
  return symbols[location] === undefined ? value : value + BigInt(context.symbolOffsetOf(frame[location]));
}

function compareOffsets(a: HistogramEntry, b: HistogramEntry, facts: EntryFacts): number {
  const [offsetA, offsetB] = [offsetInBinary(a.location, facts), offsetInBinary(b.location, facts)];
  return offsetA === offsetB ? 0 : offsetA < offsetB ? -1 : 1;
}

/** Comes with "symbol", said at length: it needs the function's instructions, which are not counted here. */
export const ipcNull: SortKey = {
  heading: 'IPC   [IPC Coverage]',
  tells: symbol.tells,
  ...inOrder(symbol.compare),
  measure: () => 0,
  text: (_entry, { context }, width) => fit(context.countsBranches ? '-' : '-      -', width),
};

/** A symbol; or, where the code has none, its address. */
export function symbolText(location: number, { locations }: EntryFacts, width: number): string {
  const name = locations.symbol[location];
  if (name !== undefined && locations.dataOffset[location] >= 0) {
    return `${shown(name)}+0x${locations.dataOffset[location].toString(16)}`;
  }
  if (name !== undefined) {
    return cutTo(shown(name), width) + (locations.isInlined[location] ? ' (inlined)' : '');
  }
  const [low, high] = [locations.valueLow[location], locations.valueHigh[location]];
  const digits = hexadecimal(high) + hexadecimal(low);
  return low === 0 && high === 0 ? digits : `0x${digits}`;
}

export function hexadecimal(half: number): string {
  return half.toString(16).padStart(8, '0');
}
