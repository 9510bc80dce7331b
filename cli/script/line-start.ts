/**
 * The part of a line of `script` that samples and other events share: who, where, when.
 *
 *   comm tid [cpu] time:            fields as asked for by -F, each followed by a space
 */

import {
  PERF_RECORD_MISC_COMM_EXEC,
  PERF_RECORD_MISC_KERNEL,
  PERF_RECORD_MISC_MMAP_DATA,
  PERF_RECORD_MISC_SWITCH_OUT,
  PERF_RECORD_MISC_SWITCH_OUT_PREEMPT,
  PERF_RECORD_MISC_USER,
  RecordType,
  type Sample,
  type TimeBase,
} from '../../parser';
import type { Thread } from '../../unwinder';
import type { ByteWriter } from '../text/byte-writer';
import { shown } from '../text/printable';
import type { ScriptField } from './script-fields';
import { TextStore } from '../text/text-store';

const SPACE = 0x20;
const FULL_STOP = 0x2e;
/** Width of a command's name where no stack follows. */
const COMM_WIDTH = 16;

export interface LineStartSources {
  readonly times: TimeBase;
  /** The time of day of a time of the recording's clock; undefined without clock data. */
  readonly timeOfDay: (timeDelta: number, nanoseconds: boolean) => string | undefined;
}

export interface LineStartOptions {
  readonly nanoseconds: boolean;
  /** Times from the first sample on (--reltime), or since the sample before (--deltatime). */
  readonly timeStyle: 'absolute' | 'relative' | 'delta';
}

/** Which fields lines about one event begin with: worked out once. */
export interface LineStyle {
  readonly comm: boolean;
  readonly isCommPadded: boolean;
  readonly pid: boolean;
  readonly tid: boolean;
  readonly cpu: boolean;
  readonly misc: boolean;
  readonly timeOfDay: boolean;
  readonly time: boolean;
}

/** @param hasChain whether a callchain follows the line */
export function lineStyleOf(fields: ReadonlySet<ScriptField>, hasChain: boolean): LineStyle {
  return {
    comm: fields.has('comm'),
    isCommPadded: !(fields.has('ip') && hasChain),
    pid: fields.has('pid'),
    tid: fields.has('tid'),
    cpu: fields.has('cpu'),
    misc: fields.has('misc'),
    timeOfDay: fields.has('tod'),
    time: fields.has('time'),
  };
}

export class LineStart {
  private readonly texts = new TextStore();
  /** Commands' names with the space after them, as they are and padded: indices of texts. */
  private readonly comms = new Map<string, number>();
  private readonly paddedComms = new Map<string, number>();
  private firstTime: number | undefined;
  private previousTime: number | undefined;

  constructor(
    private readonly out: ByteWriter,
    private readonly sources: LineStartSources,
    private readonly options: LineStartOptions,
  ) {}

  /** Writes the start of a line. @param thread undefined where it is not known */
  write(
    sample: Sample,
    thread: Thread | undefined,
    style: LineStyle,
    recordType: number = RecordType.SAMPLE,
  ): void {
    const { out } = this;
    if (style.comm) {
      const comm = thread ? thread.displayName : ':-1';
      out.writeStored(this.texts, this.commText(comm, style.isCommPadded));
    }
    if (style.pid) out.writeNumber(sample.pid, 7);
    if (style.pid && style.tid) out.writeText(`/${String(sample.tid).padEnd(7)}`);
    else if (style.tid) out.writeNumber(sample.tid, 7);
    if (style.pid || style.tid) out.writeCode(SPACE);
    if (style.cpu) {
      out.writeText('[');
      out.writeZeroFilled(sample.cpu, 3);
      out.writeText('] ');
    }
    if (style.misc) out.writeText(formatMisc(sample.misc, recordType));
    if (style.timeOfDay || style.time) this.writeTimes(sample, style);
  }

  private writeTimes(sample: Sample, style: LineStyle): void {
    const { out } = this;
    const { times, timeOfDay } = this.sources;
    const { nanoseconds, timeStyle } = this.options;
    const time = times.delta(sample.timeLow, sample.timeHigh);
    if (style.timeOfDay) out.writeText(`${timeOfDay(time, nanoseconds) ?? 'disabled'} `);
    if (!style.time) return;
    let seconds = times.secondsOf(time);
    let ns = times.nanosecondsOf(time);
    if (timeStyle !== 'absolute') {
      this.firstTime ??= time;
      const from = timeStyle === 'relative' ? this.firstTime : (this.previousTime ?? time);
      this.previousTime = time;
      seconds = Math.floor((time - from) / 1e9);
      ns = time - from - seconds * 1e9;
    }
    out.writeNumber(seconds, 5);
    out.writeCode(FULL_STOP);
    if (nanoseconds) out.writeZeroFilled(ns, 9);
    else out.writeZeroFilled(Math.floor(ns / 1000), 6);
    out.writeText(': ');
  }

  private commText(comm: string, isPadded: boolean): number {
    const known = isPadded ? this.paddedComms : this.comms;
    let text = known.get(comm);
    if (text === undefined) {
      text = this.texts.add(`${isPadded ? shown(comm).padStart(COMM_WIDTH) : shown(comm)} `);
      known.set(comm, text);
    }
    return text;
  }
}

/** Bits that mean something else for each type of record. */
function formatRecordMisc(misc: number, recordType: number): string {
  switch (recordType) {
    case RecordType.MMAP:
    case RecordType.MMAP2:
      return misc & PERF_RECORD_MISC_MMAP_DATA ? 'M' : '';
    case RecordType.COMM:
      return misc & PERF_RECORD_MISC_COMM_EXEC ? 'E' : '';
    case RecordType.SWITCH:
    case RecordType.SWITCH_CPU_WIDE:
      if ((misc & PERF_RECORD_MISC_SWITCH_OUT) === 0) return '';
      return misc & PERF_RECORD_MISC_SWITCH_OUT_PREEMPT ? 'Sp' : 'S';
    default:
      return '';
  }
}

function formatMisc(misc: number, recordType: number): string {
  let letters = '';
  // perf asks for all bits of a mode, so that 3 (hypervisor) is kernel and user as well.
  if ((misc & PERF_RECORD_MISC_KERNEL) === PERF_RECORD_MISC_KERNEL) letters += 'K';
  if ((misc & PERF_RECORD_MISC_USER) === PERF_RECORD_MISC_USER) letters += 'U';
  if ((misc & 3) === 3) letters += 'H';
  if ((misc & 4) === 4) letters += 'G';
  if ((misc & 5) === 5) letters += 'g';
  return (letters + formatRecordMisc(misc, recordType)).padEnd(6);
}
