/**
 * The option -g of `perf report`: how call graphs are made and printed. Words between commas in any order, each of
 * which may be shortened to any beginning; the first number is the threshold in percent, the second the print limit
 * (perf 7.2: tools/perf/util/callchain.c parse_callchain_report_opt).
 */

import { type CallOrder, type LocationGrain, UsageError } from '../../../profile';
import type { GraphStyle, GraphValue } from './graph-text';

export interface GraphChoice {
  readonly style: GraphStyle | 'none';
  /** Undefined where the option does not say. */
  readonly leastPercent: number | undefined;
  readonly printLimit: number;
  readonly order: CallOrder | undefined;
  readonly key: LocationGrain;
  readonly value: GraphValue;
}

const styles = ['graph', 'flat', 'fractal', 'folded'] as const;
const orders = ['caller', 'callee'] as const;
const keys = ['function', 'address', 'srcline', 'branch'] as const;
const values = ['percent', 'period', 'count'] as const;

const defaultChoice: GraphChoice = {
  style: 'graph',
  leastPercent: undefined,
  printLimit: 0,
  order: undefined,
  key: 'function',
  value: 'percent',
};

/** @param text the option's argument; empty for none @throws UsageError for words that it does not know */
export function parseGraphChoice(text: string): GraphChoice {
  let choice: GraphChoice = defaultChoice;
  const begins = <T extends string>(names: readonly T[], word: string): T | undefined =>
    names.find((name) => name.startsWith(word));
  const numbers: number[] = [];
  for (const word of text.split(',').filter((part) => part !== '')) {
    if ('none'.startsWith(word)) return { ...choice, style: 'none' };
    const style = begins(styles, word);
    const order = begins(orders, word);
    const key = begins(keys, word);
    const value = begins(values, word);
    if (style) choice = { ...choice, style };
    else if (order) choice = { ...choice, order };
    else if (key) choice = { ...choice, key: knownKey(key) };
    else if (value) choice = { ...choice, value };
    else numbers.push(parseNumber(word, text));
  }
  return { ...choice, leastPercent: numbers[0], printLimit: Math.trunc(numbers[1] ?? 0) };
}

function knownKey(key: (typeof keys)[number]): LocationGrain {
  if (key === 'function' || key === 'address') return key;
  if (key === 'srcline') return 'line';
  throw new UsageError(`-g ${key}: branch stacks are printed by script -F brstack, not counted`);
}

function parseNumber(word: string, text: string): number {
  const number = Number(word);
  if (Number.isFinite(number) && number >= 0) return number;
  const known = [...styles, 'none', ...orders, 'function', 'address', 'srcline', ...values].join(', ');
  throw new UsageError(`-g ${text}: '${word}' is neither a number nor one of ${known}`);
}
