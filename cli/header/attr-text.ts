/**
 * Event attributes as perf's headers print them: name and value of everything that is not zero
 * (tools/perf/util/perf_event_attr_fprintf.c, perf 7.2).
 */

import {
  attrFlagNames,
  hasFlag,
  PERF_TYPE_BREAKPOINT,
  PERF_TYPE_HARDWARE,
  PERF_TYPE_HW_CACHE,
  PERF_TYPE_RAW,
  PERF_TYPE_SOFTWARE,
  PERF_TYPE_TRACEPOINT,
  preciseIp,
  type EventAttr,
} from '../../parser';

/** Names that the recording knows and the attribute does not. */
export interface AttrNames {
  /** The PMU with a type number. */
  readonly pmu: (type: number) => string | undefined;
  /** The tracepoint with an id, as "system:name". */
  readonly tracepoint: (id: bigint) => string | undefined;
}

/** Bits of the sample type, in the order in which perf prints them. */
const sampleTypeBits: readonly (readonly [bit: number, name: string])[] = [
  [0, 'IP'], [1, 'TID'], [2, 'TIME'], [3, 'ADDR'], [4, 'READ'], [5, 'CALLCHAIN'], [6, 'ID'], [7, 'CPU'],
  [8, 'PERIOD'], [9, 'STREAM_ID'], [10, 'RAW'], [11, 'BRANCH_STACK'], [12, 'REGS_USER'], [13, 'STACK_USER'],
  [16, 'IDENTIFIER'], [18, 'REGS_INTR'], [15, 'DATA_SRC'], [14, 'WEIGHT'], [19, 'PHYS_ADDR'], [20, 'AUX'],
  [21, 'CGROUP'], [22, 'DATA_PAGE_SIZE'], [23, 'CODE_PAGE_SIZE'], [24, 'WEIGHT_STRUCT'],
]; // prettier-ignore

const branchTypeNames = [
  'USER', 'KERNEL', 'HV', 'ANY', 'ANY_CALL', 'ANY_RETURN', 'IND_CALL', 'ABORT_TX', 'IN_TX', 'NO_TX', 'COND',
  'CALL_STACK', 'IND_JUMP', 'CALL', 'NO_FLAGS', 'NO_CYCLES', 'TYPE_SAVE', 'HW_INDEX', 'PRIV_SAVE', 'COUNTERS',
]; // prettier-ignore

const readFormatNames = ['TOTAL_TIME_ENABLED', 'TOTAL_TIME_RUNNING', 'ID', 'GROUP', 'LOST'];

const typeNames = new Map([
  [PERF_TYPE_HARDWARE, 'PERF_TYPE_HARDWARE'],
  [PERF_TYPE_SOFTWARE, 'PERF_TYPE_SOFTWARE'],
  [PERF_TYPE_TRACEPOINT, 'PERF_TYPE_TRACEPOINT'],
  [PERF_TYPE_HW_CACHE, 'PERF_TYPE_HW_CACHE'],
  [PERF_TYPE_BREAKPOINT, 'PERF_TYPE_BREAKPOINT'],
]);

const hardwareNames = [
  'CPU_CYCLES', 'INSTRUCTIONS', 'CACHE_REFERENCES', 'CACHE_MISSES', 'BRANCH_INSTRUCTIONS', 'BRANCH_MISSES',
  'BUS_CYCLES', 'STALLED_CYCLES_FRONTEND', 'STALLED_CYCLES_BACKEND', 'REF_CPU_CYCLES',
]; // prettier-ignore

const softwareNames = [
  'CPU_CLOCK', 'TASK_CLOCK', 'PAGE_FAULTS', 'CONTEXT_SWITCHES', 'CPU_MIGRATIONS', 'PAGE_FAULTS_MIN',
  'PAGE_FAULTS_MAJ', 'ALIGNMENT_FAULTS', 'EMULATION_FAULTS', 'DUMMY', 'BPF_OUTPUT', 'CGROUP_SWITCHES',
]; // prettier-ignore

const cacheNames = ['L1D', 'L1I', 'LL', 'DTLB', 'ITLB', 'BPU', 'NODE'];
const cacheOperationNames = ['READ', 'WRITE', 'PREFETCH'];
const cacheResultNames = ['ACCESS', 'MISS'];

/** Flags that perf prints as a number of their own; two bits make one of them. */
const printedFlags = attrFlagNames.filter((name) => name !== 'precise_ip_1');

/** The upper half of a hardware event's config names the PMU on machines with several kinds of CPU. */
const PMU_TYPE_SHIFT = 32n;

