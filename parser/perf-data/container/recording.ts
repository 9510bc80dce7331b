/**
 * A recording: its events, its features, and its records in the order in which perf delivers them.
 *
 *   file, pipe ──► records in file order ──┬─ with a time ──► round sorter ──► handler
 *                  (decompressed)          └─ without, or perf's own records ──► handler at once
 *
 * A file says in its header what its events and features are; a pipe says it in records, most of them before the
 * first record of the kernel. Opening a pipe reads as far as that.
 *
 * A directory (`perf record --threads`) holds a file `data`, complete but for the kernel's records, and those in one
 * file for each of perf's threads: see directory-reader.ts.
 */

import { ByteReader, ParseError, type ByteSource } from '../../bytes';
import { FIRST_USER_RECORD_TYPE, RECORD_HEADER_SIZE, RecordType } from '../constants';
import { Delivery } from './delivery';
import { DirectoryReader } from './directory-reader';
import { readEventAttr, type EventAttr } from '../records/event-attr';
import { EventTable, type RecordedEvent } from '../records/event-table';
import {
  Feature,
  FEATURE_COUNT,
  FileFeatureSections,
  parseBuildIds,
  parseEventDescriptions,
  PipeFeatureSections,
  readBuildIdBody,
  readFeatureString,
  type FeatureSections,
  type RecordedBuildId,
} from '../features/features';
import { parseFileHeader, PIPE_HEADER_SIZE, type FileHeader } from './file-header';
import { RecordDecompressor } from './record-decompressor';
import { SourceRange } from './record-input';
import { describesRecording, isCompressed, isHeaderRecord } from './record-kinds';
import type { Piece } from './piece';
import { PIECE_SIZE_BYTES, RecordReader, type RecordInput } from './record-stream';
import { RecordPlace, recordReader } from '../records/records';
import type { Sample } from '../records/sample';
import { highWord, lowWord, SampleStatus } from '../records/sample-layout';
import { TimeBase } from './time-base';
import { parseTracingData, type TracingData } from '../tracepoints/tracing-data';
import type { ZstdFactory } from './zstd-stream';

export type { RecordedEvent } from '../records/event-table';

/** What was wrong with the data, as sentences; empty where all was well. */
export interface RecordingEnd {
  readonly problems: readonly string[];
}

/** What opening a recording needs besides its bytes. */
export interface RecordingParts {
  /** The files `data.0`, `data.1`… of a directory. */
  readonly dataFiles?: readonly ByteSource[];
  /** What is known to be wrong with it, as sentences. */
  readonly problems?: readonly string[];
  /** When the file was last written. */
  readonly writtenAt?: Date;
}

/** EVENT_UPDATE: which fact of an event a record brings (PERF_EVENT_UPDATE__* in perf/event.h). */
const UPDATE_UNIT = 0;
const UPDATE_SCALE = 1;
const UPDATE_NAME = 2;

export class Recording {
  readonly littleEndian: boolean;
  readonly times = new TimeBase();
  /** Records read so far, by type; compressed ones are counted as well as what they held. */
  readonly recordCounts = new Map<number, number>();
  /** Bytes of hardware traces that were left out. */
  auxtraceBytes = 0;
  readonly features: FeatureSections;
  readonly writtenAt: Date | undefined;
  /** Decompresses; to be set before records are read where {@link needsZstd}. */
  zstd: ZstdFactory | undefined;
  private readonly dataFiles: readonly ByteSource[];
  private readonly eventTable = new EventTable();
  private readonly pipeFeatures: PipeFeatureSections | undefined;
  private readonly pipeBuildIds: RecordedBuildId[] = [];
  private readonly problems: string[];
  /** Of a pipe: is before the first record that {@link readRecords} delivers. */
  private pipeReader: RecordReader | undefined;
  private pipeHasRecord = false;
  /** Of a pipe: records before the first of the kernel that say nothing of events and features. */
  private readonly leadingRecords: RecordPlace[] = [];
  private hasTooManyEvents = false;

  private constructor(
    readonly name: string,
    readonly header: FileHeader,
    private readonly source: ByteSource | undefined,
    parts: RecordingParts,
  ) {
    this.littleEndian = header.littleEndian;
    this.dataFiles = parts.dataFiles ?? [];
    this.writtenAt = parts.writtenAt;
    this.problems = [...(parts.problems ?? []), ...header.problems];
    if (source && !header.isPipe) this.features = new FileFeatureSections(source, header);
    else this.features = this.pipeFeatures = new PipeFeatureSections();
  }

