/**
 * The recording that `inject` writes: a file, whatever the original came in. Records come in order of time, but for samples
 * that waited for a deferred callchain; rounds are marked where no sample waits, so that readers can sort and let go.
 */

import {
  buildIdTable,
  describesRecording,
  emptyRecord,
  eventDescriptions,
  Feature,
  fileEnd,
  fileStart,
  hasFlag,
  LARGEST_RECORD_BYTES,
  PERF_SAMPLE_CALLCHAIN,
  PERF_SAMPLE_REGS_USER,
  PERF_SAMPLE_STACK_USER,
  RecordType,
  withAttrs,
  withoutFlags,
  writeSample,
  type EventAttr,
  type RecordedEvent,
  type RecordPlace,
  type Sample,
  type WrittenEvent,
} from '../../parser';
import type { Session } from '../../profile';
import type { Callchain } from '../../unwinder';
import type { OutputFile } from '../output-file';
import { ChainWords } from './chain-words';
import { LaterMappings } from './later-mappings';

const BUFFER_BYTES = 1024 * 1024;
/** Records between two marks of rounds. */
const ROUND_BYTES = 1024 * 1024;

/** Features that would not be true of the file that is written. */
const leftOutFeatures = new Set<number>([Feature.AUXTRACE, Feature.DIR_FORMAT, Feature.COMPRESSED]);

/** Records that say how the original was written, or that belong to traces, which are left out. */
const leftOutRecords = new Set<number>([
  RecordType.FINISHED_ROUND,
  RecordType.CALLCHAIN_DEFERRED,
  RecordType.AUXTRACE_INFO,
  RecordType.AUXTRACE,
]);

/** A file that can be written over. */
export type SeekableOutput = OutputFile & Required<Pick<OutputFile, 'writeAt'>>;

export class InjectedRecording {
  sampleCount = 0;
  /** Samples whose callchain is one that was unwound or joined here. */
  rewrittenCount = 0;
  /** Bytes of the file so far. */
  sizeBytes = 0;
  private readonly events: readonly WrittenEvent[];
  /** Whether an event's samples get another callchain, by the event's index. */
  private readonly isRewritten: readonly boolean[];
  /** Whether they stay in an event's samples, by the event's index. */
  private readonly keepsRegisters: readonly boolean[];
  private readonly words: ChainWords;
  private readonly laterMappings: LaterMappings;
  private readonly dataOffset: number;
  private readonly buffer = new Uint8Array(BUFFER_BYTES);
  private used = 0;
  private readonly record = new DataView(new ArrayBuffer(LARGEST_RECORD_BYTES));
  private readonly recordBytes = new Uint8Array(this.record.buffer);
  private readonly round: Uint8Array;
  private roundBytes = 0;
  /** Made once: a function for each sample would be garbage. */
  private readonly appendMapping = (record: Uint8Array): void => this.appendRecord(record);

  constructor(
    private readonly session: Session,
    private readonly output: SeekableOutput,
    keepsRegisters: boolean,
  ) {
    const { recording } = session;
    this.isRewritten = recording.events.map((event) => this.changesChains(event));
    // The link register alone would be taken for the caller of a leaf, which is in the chain already.
    this.keepsRegisters = recording.events.map(
      ({ index }) => keepsRegisters && session.unwinding.leafCallersOf(index) === undefined,
    );
    this.events = withAttrs(recording.events, ({ attr, index }) =>
      injectedAttr(attr, this.isRewritten[index], this.keepsRegisters[index]),
    );
    this.words = new ChainWords(session);
    this.laterMappings = new LaterMappings(recording, session.frames);
    this.round = emptyRecord(RecordType.FINISHED_ROUND, recording.littleEndian);
    const start = fileStart(this.events, recording.littleEndian, 0, []);
    this.dataOffset = start.length;
    this.append(start);
  }

  /** Whether any event's samples get another callchain. */
  get changesAny(): boolean {
    return this.isRewritten.includes(true);
  }

