/**
 * What perf calls an event that the recording does not name (rules: evsel__name in tools/perf/util/evsel.c, perf 7.2):
 * "cycles:u", "L1-dcache-load-misses", "mem:0x401000:x".
 */

import * as c from '../constants';
import { hasFlag, preciseIp, type EventAttr } from './event-attr';

const hardwareNames = [
  'cycles', 'instructions', 'cache-references', 'cache-misses', 'branches', 'branch-misses', 'bus-cycles',
  'stalled-cycles-frontend', 'stalled-cycles-backend', 'ref-cycles',
]; // prettier-ignore

const softwareNames = [
  'cpu-clock', 'task-clock', 'page-faults', 'context-switches', 'cpu-migrations', 'minor-faults', 'major-faults',
  'alignment-faults', 'emulation-faults', 'dummy',
]; // prettier-ignore

const LOAD = 0;
const STORE = 1;
const PREFETCH = 2;
const cacheOperations = ['load', 'store', 'prefetch'];

/** Caches, and the operations that can be counted on each. */
const caches: readonly { name: string; operations: readonly number[] }[] = [
  { name: 'L1-dcache', operations: [LOAD, STORE, PREFETCH] },
  { name: 'L1-icache', operations: [LOAD, PREFETCH] },
  { name: 'LLC', operations: [LOAD, STORE, PREFETCH] },
  { name: 'dTLB', operations: [LOAD, STORE, PREFETCH] },
  { name: 'iTLB', operations: [LOAD] },
  { name: 'branch', operations: [LOAD] },
  { name: 'node', operations: [LOAD, STORE, PREFETCH] },
];

const HW_BREAKPOINT_R = 1;
const HW_BREAKPOINT_W = 2;
const HW_BREAKPOINT_X = 4;

/** The name of an event by its attribute alone. */
export function defaultEventName(attr: EventAttr): string {
  const { type, config } = attr;
  switch (type) {
    case c.PERF_TYPE_RAW:
      return `raw 0x${config.toString(16)}${modifiers(attr)}`;
    case c.PERF_TYPE_HARDWARE:
      return (hardwareNames[Number(config)] ?? 'unknown-hardware') + modifiers(attr);
    case c.PERF_TYPE_HW_CACHE:
      return cacheName(config) + modifiers(attr);
    case c.PERF_TYPE_SOFTWARE:
      return (softwareNames[Number(config)] ?? 'unknown-software') + modifiers(attr);
    case c.PERF_TYPE_TRACEPOINT:
      return `unknown tracepoint id=${alternateHex(config)}`;
    case c.PERF_TYPE_BREAKPOINT:
      return breakpointName(attr) + modifiers(attr);
    default:
      return `unknown event PMU=${type | 0} config=${alternateHex(config)}`;
  }
}

function cacheName(config: bigint): string {
  const cache = caches[Number(config & 0xffn)];
  const operation = Number((config >> 8n) & 0xffn);
  const result = Number((config >> 16n) & 0xffn);
  if (!cache) return 'unknown-ext-hardware-cache-type';
  if (operation >= cacheOperations.length) return 'unknown-ext-hardware-cache-op';
  if (result > 1) return 'unknown-ext-hardware-cache-result';
  if (!cache.operations.includes(operation)) return 'invalid-cache';
  const name = `${cache.name}-${cacheOperations[operation]}`;
  if (result === 1) return `${name}-misses`;
  return operation === PREFETCH ? `${name}es` : `${name}s`;
}

function breakpointName(attr: EventAttr): string {
  let access = '';
  if (attr.bpType & HW_BREAKPOINT_R) access += 'r';
  if (attr.bpType & HW_BREAKPOINT_W) access += 'w';
  if (attr.bpType & HW_BREAKPOINT_X) access += 'x';
  return `mem:0x${attr.config1.toString(16)}:${access}`;
}

/** Where an event counts, as letters after a colon; nothing where it counts everywhere. */
function modifiers(attr: EventAttr): string {
  const kernel = hasFlag(attr, 'exclude_kernel');
  const user = hasFlag(attr, 'exclude_user');
  const hypervisor = hasFlag(attr, 'exclude_hv');
  const host = hasFlag(attr, 'exclude_host');
  const guest = hasFlag(attr, 'exclude_guest');
  let letters = '';
  if (kernel || user || hypervisor) {
    letters += (kernel ? '' : 'k') + (user ? '' : 'u') + (hypervisor ? '' : 'h');
  }
  letters += 'p'.repeat(preciseIp(attr));
  if (host || guest) letters += (host ? '' : 'H') + (guest ? '' : 'G');
  return letters && `:${letters}`;
}

/** C's %#x: no prefix for zero. */
function alternateHex(value: bigint): string {
  return value === 0n ? '0' : `0x${value.toString(16)}`;
}
