/**
 * The types of records that `script` prints: how each is read, what is printed of it, and which option asks for it.
 * To add one, see docs/adding.md.
 */

import {
  formatAddress,
  formatHex,
  highHalf,
  lowHalf,
  parseAuxtraceError,
  parseBpfEvent,
  parseBpfMetadata,
  parseCgroup,
  parseComm,
  parseKsymbol,
  parseLost,
  parseMmap,
  parseNamespaces,
  parseSwitchPartner,
  parseTask,
  parseTextPoke,
  PERF_RECORD_MISC_COMM_EXEC,
  PERF_RECORD_MISC_KERNEL,
  PERF_RECORD_MISC_SWITCH_OUT,
  PERF_RECORD_MISC_SWITCH_OUT_PREEMPT,
  RecordType,
  type AuxtraceErrorRecord,
  type BpfMetadataRecord,
  type MmapRecord,
  type NamespacesRecord,
  type RecordPlace,
  type SwitchPartner,
  type TaskRecord,
  type TextPokeRecord,
} from '../../parser';
import type { Session } from '../../profile';
import { shown } from '../text/printable';
import type { EventOption } from './event-options';

/** The thread that a record is about, and when, for recordings whose records do not say it themselves. */
export interface RecordSubject {
  readonly pid: number;
  readonly tid: number;
  readonly timeNs: bigint;
}

/**
 * What is before the text of a record:
 *   a subject   comm tid [cpu] time: PERF_RECORD_TYPE, of the thread that the record is about
 *   'trailer'   the same, of the thread that the record's trailer names
 *   'type'      PERF_RECORD_TYPE alone
 *   'body'      nothing
 */
type LineBegin = RecordSubject | 'trailer' | 'type' | 'body';

/** A type of records. */
interface PrintedRecord<Content> {
  readonly type: number;
  /** The options that ask for it: one is enough. */
  readonly option: readonly EventOption[] | 'always';
  /** @throws ParseError */
  readonly parse: (place: RecordPlace, littleEndian: boolean) => Content;
  readonly begin: 'trailer' | 'type' | 'body' | ((content: Content) => RecordSubject);
  /** The text after the type, with the end of its line. */
  readonly print: (content: Content, place: RecordPlace, session: Session) => string;
}

/** A type of records, whatever is in it. */
export interface RecordPrinter {
  readonly type: number;
  readonly option: readonly EventOption[] | 'always';
  /** @throws ParseError where the record is damaged */
  readonly format: (place: RecordPlace, session: Session) => { begin: LineBegin; body: string };
}

function printed<Content>(record: PrintedRecord<Content>): RecordPrinter {
  const { type, option, parse, begin, print } = record;
  return {
    type,
    option,
    format: (place, session) => {
      const content = parse(place, session.recording.littleEndian);
      return {
        begin: typeof begin === 'function' ? begin(content) : begin,
        body: print(content, place, session),
      };
    },
  };
}

/** Of a record that names its thread, but no time. */
function namedThread({ pid, tid }: { readonly pid: number; readonly tid: number }): RecordSubject {
  return { pid, tid, timeNs: 0n };
}

const task = {
  option: ['show-task-events'],
  parse: parseTask,
  begin: (content: TaskRecord) => content,
  print: ({ pid, tid, parentPid, parentTid }: TaskRecord) => `(${pid}:${tid}):(${parentPid}:${parentTid})\n`,
} as const;

const contextSwitch = {
  option: ['show-switch-events'],
  parse: parseSwitchPartner,
  begin: 'trailer',
  print: formatSwitch,
} as const;