  /** Opens a recording of known size: a file, also one that holds what a pipe carried. @throws ParseError */
  static open(source: ByteSource, parts: RecordingParts = {}): Recording {
    const header = parseFileHeader(source);
    const recording = new Recording(source.name, header, source, parts);
    if (header.isPipe) {
      recording.openPipe(new SourceRange(source, PIPE_HEADER_SIZE, source.sizeBytes));
      return recording;
    }
    for (const { attr, ids } of header.events) recording.addEvent(attr, ids);
    recording.nameEvents();
    recording.nameTracepoints();
    return recording;
  }

  /**
   * Opens a recording that comes through a pipe.
   * @param header by parsePipeHeader
   * @param input is after the header
   * @throws ParseError when it describes no event
   */
  static openStream(
    name: string,
    header: FileHeader,
    input: RecordInput,
    parts: RecordingParts = {},
  ): Recording {
    const recording = new Recording(name, header, undefined, parts);
    recording.openPipe(input);
    return recording;
  }

  /** All events; of a pipe those that are known by now. */
  get events(): readonly RecordedEvent[] {
    return this.eventTable.all;
  }

  /** Bytes of all its files; undefined for a pipe. */
  get sizeBytes(): number | undefined {
    return this.source && this.dataFiles.reduce((sum, file) => sum + file.sizeBytes, this.source.sizeBytes);
  }

  /** Whether {@link zstd} must be set before records are read. */
  get needsZstd(): boolean {
    if (this.features.read(Feature.COMPRESSED)) return true;
    // A file that was cut off has lost its features, and with them what says so.
    if (this.header.isUnfinished || this.header.problems.length > 0) return true;
    return this.pipeHasRecord && isCompressed(this.pipeReader!.type);
  }

  /** A reader over a feature's bytes, or undefined where the recording has none. @throws ParseError */
  openFeature(feature: number): ByteReader | undefined {
    const bytes = this.features.read(feature);
    if (!bytes) return undefined;
    return new ByteReader(bytes, this.littleEndian, `${this.name}, feature section ${feature}`);
  }

  /** A feature that is one string (Feature.ARCH, Feature.HOSTNAME…). @throws ParseError */
  stringFeature(feature: number): string | undefined {
    const reader = this.openFeature(feature);
    return reader && readFeatureString(reader);
  }

  /** Formats of the recorded tracepoints; undefined where there are none. @throws ParseError */
  tracingData(): TracingData | undefined {
    const bytes = this.features.read(Feature.TRACING_DATA);
    return bytes && parseTracingData(bytes, `${this.name}, tracing data`);
  }

  /** Build ids that perf record looked up; of a pipe those that came by now. @throws ParseError */
  buildIds(): readonly RecordedBuildId[] {
    const reader = this.openFeature(Feature.BUILD_ID);
    return reader ? parseBuildIds(reader) : this.pipeBuildIds;
  }

  /**
   * Reads all records. A pipe can be read once.
   * @param order of their times, in which perf delivers them, or as they stand in the file
   * @param handle gets a place that is reused: copy what you keep
   */
  readRecords(order: 'time' | 'file', handle: (place: RecordPlace) => void): RecordingEnd {
    const delivery = new Delivery(this, order === 'time', handle);
    if (this.pipeReader) {
      const reader = this.pipeReader;
      for (const place of this.leadingRecords) handle(place);
      if (this.pipeHasRecord) delivery.takeRecord(reader);
      this.pipeHasRecord = false;
      delivery.takeAll(reader);
    } else {
      delivery.isDirectory = this.dataFiles.length > 0;
      delivery.takeAll(this.openDataSection());
      if (delivery.isDirectory) this.readDirectory(delivery);
    }
    delivery.finish();
    return { problems: [...new Set([...this.problems, ...delivery.problems])] };
  }

  /** The event of a record, by the id in it; undefined when no event has that id. */
  findEvent(place: RecordPlace): RecordedEvent | undefined {
    const { piece, start, type, sizeBytes } = place;
    return this.eventTable.findByRecord(piece, start, type, sizeBytes, this.littleEndian);
  }

  /** The event that has an id. */
  findEventById(id: number): RecordedEvent | undefined {
    return this.eventTable.findById(id);
  }

