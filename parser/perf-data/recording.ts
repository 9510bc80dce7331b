/**
 * A recording: its header, its events, and its records in the order in which perf delivers them.
 *
 *   file ──► records in file order ──┬─ with a time ──► round sorter ──► handler
 *                                    └─ without, or perf's own records ──► handler at once
 */

import type { ByteSource } from '../bytes';
import { FileByteSource } from '../io/file-byte-source';
import { FIRST_USER_RECORD_TYPE, RECORD_HEADER_SIZE, RecordType } from './constants';
import { hasFlag, type EventAttr } from './event-attr';
import { Feature, openFeature, parseEventDescriptions, readStringFeature } from './features';
import { parseFileHeader, type EventDescription, type FileHeader } from './file-header';
import { RecordPlace } from './records';
import { walkRecords, type Piece, type RecordInput } from './record-stream';
import { RoundSorter } from './round-sorter';
import type { Sample } from './sample';
import { highWord, lowWord, SampleLayout, SampleStatus, size64 } from './sample-layout';
import { TimeBase } from './time-base';

export interface RecordedEvent {
  readonly index: number;
  readonly attr: EventAttr;
  readonly layout: SampleLayout;
  /** As perf record named it ("cpu-clock:u"); undefined where the file does not say. */
  readonly name: string | undefined;
  readonly ids: readonly number[];
}

/** What was wrong with the data, as sentences; empty where all was well. */
export interface RecordingEnd {
  readonly problems: readonly string[];
}

export class Recording {
  readonly littleEndian: boolean;
  readonly times = new TimeBase();
  readonly events: readonly RecordedEvent[];
  private readonly eventById = new Map<number, RecordedEvent>();

  private constructor(
    readonly source: ByteSource,
    readonly header: FileHeader,
  ) {
    this.littleEndian = header.littleEndian;
    this.events = nameEvents(source, header);
    for (const event of this.events) for (const id of event.ids) this.eventById.set(id, event);
  }

  /** Opens a recording. @throws ParseError when the header is unusable */
  static open(source: ByteSource): Recording {
    return new Recording(source, parseFileHeader(source));
  }

  /** A feature that is one string (Feature.ARCH, Feature.HOSTNAME…). */
  stringFeature(feature: number): string | undefined {
    return readStringFeature(this.source, this.header, feature);
  }

  /**
   * Reads all records in the order in which perf delivers them.
   * @param handle gets a place that is reused: copy what is to be kept
   */
  readRecords(handle: (place: RecordPlace) => void): RecordingEnd {
    const problems = [...this.header.problems];
    const place = new RecordPlace();
    const deliver = (piece: Piece, at: number): void => {
      place.piece = piece;
      place.start = at;
      place.type = piece.view.getUint32(at, this.littleEndian);
      place.misc = piece.view.getUint16(at + 4, this.littleEndian);
      place.sizeBytes = piece.view.getUint16(at + 6, this.littleEndian);
      handle(place);
    };
    const sorter = new RoundSorter(deliver);
    const sorts = this.events.every((event) => hasFlag(event.attr, 'sample_id_all'));
    const { data, isUnfinished } = this.header;
    const end = isUnfinished
      ? this.source.sizeBytes
      : Math.min(this.source.sizeBytes, data.offset + data.sizeBytes);
    if (isUnfinished) problems.push('perf record did not finish the file: reading up to its end');
    else if (end < data.offset + data.sizeBytes) problems.push('the file is shorter than its header says');
    const walked = walkRecords(
      new SourceRange(this.source, data.offset, end),
      data.offset,
      this.littleEndian,
      (piece, at, type, _misc, sizeBytes) => {
        if (type === RecordType.FINISHED_ROUND) sorter.finishRound();
        const time = sorts && type < FIRST_USER_RECORD_TYPE ? this.timeOf(piece, at, type, sizeBytes) : NaN;
        if (Number.isNaN(time)) deliver(piece, at);
        else sorter.push(time, piece, at);
      },
    );
    sorter.finish();
    if (walked.problem) problems.push(walked.problem);
    return { problems };
  }

