/**
 * Records that are no samples, as `perf script --show-…-events` prints them among the samples (perf 7.2: the
 * perf_event__fprintf functions of util/event.c, print_event_with_time of builtin-script.c):
 *
 *   comm tid [cpu] time: PERF_RECORD_COMM exec: NAME:PID/TID
 */

import {
  formatAddress,
  formatHex,
  hasFlag,
  highHalf,
  lowHalf,
  parseBpfEvent,
  parseBpfMetadata,
  parseCgroup,
  parseComm,
  parseKsymbol,
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
  recordReader,
  recordTypeName,
  Sample,
  type MmapRecord,
  type RecordPlace,
} from '../../parser';
import type { Session } from '../../profile';
import type { ByteWriter } from '../text/byte-writer';
import { printable } from '../text/printable';
import type { ScriptText } from './script-text';

/** Which records are printed, by the names of perf's options. */
export interface EventChoice {
  readonly mmap: boolean;
  readonly task: boolean;
  readonly switch: boolean;
  readonly lost: boolean;
  readonly namespace: boolean;
  readonly cgroup: boolean;
  readonly bpf: boolean;
  readonly round: boolean;
  readonly textPoke: boolean;
}

const typesByChoice: readonly (readonly [keyof EventChoice, readonly number[]])[] = [
  ['mmap', [RecordType.MMAP, RecordType.MMAP2]],
  ['task', [RecordType.COMM, RecordType.FORK, RecordType.EXIT]],
  ['switch', [RecordType.SWITCH, RecordType.SWITCH_CPU_WIDE]],
  ['lost', [RecordType.LOST]],
  ['namespace', [RecordType.NAMESPACES]],
  ['cgroup', [RecordType.CGROUP]],
  ['bpf', [RecordType.KSYMBOL, RecordType.BPF_EVENT, RecordType.BPF_METADATA]],
  ['round', [RecordType.FINISHED_ROUND]],
  ['textPoke', [RecordType.KSYMBOL, RecordType.TEXT_POKE]],
];

const PROT_READ = 1;
const PROT_WRITE = 2;
const PROT_EXEC = 4;
const MAP_SHARED = 1;

const namespaceNames = ['net', 'uts', 'ipc', 'pid', 'user', 'mnt', 'cgroup'];
const NAMESPACES_PER_LINE = 4;
const POKED_BYTES_PER_LINE = 16;
const BPF_KEY_WIDTH = 20;

type Bodies = Partial<Record<number, (place: RecordPlace, littleEndian: boolean) => string>>;

export class EventText {
  private readonly printed: ReadonlySet<number>;
  private readonly trailer = new Sample();
  private readonly bodies: Bodies = {
    [RecordType.MMAP]: (place, little) => formatMmap(parseMmap(place, little)),
    [RecordType.MMAP2]: (place, little) => formatMmap2(parseMmap(place, little)),
    [RecordType.COMM]: formatComm,
    [RecordType.FORK]: formatTask,
    [RecordType.EXIT]: formatTask,
    [RecordType.SWITCH]: formatSwitch,
    [RecordType.SWITCH_CPU_WIDE]: formatSwitch,
    [RecordType.LOST]: (place, little) => {
      const reader = recordReader(place, little);
      reader.skip(8);
      return ` lost ${reader.readBigU64()}\n`;
    },
    [RecordType.NAMESPACES]: formatNamespaces,
    [RecordType.CGROUP]: (place, little) => {
      const { id, path } = parseCgroup(place, little);
      return ` cgroup: ${id} ${printable(path)}\n`;
    },
    [RecordType.KSYMBOL]: (place, little) => {
      const { address, sizeBytes, kind, flags, name } = parseKsymbol(place, little);
      return ` addr ${formatAddress(address)} len ${sizeBytes} type ${kind} flags 0x${flags.toString(16)} name ${printable(name)}\n`;
    },
    [RecordType.BPF_EVENT]: (place, little) => {
      const { kind, flags, id } = parseBpfEvent(place, little);
      return ` type ${kind}, flags ${flags}, id ${id}\n`;
    },
    [RecordType.BPF_METADATA]: formatBpfMetadata,
    [RecordType.TEXT_POKE]: (place, little) => this.formatTextPoke(place, little),
  };

  constructor(
    private readonly out: ByteWriter,
    private readonly session: Session,
    private readonly scriptText: ScriptText,
    choice: EventChoice,
  ) {
    this.printed = new Set(typesByChoice.flatMap(([name, types]) => (choice[name] ? types : [])));
  }

  /** Writes a record, if its kind was asked for. @throws ParseError where it is damaged */
  write(place: RecordPlace): void {
    const { type } = place;
    if (!this.printed.has(type)) return;
    const { littleEndian } = this.session.recording;
    const isPerfsOwn = type === RecordType.FINISHED_ROUND || type === RecordType.BPF_METADATA;
    const body = this.bodies[type]?.(place, littleEndian) ?? '\n';
    if (isPerfsOwn || this.writeStart(place))
      this.out.writeText(`PERF_RECORD_${recordTypeName(type)}${body}`);
  }

