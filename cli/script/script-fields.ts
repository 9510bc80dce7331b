/**
 * The option -F of `perf script` (perf 7.2: builtin-script.c, parse_output_fields and output[]): which fields are
 * printed for which type of event.
 *
 *   -F comm,tid,ip          these and no others, for every type they are valid for
 *   -F +srcline,-period     the defaults, changed
 *   -F sw:comm,ip           for one type: hw, sw, trace, raw, break
 */

import {
  PERF_COUNT_SW_DUMMY,
  PERF_SAMPLE_ADDR,
  PERF_SAMPLE_BRANCH_STACK,
  PERF_SAMPLE_CALLCHAIN,
  PERF_SAMPLE_CGROUP,
  PERF_SAMPLE_CODE_PAGE_SIZE,
  PERF_SAMPLE_CPU,
  PERF_SAMPLE_DATA_PAGE_SIZE,
  PERF_SAMPLE_DATA_SRC,
  PERF_SAMPLE_IP,
  PERF_SAMPLE_PHYS_ADDR,
  PERF_SAMPLE_REGS_INTR,
  PERF_SAMPLE_REGS_USER,
  PERF_SAMPLE_TID,
  PERF_SAMPLE_TIME,
  PERF_SAMPLE_WEIGHT,
  PERF_SAMPLE_WEIGHT_STRUCT,
  PERF_TYPE_BREAKPOINT,
  PERF_TYPE_HARDWARE,
  PERF_TYPE_HW_CACHE,
  PERF_TYPE_RAW,
  PERF_TYPE_SOFTWARE,
  PERF_TYPE_TRACEPOINT,
  type RecordedEvent,
} from '../../parser';
import { UsageError } from '../../profile';

export const scriptFields = [
  'comm', 'tid', 'pid', 'time', 'cpu', 'event', 'trace', 'ip', 'sym', 'dso', 'dsoff', 'addr', 'symoff', 'srcline',
  'period', 'iregs', 'uregs', 'brstack', 'brstacksym', 'brstackoff', 'data_src', 'weight', 'bpf-output', 'phys_addr',
  'misc', 'tod', 'data_page_size', 'code_page_size', 'ins_lat', 'retire_lat', 'cgroup', 'flags',
] as const; // prettier-ignore

export type ScriptField = (typeof scriptFields)[number];

/** Fields of perf that are not printed here, and why. */
const fieldsNotDone: Readonly<Record<string, string>> = {
  callindent: 'it needs a hardware trace',
  insn: 'samples do not hold the instruction bytes',
  insnlen: 'samples do not hold the instruction bytes',
  disasm: 'there is no disassembler here',
  brstackinsn: 'there is no disassembler here',
  brstackinsnlen: 'there is no disassembler here',
  brstackdisasm: 'there is no disassembler here',
  synth: 'it needs a hardware trace',
  metric: 'it needs the metric definitions of perf',
  srccode: 'print source lines with srcline',
  ipc: 'it needs a hardware trace',
  machine_pid: 'guests are not followed',
  vcpu: 'guests are not followed',
  brcntr: 'branch counters are not printed',
};

/** Types of events that have fields of their own; every other type (a PMU of its own) is of class 'pmu'. */
const typeClasses = ['hw', 'sw', 'trace', 'hw_cache', 'raw', 'break', 'pmu'] as const;
type TypeClass = (typeof typeClasses)[number];
const selectableClasses: readonly string[] = ['hw', 'sw', 'trace', 'raw', 'break'];

const common: readonly ScriptField[] = ['comm', 'tid', 'cpu', 'time', 'event'];
const stack: readonly ScriptField[] = ['ip', 'sym', 'symoff', 'dso'];
const memory: readonly ScriptField[] = [
  'addr', 'data_src', 'weight', 'phys_addr', 'data_page_size', 'code_page_size', 'ins_lat', 'retire_lat',
]; // prettier-ignore

