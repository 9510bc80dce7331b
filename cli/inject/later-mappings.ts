/**
 * Mappings that came while samples waited for their deferred callchains. A sample within `exec` returns to the new program,
 * which is mapped after the sample was taken; readers of the file that is written look its addresses up at the sample's time.
 *
 *   sample (in execve)   MMAP2 of the new program   CALLCHAIN_DEFERRED: _start of the new program
 *   becomes
 *   MMAP2 at the sample's time   sample with _start   MMAP2 of the new program
 */

import {
  addressFromHalves,
  parseMmap,
  RecordType,
  Sample,
  type Recording,
  type RecordPlace,
} from '../../parser';
import type { FrameTable } from '../../unwinder';

/** A thread can wait for long, while programs map without end: of more the oldest are forgotten. */
const MOST_KEPT = 4096;

interface LaterMapping {
  readonly pid: number;
  readonly startAvma: number;
  readonly endAvma: number;
  readonly place: RecordPlace;
  /** When it was mapped, as the file that is written says. */
  timeLow: number;
  timeHigh: number;
}

export class LaterMappings {
  private readonly kept: LaterMapping[] = [];
  private readonly trailer = new Sample();

  constructor(
    private readonly recording: Recording,
    private readonly frames: FrameTable,
  ) {}

  /** Forgets all: no sample waits. */
  clear(): void {
    this.kept.length = 0;
  }

  /** Notes a record that came while samples wait. @throws ParseError where it is damaged */
  note(place: RecordPlace): void {
    if (place.type !== RecordType.MMAP && place.type !== RecordType.MMAP2) return;
    const { pid, startAvma, sizeBytes } = parseMmap(place, this.recording.littleEndian);
    this.recording.decodeTrailerInto(place, this.trailer);
    const { hasTime, timeLow, timeHigh } = this.trailer;
    if (!hasTime) return;
    if (this.kept.length === MOST_KEPT) this.kept.shift();
    const endAvma = startAvma + sizeBytes;
    this.kept.push({ pid, startAvma, endAvma, place: place.copy(), timeLow, timeHigh });
  }

  /**
   * Calls for each mapping that a stack needs and that came after its sample.
   * @param visit gets the mapping's record with the sample's time; borrowed
   */
  forEachNeeded(
    sample: Sample,
    frames: Int32Array,
    count: number,
    visit: (record: Uint8Array) => void,
  ): void {
    if (this.kept.length === 0 || !sample.hasTime) return;
    for (const mapping of this.kept) {
      if (mapping.pid !== sample.pid || !isLater(mapping, sample)) continue;
      if (!this.isHit(mapping, frames, count)) continue;
      mapping.timeLow = sample.timeLow;
      mapping.timeHigh = sample.timeHigh;
      visit(this.recordAt(mapping));
    }
  }

  private isHit({ startAvma, endAvma }: LaterMapping, chain: Int32Array, count: number): boolean {
    const { addressLow, addressHigh } = this.frames;
    for (let i = 0; i < count; i++) {
      const avma = addressFromHalves(addressLow[chain[i]], addressHigh[chain[i]]);
      if (avma >= startAvma && avma < endAvma) return true;
    }
    return false;
  }

  private recordAt({ place, timeLow, timeHigh }: LaterMapping): Uint8Array {
    const { bytes, view } = place.piece;
    const { littleEndian } = this.recording;
    const { layout } = this.recording.findEvent(place) ?? this.recording.events[0];
    const at = layout.timeOffsetIn(place.type, place.sizeBytes);
    view.setUint32(littleEndian ? at : at + 4, timeLow, littleEndian);
    view.setUint32(littleEndian ? at + 4 : at, timeHigh, littleEndian);
    return bytes;
  }
}

function isLater(mapping: LaterMapping, { timeLow, timeHigh }: Sample): boolean {
  const high = (mapping.timeHigh >>> 0) - (timeHigh >>> 0);
  return high > 0 || (high === 0 && mapping.timeLow >>> 0 > timeLow >>> 0);
}