  /** Decodes a sample. @returns Truncated also where the sample names no event of the file */
  decodeSampleInto(place: RecordPlace, out: Sample): SampleStatus {
    const event = this.findEvent(place);
    if (!event) return SampleStatus.Truncated;
    this.setPlace(place, event.index, out);
    return event.layout.decodeInto(place.piece.view, place.start, place.sizeBytes, this.littleEndian, out);
  }

  /** Decodes the trailer of a record that is not a sample (thread, time, id, cpu) into a sample. */
  decodeTrailerInto(place: RecordPlace, out: Sample): void {
    const event = this.findEvent(place) ?? this.events[0];
    this.setPlace(place, event.index, out);
    event.layout.decodeTrailerInto(place.piece.view, place.start, place.sizeBytes, this.littleEndian, out);
  }

  /** Nanoseconds since the first time of the file, or NaN for a record without a usable time. */
  timeOf(piece: Piece, at: number, type: number, sizeBytes: number): number {
    if (type >= FIRST_USER_RECORD_TYPE || !this.eventTable.hasSampleIdAll) return NaN;
    const event = this.eventTable.findByRecord(piece, at, type, sizeBytes, this.littleEndian);
    const offset = event ? event.layout.timeOffsetIn(type, sizeBytes) : -1;
    if (offset < RECORD_HEADER_SIZE || offset + 8 > sizeBytes) return NaN;
    const low = lowWord(piece.view, at + offset, this.littleEndian);
    const high = highWord(piece.view, at + offset, this.littleEndian);
    if ((low === 0 && high === 0) || (low === 0xffffffff && high === 0xffffffff)) return NaN;
    return this.times.delta(low, high);
  }

  /** @returns false where there are absurdly many events, which is said once */
  private addEvent(attr: EventAttr, ids: readonly number[]): boolean {
    if (this.eventTable.add(attr, ids)) return true;
    if (!this.hasTooManyEvents) this.problems.push('there are more events than can be');
    this.hasTooManyEvents = true;
    return false;
  }

  /** Takes from a record what it says of the recording itself (a pipe's header). @throws ParseError */
  applyHeaderRecord(reader: RecordReader): void {
    const { piece, start, type, misc, sizeBytes } = reader;
    const place = new RecordPlace();
    place.set(piece, start, type, misc, sizeBytes);
    const body = recordReader(place, this.littleEndian);
    switch (type) {
      case RecordType.HEADER_ATTR: {
        const attr = readEventAttr(body, body.remaining);
        const ids = Array.from({ length: Math.floor(body.remaining / 8) }, () => body.readAddress());
        if (this.addEvent(attr, ids) && !this.header.isPipe) {
          this.problems.push(
            'an event is described among the records (HEADER_ATTR), where only the stream of a pipe describes any',
          );
        }
        break;
      }
      case RecordType.HEADER_FEATURE: {
        const feature = body.readSize();
        // An empty one ends the list; its number is the count of features that the recording perf knew.
        if (feature >= FEATURE_COUNT || body.remaining === 0) break;
        this.pipeFeatures?.set(feature, body.readBytes(body.remaining).slice());
        if (feature === Feature.EVENT_DESC) this.nameEvents();
        break;
      }
      case RecordType.HEADER_BUILD_ID:
        this.pipeBuildIds.push(readBuildIdBody(body, misc, sizeBytes));
        break;
      case RecordType.EVENT_UPDATE:
        this.applyEventUpdate(body);
        break;
      case RecordType.HEADER_TRACING_DATA:
        // Of a file the data are a feature section: only a pipe carries them after the record.
        if (this.header.isPipe) {
          this.pipeFeatures?.set(Feature.TRACING_DATA, reader.readPayload(body.readU32()));
          this.nameTracepoints();
        }
        break;
      default:
    }
  }

  private applyEventUpdate(body: ByteReader): void {
    const kind = body.readSize();
    const event = this.eventTable.findById(body.readAddress());
    if (!event) return;
    if (kind === UPDATE_NAME) this.eventTable.setName(event, body.readFixedString(body.remaining));
    else if (kind === UPDATE_UNIT) this.eventTable.setUnit(event, body.readFixedString(body.remaining));
    else if (kind === UPDATE_SCALE) this.eventTable.setScale(event, body.readF64());
  }