export const printedRecords: readonly RecordPrinter[] = [
  printed({
    type: RecordType.MMAP,
    option: ['show-mmap-events'],
    parse: parseMmap,
    begin: namedThread,
    print: (mmap) => `${formatRange(mmap)}]: ${mmap.isExecutable ? 'x' : 'r'} ${shown(mmap.path)}\n`,
  }),
  printed({
    type: RecordType.MMAP2,
    option: ['show-mmap-events'],
    parse: parseMmap,
    begin: namedThread,
    print: formatMmap2,
  }),
  printed({
    type: RecordType.COMM,
    option: ['show-task-events'],
    parse: parseComm,
    begin: namedThread,
    print: ({ pid, tid, comm }, { misc }) =>
      `${misc & PERF_RECORD_MISC_COMM_EXEC ? ' exec' : ''}: ${shown(comm)}:${pid}/${tid}\n`,
  }),
  printed({ type: RecordType.FORK, ...task }),
  printed({ type: RecordType.EXIT, ...task }),
  printed({ type: RecordType.SWITCH, ...contextSwitch }),
  printed({ type: RecordType.SWITCH_CPU_WIDE, ...contextSwitch }),
  printed({
    type: RecordType.LOST,
    option: ['show-lost-events'],
    parse: parseLost,
    begin: 'trailer',
    print: ({ count }) => ` lost ${count}\n`,
  }),
  printed({
    type: RecordType.NAMESPACES,
    option: ['show-namespace-events'],
    parse: parseNamespaces,
    begin: namedThread,
    print: formatNamespaces,
  }),
  printed({
    type: RecordType.CGROUP,
    option: ['show-cgroup-events'],
    parse: parseCgroup,
    begin: 'trailer',
    print: ({ id, path }) => ` cgroup: ${id} ${shown(path)}\n`,
  }),
  printed({
    type: RecordType.KSYMBOL,
    option: ['show-bpf-events', 'show-text-poke-events'],
    parse: parseKsymbol,
    begin: 'trailer',
    print: ({ address, sizeBytes, kind, flags, name }) =>
      ` addr ${formatAddress(address)} len ${sizeBytes} type ${kind} flags 0x${flags.toString(16)} name ${shown(name)}\n`,
  }),
  printed({
    type: RecordType.BPF_EVENT,
    option: ['show-bpf-events'],
    parse: parseBpfEvent,
    begin: 'trailer',
    print: ({ kind, flags, id }) => ` type ${kind}, flags ${flags}, id ${id}\n`,
  }),
  printed({
    type: RecordType.BPF_METADATA,
    option: ['show-bpf-events'],
    parse: parseBpfMetadata,
    begin: 'type',
    print: formatBpfMetadata,
  }),
  printed({
    type: RecordType.TEXT_POKE,
    option: ['show-text-poke-events'],
    parse: parseTextPoke,
    begin: 'trailer',
    print: formatTextPoke,
  }),
  printed({
    type: RecordType.AUXTRACE_ERROR,
    option: 'always',
    parse: parseAuxtraceError,
    begin: 'body',
    print: formatAuxtraceError,
  }),
  printed({
    type: RecordType.FINISHED_ROUND,
    option: ['show-round-events'],
    parse: () => undefined,
    begin: 'type',
    print: () => '\n',
  }),
];

const PROT_READ = 1;
const PROT_WRITE = 2;
const PROT_EXEC = 4;
const MAP_SHARED = 1;

function formatMmap2(mmap: MmapRecord): string {
  const { protection, flags, buildId, major, minor, inode, inodeGeneration } = mmap;
  const device = [major, minor].map((number) => number.toString(16).padStart(2, '0')).join(':');
  const file = buildId ? `<${formatHex(buildId)}>` : `${device} ${inode} ${inodeGeneration}`;
  const permissions = [
    protection & PROT_READ ? 'r' : '-',
    protection & PROT_WRITE ? 'w' : '-',
    protection & PROT_EXEC ? 'x' : '-',
    flags & MAP_SHARED ? 's' : 'p',
  ];
  return `${formatRange(mmap)} ${file}]: ${permissions.join('')} ${shown(mmap.path)}\n`;
}

function formatRange({ pid, tid, startAvma, sizeBytes, pageOffset }: MmapRecord): string {
  return ` ${pid}/${tid}: [${alternateHex(startAvma)}(${alternateHex(sizeBytes)}) @ ${alternateHex(pageOffset)}`;
}

/** C's %#lx: no prefix for zero. */
function alternateHex(address: number): string {
  return address === 0 ? '0' : `0x${formatAddress(address)}`;
}