const defaults: Readonly<Record<TypeClass, readonly ScriptField[]>> = {
  hw: [...common, ...stack, 'period'],
  sw: [...common, ...stack, 'period', 'bpf-output'],
  trace: [...common, 'trace'],
  hw_cache: [...common, ...stack, 'period'],
  raw: [...common, ...stack, 'period', ...memory],
  break: [...common, ...stack, 'period'],
  pmu: [...common, ...stack, 'period'],
};

const invalid: Readonly<Record<TypeClass, readonly ScriptField[]>> = {
  hw: ['trace', 'bpf-output'],
  sw: ['trace'],
  trace: [],
  hw_cache: ['trace', 'bpf-output'],
  raw: ['trace', 'bpf-output'],
  break: ['trace', 'bpf-output'],
  pmu: ['trace', 'bpf-output'],
};

/** Which bits of the sample type a field needs; fields that the user did not name vanish without them. */
const neededSampleType: Partial<Record<ScriptField, number>> = {
  ip: PERF_SAMPLE_IP,
  addr: PERF_SAMPLE_ADDR,
  data_src: PERF_SAMPLE_DATA_SRC,
  weight: PERF_SAMPLE_WEIGHT | PERF_SAMPLE_WEIGHT_STRUCT,
  tid: PERF_SAMPLE_TID,
  pid: PERF_SAMPLE_TID,
  time: PERF_SAMPLE_TIME,
  cpu: PERF_SAMPLE_CPU,
  iregs: PERF_SAMPLE_REGS_INTR,
  uregs: PERF_SAMPLE_REGS_USER,
  phys_addr: PERF_SAMPLE_PHYS_ADDR,
  data_page_size: PERF_SAMPLE_DATA_PAGE_SIZE,
  code_page_size: PERF_SAMPLE_CODE_PAGE_SIZE,
  ins_lat: PERF_SAMPLE_WEIGHT_STRUCT,
  retire_lat: PERF_SAMPLE_WEIGHT_STRUCT,
  cgroup: PERF_SAMPLE_CGROUP,
  brstack: PERF_SAMPLE_BRANCH_STACK,
  brstacksym: PERF_SAMPLE_BRANCH_STACK,
  brstackoff: PERF_SAMPLE_BRANCH_STACK,
};

/**
 * The fields of each event, by its index.
 * @param requests the arguments of -F, in order
 * @param hidesCallGraph tracepoints have no address then, unless -F asks for it: it is that of the tracepoint itself
 * @throws UsageError for a field that is unknown, not valid, not in the recording, or not done here
 */
export function resolveFields(
  events: readonly RecordedEvent[],
  requests: readonly string[],
  hidesCallGraph: boolean,
): ReadonlySet<ScriptField>[] {
  const fields = new Map<TypeClass, Set<ScriptField>>(
    typeClasses.map((type) => [type, new Set(defaults[type])]),
  );
  const named = new Set<string>();
  let isTraceSet = false;
  for (const request of requests) {
    const applied = applyRequest(fields, request, named);
    if (applied.includes('trace')) isTraceSet = true;
  }
  const tracepointHasStack = events.some(
    (event) =>
      event.attr.type === PERF_TYPE_TRACEPOINT && (event.attr.sampleType & PERF_SAMPLE_CALLCHAIN) !== 0,
  );
  if (!isTraceSet && !hidesCallGraph && tracepointHasStack)
    for (const field of stack) fields.get('trace')!.add(field);
  return events.map((event) => availableFields(event, events, fields.get(classOf(event.attr.type))!, named));
}

