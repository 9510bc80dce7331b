/**
 * Records that are not samples, as `perf script --show-…-events` prints them among the samples (perf 7.2: the
 * perf_event__fprintf functions of util/event.c, print_event_with_time of builtin-script.c):
 *
 *   comm tid [cpu] time: PERF_RECORD_COMM exec: NAME:PID/TID
 *
 * Which records there are, and what is printed of each, is in printed-records.ts.
 */

import { hasFlag, recordTypeName, Sample, type RecordPlace } from '../../parser';
import type { Session } from '../../profile';
import type { ByteWriter } from '../text/byte-writer';
import type { EventChoice } from './event-options';
import { printedRecords, type RecordPrinter, type RecordSubject } from './printed-records';
import type { ScriptText } from './script-text';

export class EventText {
  private readonly printers = new Map<number, RecordPrinter>();
  private readonly trailer = new Sample();

  constructor(
    private readonly out: ByteWriter,
    private readonly session: Session,
    private readonly scriptText: ScriptText,
    choice: EventChoice,
  ) {
    for (const printer of printedRecords) {
      const { type, option } = printer;
      if (option === 'always' || option.some((name) => choice.has(name))) this.printers.set(type, printer);
    }
  }

  /** Writes a record, if its kind was asked for. @throws ParseError where it is damaged */
  write(place: RecordPlace): void {
    const printer = this.printers.get(place.type);
    if (!printer) return;
    const { begin, body } = printer.format(place, this.session);
    if (begin === 'body') this.out.writeText(body);
    else if (begin === 'type' || this.writeStart(place, begin === 'trailer' ? undefined : begin))
      this.out.writeText(`PERF_RECORD_${recordTypeName(place.type)}${body}`);
  }

  /**
   * Who and when.
   * @param about the thread that the record is about; undefined where it is the one that caused the record
   * @returns false where the filters leave the record out: nothing was written then
   */
  private writeStart(place: RecordPlace, about: RecordSubject | undefined): boolean {
    const { session, trailer } = this;
    const { recording } = session;
    recording.decodeTrailerInto(place, trailer);
    const event = recording.events[trailer.eventIndex];
    const subject = about ?? { pid: trailer.pid, tid: trailer.tid, timeNs: 0n };
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
}
