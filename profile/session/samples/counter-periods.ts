/**
 * Samples that carry the values of their counters (`perf record -e '{a,b}:S'`): one sample of the leader stands for one
 * of each member of its group, weighing what that counter counted since the sample before. Values count up for each
 * counter, and where it was inherited for each thread by itself.
 */

import {
  hasFlag,
  PERF_FORMAT_ID,
  PERF_SAMPLE_READ,
  PERF_SAMPLE_TID,
  visitReadValues,
  type EventAttr,
  type Recording,
  type RecordedEvent,
  type Sample,
} from '../../../parser';

export class CounterPeriods {
  /** The last value of each counter, by its id, and of inherited ones by id and thread. */
  private readonly lastValues = new Map<number, Map<number, number>>();
  /** Values whose id is of no event. */
  unknownIds = 0;

  constructor(private readonly recording: Recording) {}

  /**
   * Calls `visit` for each event that a sample counts for; the sample's period and id are that event's then.
   * @param event the sample's, for which {@link isSplit} holds
   */
  split(sample: Sample, { attr }: RecordedEvent, visit: (event: RecordedEvent) => void): void {
    const thread = countsByThread(attr) ? sample.tid : 0;
    visitReadValues(sample, attr.readFormat, (value, id) => {
      const counted = this.recording.findEventById(id);
      if (!counted) {
        this.unknownIds++;
        return;
      }
      sample.period = this.countedSince(id, thread, value);
      sample.idLow = id >>> 0;
      sample.idHigh = Math.floor(id / 0x1_0000_0000);
      if (sample.period > 0) visit(counted);
    });
  }

  private countedSince(id: number, thread: number, value: number): number {
    let values = this.lastValues.get(id);
    if (!values) this.lastValues.set(id, (values = new Map<number, number>()));
    const last = values.get(thread) ?? 0;
    values.set(thread, value);
    return value - last;
  }
}

/** Whether the samples of an event carry values of counters that tell which event each is of. */
export function isSplit({ attr }: RecordedEvent): boolean {
  return (attr.sampleType & PERF_SAMPLE_READ) !== 0 && (attr.readFormat & PERF_FORMAT_ID) !== 0;
}

function countsByThread(attr: EventAttr): boolean {
  return (attr.sampleType & PERF_SAMPLE_TID) !== 0 && hasFlag(attr, 'inherit');
}
