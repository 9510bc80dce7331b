/** Columns that say how much. */

import type { HistogramEntry } from '../table/histogram';
import type { NumberKey } from './sort-key';

const PERCENT_WIDTH = 8;
const COUNT_WIDTH = 12;

function periodPart(heading: string, value: (entry: HistogramEntry) => number): NumberKey {
  return { heading, width: PERCENT_WIDTH, value, partOf: 'period', isTotal: false };
}

function count(heading: string, value: (entry: HistogramEntry) => number): NumberKey {
  return { heading, width: COUNT_WIDTH, value, partOf: 'none', isTotal: false };
}

export const overhead = periodPart('Overhead', ({ selfPeriod }) => selfPeriod);
export const kernelOverhead = periodPart('sys', ({ selfKernelPeriod }) => selfKernelPeriod);
export const userOverhead = periodPart('usr', ({ selfUserPeriod }) => selfUserPeriod);
export const childrenOverhead: NumberKey = {
  ...periodPart('Children', ({ totalPeriod }) => totalPeriod),
  isTotal: true,
};
export const latency: NumberKey = {
  ...periodPart('Latency', ({ selfLatency }) => selfLatency),
  partOf: 'latency',
};
export const childrenLatency: NumberKey = {
  heading: 'Latency',
  // perf sets no width for this one: it is as wide as its heading.
  width: 7,
  value: ({ totalLatency }) => totalLatency,
  partOf: 'latency',
  isTotal: true,
};
export const sample = count('Samples', ({ selfSamples }) => selfSamples);
export const period = count('Period', ({ selfPeriod }) => selfPeriod);