  /** The event of a record, by the id in it; undefined when no event has that id. */
  findEvent(place: RecordPlace): RecordedEvent | undefined {
    return this.eventOf(place.piece, place.start, place.type, place.sizeBytes);
  }

  /** Decodes a sample. @returns Truncated also where the sample names no event of the file */
  decodeSampleInto(place: RecordPlace, out: Sample): SampleStatus {
    const event = this.findEvent(place);
    if (!event) return SampleStatus.Truncated;
    this.setPlace(place, event.index, out);
    return event.layout.decodeInto(place.piece.view, place.start, place.sizeBytes, this.littleEndian, out);
  }

  /** Decodes the trailer of a record that is no sample (thread, time, id, cpu) into a sample. */
  decodeTrailerInto(place: RecordPlace, out: Sample): void {
    const event = this.findEvent(place) ?? this.events[0];
    this.setPlace(place, event.index, out);
    event.layout.decodeTrailerInto(place.piece.view, place.start, place.sizeBytes, this.littleEndian, out);
  }

  private setPlace(place: RecordPlace, eventIndex: number, out: Sample): void {
    out.bytes = place.piece.bytes;
    out.view = place.piece.view;
    out.littleEndian = this.littleEndian;
    out.misc = place.misc;
    out.fileOffset = place.fileOffset;
    out.eventIndex = eventIndex;
  }

  private eventOf(piece: Piece, at: number, type: number, sizeBytes: number): RecordedEvent | undefined {
    const first = this.events[0];
    if (this.events.length === 1) return first;
    const { layout } = first;
    let offset: number;
    if (type === RecordType.SAMPLE) offset = layout.sampleIdOffset;
    else offset = layout.trailerIdOffset === 0 ? -1 : sizeBytes - layout.trailerIdOffset;
    if (offset < RECORD_HEADER_SIZE || offset + 8 > sizeBytes) return first;
    const id = size64(piece.view, at + offset, this.littleEndian);
    return id === 0 ? first : this.eventById.get(id);
  }

  /** Nanoseconds since the first time of the file, or NaN for a record without a usable time. */
  private timeOf(piece: Piece, at: number, type: number, sizeBytes: number): number {
    const event = this.eventOf(piece, at, type, sizeBytes);
    const offset = event ? event.layout.timeOffsetIn(type, sizeBytes) : -1;
    if (offset < RECORD_HEADER_SIZE || offset + 8 > sizeBytes) return NaN;
    const low = lowWord(piece.view, at + offset, this.littleEndian);
    const high = highWord(piece.view, at + offset, this.littleEndian);
    if ((low === 0 && high === 0) || (low === 0xffffffff && high === 0xffffffff)) return NaN;
    return this.times.delta(low, high);
  }
}

/** Names from EVENT_DESC, matched by the ids and, where an event has none, by its place in the list. */
function nameEvents(source: ByteSource, header: FileHeader): RecordedEvent[] {
  const reader = openFeature(source, header, Feature.EVENT_DESC);
  const named = reader ? parseEventDescriptions(reader) : [];
  return header.events.map((event: EventDescription, index) => {
    const match =
      named.find((candidate) => candidate.ids.some((id) => event.ids.includes(id))) ?? named[index];
    return {
      index,
      attr: event.attr,
      layout: new SampleLayout(event.attr),
      name: match?.name,
      ids: event.ids,
    };
  });
}

/** A range of a source, read on piece by piece. */
class SourceRange implements RecordInput {
  constructor(
    private readonly source: ByteSource,
    private position: number,
    private readonly end: number,
  ) {}

  readInto(bytes: Uint8Array): number {
    const size = Math.min(bytes.length, this.end - this.position);
    if (size <= 0) return 0;
    if (this.source instanceof FileByteSource) {
      const got = this.source.readInto(bytes.subarray(0, size), this.position);
      this.position += got;
      return got;
    }
    bytes.set(this.source.read(this.position, size));
    this.position += size;
    return size;
  }
}
