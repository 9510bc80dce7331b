/** Keys that tell code apart. */

import { shown } from '../../text/printable';
import { cutTo } from '../../text/text-width';
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
