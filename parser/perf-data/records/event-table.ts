/** The events of a recording, and how records name theirs. A pipe's events become known as its records are read. */

import { PERF_TYPE_TRACEPOINT, RECORD_HEADER_SIZE, RecordType } from '../constants';
import type { NamedEvent } from '../features/features';
import { hasFlag, type EventAttr } from './event-attr';
import { defaultEventName } from './event-names';
import type { Piece } from '../container/piece';
import type { TracepointFormat } from '../tracepoints/tracepoint-format';
import { SampleLayout, size64 } from './sample-layout';

export interface RecordedEvent {
  readonly index: number;
  readonly attr: EventAttr;
  readonly layout: SampleLayout;
  /** As perf record named it ("cpu-clock:u"), or as perf would name its attribute. */
  readonly name: string;
  readonly ids: readonly number[];
  /** Unit and scale of its counts, where it has any ("Joules"). */
  readonly unit: string | undefined;
  readonly scale: number | undefined;
}

/** More events than any machine has counters for: a damaged recording must not take all memory. */
const MOST_EVENTS = 65_536;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export class EventTable {
  private readonly table: Mutable<RecordedEvent>[] = [];
  private readonly byId = new Map<number, RecordedEvent>();
  private readonly named = new Set<number>();

  /** Borrowed; grows while a pipe is read. */
  get all(): readonly RecordedEvent[] {
    return this.table;
  }

  /** Whether records that are not samples say when they happened. Perf takes the first event's word for it. */
  get hasSampleIdAll(): boolean {
    return this.table.length > 0 && hasFlag(this.table[0].attr, 'sample_id_all');
  }

  /** Adds an event. @returns false where there are absurdly many */
  add(attr: EventAttr, ids: readonly number[]): boolean {
    if (this.table.length >= MOST_EVENTS) return false;
    const index = this.table.length;
    const name = defaultEventName(attr);
    const layout = new SampleLayout(attr);
    const event = { index, attr, layout, name, ids, unit: undefined, scale: undefined };
    this.table.push(event);
    for (const id of ids) this.byId.set(id, event);
    return true;
  }

  /** Names an event that no name was given to yet. */
  setName(event: RecordedEvent, name: string): void {
    if (this.named.has(event.index)) return;
    this.named.add(event.index);
    this.table[event.index].name = name;
  }

  /** Names from EVENT_DESC, matched by the ids and, where an event has none, by its place in the list. */
  nameByDescriptions(described: readonly NamedEvent[]): void {
    const indexOfId = new Map<number, number>();
    for (const [index, { ids }] of described.entries()) {
      for (const id of ids) if (!indexOfId.has(id)) indexOfId.set(id, index);
    }
    for (const event of this.table) {
      let first = Infinity;
      for (const id of event.ids) first = Math.min(first, indexOfId.get(id) ?? Infinity);
      const match = described.at(first === Infinity ? event.index : first);
      if (match) this.setName(event, match.name);
    }
  }

  /** Names of tracepoints that have none yet. @param readFormats asked only where there are such; may throw */
  nameTracepoints(readFormats: () => readonly TracepointFormat[]): void {
    const unnamed = this.table.filter(
      ({ attr, index }) => attr.type === PERF_TYPE_TRACEPOINT && !this.named.has(index),
    );
    if (unnamed.length === 0) return;
    for (const { id, system, name } of readFormats()) {
      for (const event of unnamed) {
        if (event.attr.config === BigInt(id)) this.setName(event, `${system}:${name}`);
      }
    }
  }

  setUnit(event: RecordedEvent, unit: string): void {
    this.table[event.index].unit = unit;
  }

  setScale(event: RecordedEvent, scale: number): void {
    this.table[event.index].scale = scale;
  }

  /** The event with an id (as a double: real kernels number events from 1, far below 2^53). */
  findById(id: number): RecordedEvent | undefined {
    return this.byId.get(id);
  }

  /** The event of a record, by the id in it; undefined when no event has that id. */
  findByRecord(
    piece: Piece,
    at: number,
    type: number,
    sizeBytes: number,
    littleEndian: boolean,
  ): RecordedEvent | undefined {
    const first = this.table[0];
    if (this.table.length <= 1) return first;
    const { layout } = first;
    let offset: number;
    if (type === RecordType.SAMPLE) offset = layout.sampleIdOffset;
    else offset = layout.trailerIdOffset === 0 ? -1 : sizeBytes - layout.trailerIdOffset;
    if (offset < RECORD_HEADER_SIZE || offset + 8 > sizeBytes) return first;
    const id = size64(piece.view, at + offset, littleEndian);
    return id === 0 ? first : this.byId.get(id);
  }
}