/** @returns the classes whose fields were changed */
function applyRequest(
  fields: Map<TypeClass, Set<ScriptField>>,
  request: string,
  named: Set<string>,
): TypeClass[] {
  const colon = request.indexOf(':');
  const prefix = colon < 0 ? undefined : request.slice(0, colon);
  const list = request.slice(colon + 1);
  if (prefix !== undefined && !selectableClasses.includes(prefix)) {
    throw new UsageError(
      `-F ${request}: '${prefix}' is not a type of events; use one of ${selectableClasses.join(', ')}`,
    );
  }
  if (prefix === undefined && list === '') throw new UsageError('-F needs at least one field');
  const classes: readonly TypeClass[] = prefix === undefined ? typeClasses : [prefix as TypeClass];
  const words = list.split(',').filter((word) => word !== '');
  const isChange = words.some((word) => word.startsWith('+') || word.startsWith('-'));
  if (isChange && !words.every((word) => word.startsWith('+') || word.startsWith('-') || word === words[0])) {
    // perf lets a sign hold for the words that follow it, but not signs after plain words.
    const firstSign = words.findIndex((word) => /^[+-]/.test(word));
    if (firstSign > 0) throw new UsageError(`-F ${request}: cannot mix +field and -field with fields to set`);
  }
  // perf looks for a sign anywhere in the list: with "bpf-output" in it the defaults stay.
  if (!/[+-]/.test(list)) for (const type of classes) fields.get(type)!.clear();
  for (const word of words) {
    const isRemoval = word.startsWith('-');
    const field = checkField(word.replace(/^[+-]/, ''));
    if (!isRemoval) named.add(field);
    for (const type of classes) {
      if (invalid[type].includes(field)) {
        if (prefix !== undefined)
          throw new UsageError(`-F ${request}: '${field}' is not valid for ${prefix} events`);
        continue;
      }
      if (isRemoval) fields.get(type)!.delete(field);
      else fields.get(type)!.add(field);
    }
  }
  return [...classes];
}

function checkField(word: string): ScriptField {
  if ((scriptFields as readonly string[]).includes(word)) return word as ScriptField;
  const reason = fieldsNotDone[word];
  if (reason !== undefined)
    throw new UsageError(`-F: the field '${word}' of perf is not done here: ${reason}`);
  throw new UsageError(`-F: there is no field '${word}'; fields are ${scriptFields.join(', ')}`);
}

/**
 * What is left of the fields after those that the samples lack. Events of one class agree, as in perf. perf's own dummy event has no
 * samples to ask: where it is alone in its class, its records have all fields, and the processor where there is none is -1.
 */
function availableFields(
  event: RecordedEvent,
  events: readonly RecordedEvent[],
  requested: ReadonlySet<ScriptField>,
  named: ReadonlySet<string>,
): ReadonlySet<ScriptField> {
  const first = events.find(
    (other) => classOf(other.attr.type) === classOf(event.attr.type) && !isDummy(other),
  );
  const available = new Set<ScriptField>();
  for (const field of requested) {
    const needed = neededSampleType[field];
    // perf asks no event for branches: they are printed of the samples that have them.
    const asked =
      needed === PERF_SAMPLE_BRANCH_STACK ? events.find((other) => hasAnyOf(other, needed)) : first;
    if (needed === undefined || !first || (asked && hasAnyOf(asked, needed))) available.add(field);
    else if (named.has(field)) {
      throw new UsageError(
        `-F ${field}: samples of the event '${event.name ?? event.index}' do not hold it; record with the option of perf record for it`,
      );
    }
  }
  if (available.has('dsoff')) available.add('dso');
  return available;
}

function hasAnyOf({ attr }: RecordedEvent, sampleType: number): boolean {
  return (attr.sampleType & sampleType) !== 0;
}

function isDummy({ attr }: RecordedEvent): boolean {
  return attr.type === PERF_TYPE_SOFTWARE && attr.config === PERF_COUNT_SW_DUMMY;
}

function classOf(type: number): TypeClass {
  switch (type) {
    case PERF_TYPE_HARDWARE:
      return 'hw';
    case PERF_TYPE_SOFTWARE:
      return 'sw';
    case PERF_TYPE_TRACEPOINT:
      return 'trace';
    case PERF_TYPE_HW_CACHE:
      return 'hw_cache';
    case PERF_TYPE_RAW:
      return 'raw';
    case PERF_TYPE_BREAKPOINT:
      return 'break';
    default:
      return 'pmu';
  }
}