  private openDataSection(): RecordReader {
    const source = this.source!;
    const { data, isUnfinished } = this.header;
    let end = data.offset + data.sizeBytes;
    if (isUnfinished) {
      this.problems.push('perf record did not finish the file: reading up to its end');
      end = source.sizeBytes;
    } else if (end > source.sizeBytes) {
      this.problems.push('the file is shorter than its header says');
      end = source.sizeBytes;
    }
    return this.openRange(source, data.offset, end);
  }

  private openRange(source: ByteSource, from: number, end: number): RecordReader {
    const range = new SourceRange(source, from, end);
    const pieceSizeBytes = Math.min(PIECE_SIZE_BYTES, Math.max(1, end - from));
    const readAgain = (bytes: Uint8Array, fileOffset: number) =>
      new SourceRange(source, fileOffset, end).readInto(bytes);
    return new RecordReader(range, {
      name: source.name,
      fileOffset: from,
      littleEndian: this.littleEndian,
      pieceSizeBytes,
      readAgain,
    });
  }

  private readDirectory(delivery: Delivery): void {
    const directory = new DirectoryReader(
      this.dataFiles.map((file) => () => this.openRange(file, 0, file.sizeBytes)),
      (reader) => this.createDecompressor(reader),
      (piece, at, type, sizeBytes) => this.timeOf(piece, at, type, sizeBytes),
    );
    directory.read(
      (piece, at) => delivery.take(piece, at),
      (time) => delivery.sorter.deliverBefore(time),
    );
    delivery.problems.push(...directory.problems);
  }

  createDecompressor(reader: RecordReader): RecordDecompressor {
    return new RecordDecompressor(this.zstd?.createStream(), reader.name, this.littleEndian);
  }

  /** Reads the records that describe the recording, up to the first that does not. */
  private openPipe(input: RecordInput): void {
    const reader = new RecordReader(input, {
      name: this.name,
      fileOffset: PIPE_HEADER_SIZE,
      littleEndian: this.littleEndian,
      pieceSizeBytes: PIPE_PIECE_BYTES,
    });
    this.pipeReader = reader;
    for (;;) {
      this.pipeHasRecord = reader.next();
      if (!this.pipeHasRecord || !isHeaderRecord(reader.type)) break;
      // What follows takes effect as it is read, among the others.
      if (this.leadingRecords.length === MOST_LEADING_RECORDS) break;
      this.count(reader.type);
      this.applyHeaderRecord(reader);
      if (describesRecording(reader.type)) continue;
      const place = new RecordPlace();
      place.set(reader.piece, reader.start, reader.type, reader.misc, reader.sizeBytes);
      this.leadingRecords.push(place.copy());
    }
    if (this.events.length > 0) return;
    throw new ParseError({
      what: 'the stream describes no event',
      where: this.name,
      found:
        reader.problem ?? (this.pipeHasRecord ? 'samples without a description' : 'nothing but its header'),
      hint: 'Is it the output of perf record -o - ?',
    });
  }

  /** Counts a record. */
  count(type: number): void {
    this.recordCounts.set(type, (this.recordCounts.get(type) ?? 0) + 1);
  }

  /** Names from EVENT_DESC. */
  private nameEvents(): void {
    this.noteDamage(() => {
      const reader = this.openFeature(Feature.EVENT_DESC);
      if (reader) this.eventTable.nameByDescriptions(parseEventDescriptions(reader));
    });
  }

  /** Names from the tracing data. */
  private nameTracepoints(): void {
    this.noteDamage(() => this.eventTable.nameTracepoints(() => this.tracingData()?.formats ?? []));
  }

  /** Damage is a problem of the recording's. */
  private noteDamage(read: () => void): void {
    try {
      read();
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      this.problems.push(error.message);
    }
  }

  private setPlace(place: RecordPlace, eventIndex: number, out: Sample): void {
    out.bytes = place.piece.bytes;
    out.view = place.piece.view;
    out.littleEndian = this.littleEndian;
    out.misc = place.misc;
    out.fileOffset = place.fileOffset;
    out.recordStart = place.start;
    out.recordEnd = place.start + place.sizeBytes;
    out.eventIndex = eventIndex;
  }
}

/** Records that a pipe may begin with and that are kept until somebody reads: one that holds nothing else must not take all memory. */
const MOST_LEADING_RECORDS = 65_536;

/** A pipe hands out little at a time, and pieces that wait in the sorter should not hold much more than that. */
const PIPE_PIECE_BYTES = 512 * 1024;