  /** Who and when. @returns false where the filters leave the record out: nothing was written then */
  private writeStart(place: RecordPlace): boolean {
    const { session, trailer } = this;
    const { recording } = session;
    recording.decodeTrailerInto(place, trailer);
    const event = recording.events[trailer.eventIndex];
    const subject = this.subjectOf(place);
    if (!hasFlag(event.attr, 'sample_id_all')) {
      trailer.cpu = 0;
      trailer.timeLow = Number(subject.timeNs & 0xffff_ffffn);
      trailer.timeHigh = Number(subject.timeNs >> 32n);
      trailer.pid = subject.pid;
      trailer.tid = subject.tid;
    }
    if (!session.showsCpu(trailer.cpu)) return false;
    const thread = subject.tid === -1 ? undefined : session.processes.findOrCreate(subject.pid, subject.tid);
    this.scriptText.writeEventStart(trailer, event, thread, place.type);
    return true;
  }

  /** The thread that a record is about. */
  private subjectOf(place: RecordPlace): { pid: number; tid: number; timeNs: bigint } {
    const little = this.session.recording.littleEndian;
    switch (place.type) {
      case RecordType.MMAP:
      case RecordType.MMAP2:
      case RecordType.COMM:
      case RecordType.NAMESPACES: {
        const reader = recordReader(place, little);
        return { pid: reader.readI32(), tid: reader.readI32(), timeNs: 0n };
      }
      case RecordType.FORK:
      case RecordType.EXIT:
        return parseTask(place, little);
      default:
        return { pid: this.trailer.pid, tid: this.trailer.tid, timeNs: 0n };
    }
  }

  private formatTextPoke(place: RecordPlace, littleEndian: boolean): string {
    const { address, oldBytes, newBytes } = parseTextPoke(place, littleEndian);
    const thread = this.session.processes.findOrCreate(0, 0);
    const frame = this.session.frameOf(PERF_RECORD_MISC_KERNEL, lowHalf(address), highHalf(address), thread);
    const { symbol, symbolOffset } = this.session.names.resolve(frame);
    const name = symbol === undefined ? '' : `${printable(symbol)}+0x${symbolOffset.toString(16)}`;
    return (
      ` ${formatAddress(address)} ${name} old len ${oldBytes.length} new len ${newBytes.length}\n` +
      formatPokedBytes('Old', oldBytes) +
      formatPokedBytes('New', newBytes)
    );
  }
}

function formatMmap(mmap: MmapRecord): string {
  return `${formatRange(mmap)}]: ${mmap.isExecutable ? 'x' : 'r'} ${printable(mmap.path)}\n`;
}

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
  return `${formatRange(mmap)} ${file}]: ${permissions.join('')} ${printable(mmap.path)}\n`;
}

function formatRange({ pid, tid, startAvma, sizeBytes, pageOffset }: MmapRecord): string {
  return ` ${pid}/${tid}: [${alternateHex(startAvma)}(${alternateHex(sizeBytes)}) @ ${alternateHex(pageOffset)}`;
}

function formatComm(place: RecordPlace, littleEndian: boolean): string {
  const { pid, tid, comm } = parseComm(place, littleEndian);
  const exec = place.misc & PERF_RECORD_MISC_COMM_EXEC ? ' exec' : '';
  return `${exec}: ${printable(comm)}:${pid}/${tid}\n`;
}

function formatTask(place: RecordPlace, littleEndian: boolean): string {
  const { pid, tid, parentPid, parentTid } = parseTask(place, littleEndian);
  return `(${pid}:${tid}):(${parentPid}:${parentTid})\n`;
}

function formatSwitch(place: RecordPlace, littleEndian: boolean): string {
  const isOut = (place.misc & PERF_RECORD_MISC_SWITCH_OUT) !== 0;
  const isPreempted = isOut && (place.misc & PERF_RECORD_MISC_SWITCH_OUT_PREEMPT) !== 0;
  const direction = (isOut ? (isPreempted ? 'OUT preempt' : 'OUT') : 'IN').padEnd(11);
  const partner = parseSwitchPartner(place, littleEndian);
  if (!partner) return ` ${direction}\n`;
  const ids = `${String(partner.pid).padStart(5)}/${String(partner.tid).padEnd(5)}`;
  return ` ${direction}  ${isOut ? 'next' : 'prev'} pid/tid: ${ids}\n`;
}

function formatNamespaces(place: RecordPlace, littleEndian: boolean): string {
  const { pid, tid, links } = parseNamespaces(place, littleEndian);
  let text = ` ${pid}/${tid} - nr_namespaces: ${links.length}\n\t\t[`;
  links.forEach(({ device, inode }, i) => {
    if (i > 0 && i % NAMESPACES_PER_LINE === 0) text += '\n\t\t ';
    const number = inode === 0n ? '0' : `0x${inode.toString(16)}`;
    text += `${i}/${namespaceNames[i] ?? 'UNKNOWN'}: ${device}/${number}${i + 1 === links.length ? ']\n' : ', '}`;
  });
  return text;
}

function formatBpfMetadata(place: RecordPlace, littleEndian: boolean): string {
  const { program, entries } = parseBpfMetadata(place, littleEndian);
  const lines = entries.map(
    ({ key, value }, i) => `  entry ${i}: ${printable(key).padStart(BPF_KEY_WIDTH)} = ${printable(value)}\n`,
  );
  return ` prog ${printable(program)}\n${lines.join('')}`;
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

/** C's %#lx: no prefix for zero. */
function alternateHex(address: number): string {
  return address === 0 ? '0' : `0x${formatAddress(address)}`;
}