/** ", type = 1 (PERF_TYPE_SOFTWARE), size = 144, …": each fact after a comma. */
export function formatAttr(attr: EventAttr, names: AttrNames): string {
  const isGeneric = attr.type === PERF_TYPE_HARDWARE || attr.type === PERF_TYPE_HW_CACHE;
  const extendedType = isGeneric ? Number(attr.config >> PMU_TYPE_SHIFT) : 0;
  const pmu = names.pmu(attr.type) ?? (extendedType ? names.pmu(extendedType) : undefined);
  let text = '';
  const add = (name: string, value: string): void => {
    text += `, ${name} = ${value}`;
  };
  const number = (name: string, value: bigint | number): void => {
    if (BigInt(value) !== 0n) add(name, String(value));
  };
  const hex = (name: string, value: bigint): void => {
    if (value !== 0n) add(name, alternateHex(value));
  };
  add('type', formatType(attr.type, pmu));
  number('size', attr.sizeBytes);
  add('config', formatConfig(attr, pmu, names));
  number('{ sample_period, sample_freq }', attr.samplePeriod);
  const sampleBits = sampleTypeBits.filter(([bit]) => (attr.sampleType >>> bit) & 1);
  if (attr.sampleType !== 0) add('sample_type', sampleBits.map(([, name]) => name).join('|'));
  if (attr.readFormat !== 0) add('read_format', formatBits(BigInt(attr.readFormat), readFormatNames));
  for (const flag of printedFlags) {
    if (flag === 'precise_ip_0') number('precise_ip', preciseIp(attr));
    else if (hasFlag(attr, flag)) add(flag, '1');
  }
  number('{ wakeup_events, wakeup_watermark }', attr.wakeup);
  number('bp_type', attr.bpType);
  hex('{ bp_addr, config1 }', attr.config1);
  hex('{ bp_len, config2 }', attr.config2);
  if (attr.branchSampleType !== 0n) {
    add('branch_sample_type', formatBits(attr.branchSampleType, branchTypeNames));
  }
  hex('sample_regs_user', attr.sampleRegsUser);
  number('sample_stack_user', attr.sampleStackUser);
  number('clockid', attr.clockId);
  hex('sample_regs_intr', attr.sampleRegsIntr);
  number('aux_watermark', attr.auxWatermark);
  number('sample_max_stack', attr.sampleMaxStack);
  number('aux_sample_size', attr.auxSampleSize);
  number('sig_data', attr.sigData);
  ['aux_start_paused', 'aux_pause', 'aux_resume'].forEach((name, bit) => {
    if ((attr.auxAction >>> bit) & 1) add(name, '1');
  });
  return text;
}

function formatType(type: number, pmu: string | undefined): string {
  const name = typeNames.get(type) ?? pmu ?? (type === PERF_TYPE_RAW ? 'PERF_TYPE_RAW' : undefined);
  return name === undefined ? String(type) : `${type} (${name})`;
}

function formatConfig(attr: EventAttr, pmu: string | undefined, names: AttrNames): string {
  const { config } = attr;
  const digits = alternateHex(config);
  switch (attr.type) {
    case PERF_TYPE_HARDWARE:
    case PERF_TYPE_HW_CACHE: {
      const name = attr.type === PERF_TYPE_HARDWARE ? hardwareName(config) : cacheName(config);
      if (pmu === undefined) return name === undefined ? digits : `${digits} (${name})`;
      return `${digits} (${pmu}/${name ?? `config=${digits}`}/)`;
    }
    case PERF_TYPE_SOFTWARE: {
      const name = softwareNames[Number(config)];
      return name === undefined ? digits : `${digits} (PERF_COUNT_SW_${name})`;
    }
    case PERF_TYPE_TRACEPOINT: {
      const name = names.tracepoint(config);
      return name === undefined ? digits : `${digits} (${name})`;
    }
    default:
      return digits;
  }
}

function hardwareName(config: bigint): string | undefined {
  const name = hardwareNames[Number(config & 0xffff_ffffn)];
  return name === undefined ? undefined : `PERF_COUNT_HW_${name}`;
}

function cacheName(config: bigint): string | undefined {
  const cache = cacheNames[Number(config & 0xffn)];
  const operation = cacheOperationNames[Number((config >> 8n) & 0xffn)];
  const result = cacheResultNames[Number((config >> 16n) & 0xffn)];
  if (cache === undefined || operation === undefined || result === undefined) return undefined;
  return `PERF_COUNT_HW_CACHE_RESULT_${result} | PERF_COUNT_HW_CACHE_OP_${operation} | PERF_COUNT_HW_CACHE_${cache}`;
}

function formatBits(value: bigint, names: readonly string[]): string {
  return names.filter((_, bit) => (value >> BigInt(bit)) & 1n).join('|');
}

/** C's %#x: no prefix for zero. */
function alternateHex(value: bigint): string {
  return value === 0n ? '0' : `0x${value.toString(16)}`;
}