function formatSwitch(partner: SwitchPartner | undefined, { misc }: RecordPlace): string {
  const isOut = (misc & PERF_RECORD_MISC_SWITCH_OUT) !== 0;
  const isPreempted = isOut && (misc & PERF_RECORD_MISC_SWITCH_OUT_PREEMPT) !== 0;
  const direction = (isOut ? (isPreempted ? 'OUT preempt' : 'OUT') : 'IN').padEnd(11);
  if (!partner) return ` ${direction}\n`;
  const ids = `${String(partner.pid).padStart(5)}/${String(partner.tid).padEnd(5)}`;
  return ` ${direction}  ${isOut ? 'next' : 'prev'} pid/tid: ${ids}\n`;
}

const namespaceNames = ['net', 'uts', 'ipc', 'pid', 'user', 'mnt', 'cgroup'];
const NAMESPACES_PER_LINE = 4;

function formatNamespaces({ pid, tid, links }: NamespacesRecord): string {
  let text = ` ${pid}/${tid} - nr_namespaces: ${links.length}\n\t\t[`;
  links.forEach(({ device, inode }, i) => {
    if (i > 0 && i % NAMESPACES_PER_LINE === 0) text += '\n\t\t ';
    const number = inode === 0n ? '0' : `0x${inode.toString(16)}`;
    text += `${i}/${namespaceNames[i] ?? 'UNKNOWN'}: ${device}/${number}${i + 1 === links.length ? ']\n' : ', '}`;
  });
  return text;
}

const BPF_KEY_WIDTH = 20;

function formatBpfMetadata({ program, entries }: BpfMetadataRecord): string {
  const lines = entries.map(
    ({ key, value }, i) => `  entry ${i}: ${shown(key).padStart(BPF_KEY_WIDTH)} = ${shown(value)}\n`,
  );
  return ` prog ${shown(program)}\n${lines.join('')}`;
}

const POKED_BYTES_PER_LINE = 16;

function formatTextPoke(poke: TextPokeRecord, _place: RecordPlace, session: Session): string {
  const { address, oldBytes, newBytes } = poke;
  const thread = session.processes.findOrCreate(0, 0);
  const frame = session.frameOf(PERF_RECORD_MISC_KERNEL, lowHalf(address), highHalf(address), thread);
  const { symbol, symbolOffset } = session.names.resolve(frame);
  const name = symbol === undefined ? '' : `${shown(symbol)}+0x${symbolOffset.toString(16)}`;
  return (
    ` ${formatAddress(address)} ${name} old len ${oldBytes.length} new len ${newBytes.length}\n` +
    formatPokedBytes('Old', oldBytes) +
    formatPokedBytes('New', newBytes)
  );
}

function formatPokedBytes(label: string, bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += POKED_BYTES_PER_LINE) {
    const line = Array.from(bytes.subarray(at, at + POKED_BYTES_PER_LINE), (byte) =>
      byte.toString(16).padStart(2, '0'),
    );
    text += `            ${label} bytes: ${line.join(' ')}\n`;
  }
  return text;
}

const INSTRUCTION_TRACE = 1;
const NS_PER_SECOND = 1_000_000_000n;

function formatAuxtraceError(error: AuxtraceErrorRecord): string {
  const { kind, code, cpu, pid, tid, ip, timeNs, message, guest } = error;
  const name = kind === INSTRUCTION_TRACE ? 'instruction trace' : 'unknown AUX';
  const ns = String(timeNs % NS_PER_SECOND).padStart(9, '0');
  const time = timeNs === 0n ? '0' : `${timeNs / NS_PER_SECOND}.${ns}`;
  const machine = guest ? ` machine_pid ${guest.pid} vcpu ${guest.cpu}` : '';
  const address = ip === 0n ? '0' : `0x${ip.toString(16)}`;
  return (
    ` ${name} error type ${kind} time ${time}${machine} cpu ${cpu} pid ${pid} tid ${tid} ` +
    `ip ${address} code ${code}: ${shown(message)}\n`
  );
}