  /** Adds a sample with its stack. */
  addSample(sample: Sample, event: RecordedEvent, chain: Callchain): void {
    this.sampleCount++;
    if (sample.callchainOffset >= 0 && this.isRewritten[event.index]) {
      this.rewrittenCount++;
      this.laterMappings.forEachNeeded(sample, chain.frames, chain.count, this.appendMapping);
      this.words.set(chain);
      const { words, count } = this.words;
      const size = writeSample(sample, words, count, this.keepsRegisters[event.index], this.record);
      this.appendRecord(this.recordBytes.subarray(0, size));
    } else this.appendRecord(sample.bytes.subarray(sample.recordStart, sample.recordEnd));
  }

  /** Adds a record that is not a sample, where it belongs into the file. */
  addRecord(place: RecordPlace): void {
    if (this.session.waitingCount === 0) this.laterMappings.clear();
    else this.laterMappings.note(place);
    const { type, piece, start, sizeBytes } = place;
    // What describes the recording is written as a file has it; but an event that is described late has no place in the head.
    const isLateEvent = type === RecordType.HEADER_ATTR;
    if (leftOutRecords.has(type) || (describesRecording(type) && !isLateEvent)) return;
    this.appendRecord(piece.bytes.subarray(start, start + sizeBytes));
  }

  /** Completes the file. */
  finish(): void {
    const { littleEndian } = this.session.recording;
    const dataSizeBytes = this.sizeBytes - this.dataOffset;
    const features = this.features();
    this.append(fileEnd(this.sizeBytes, features, littleEndian));
    this.flush();
    this.output.writeAt(fileStart(this.events, littleEndian, dataSizeBytes, features.keys()), 0);
  }

  private appendRecord(bytes: Uint8Array): void {
    this.append(bytes);
    this.roundBytes += bytes.length;
    if (this.roundBytes < ROUND_BYTES || this.session.waitingCount > 0) return;
    this.append(this.round);
    this.roundBytes = 0;
  }

  private append(bytes: Uint8Array): void {
    this.sizeBytes += bytes.length;
    if (bytes.length > BUFFER_BYTES - this.used) this.flush();
    if (bytes.length > BUFFER_BYTES) {
      this.output.write(bytes);
      return;
    }
    this.buffer.set(bytes, this.used);
    this.used += bytes.length;
  }

  private flush(): void {
    if (this.used > 0) this.output.write(this.buffer.subarray(0, this.used));
    this.used = 0;
  }

  private features(): Map<number, Uint8Array> {
    const { recording } = this.session;
    const sections = new Map<number, Uint8Array>();
    for (const number of recording.features.numbers) {
      const bytes = leftOutFeatures.has(number) ? undefined : recording.features.read(number);
      if (bytes) sections.set(number, bytes);
    }
    sections.set(Feature.EVENT_DESC, eventDescriptions(this.events, recording.littleEndian));
    const buildIds = recording.buildIds();
    if (!sections.has(Feature.BUILD_ID) && buildIds.length > 0) {
      sections.set(Feature.BUILD_ID, buildIdTable(buildIds, recording.littleEndian));
    }
    return new Map([...sections].sort(([a], [b]) => a - b));
  }

  private changesChains({ index, attr }: RecordedEvent): boolean {
    const { unwinding, options } = this.session;
    if ((attr.sampleType & PERF_SAMPLE_CALLCHAIN) === 0) return false;
    if (hasFlag(attr, 'defer_callchain')) return true;
    if (options.unwind === 'recorded') return false;
    return unwinding.registersOf(index) !== undefined || unwinding.leafCallersOf(index) !== undefined;
  }
}

function injectedAttr(attr: EventAttr, isRewritten: boolean, keepsRegisters: boolean): EventAttr {
  // The records of deferred callchains, which the tracking event's flag announces, are joined.
  const plain = withoutFlags(attr, ['defer_callchain', 'defer_output']);
  if (!isRewritten) return plain;
  return {
    ...withoutFlags(plain, ['exclude_callchain_user']),
    sampleType: attr.sampleType & ~(PERF_SAMPLE_STACK_USER | (keepsRegisters ? 0 : PERF_SAMPLE_REGS_USER)),
    sampleRegsUser: keepsRegisters ? attr.sampleRegsUser : 0n,
    sampleStackUser: 0,
  };
}
