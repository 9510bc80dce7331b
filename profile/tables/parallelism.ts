/**
 * How many threads of a recording run at a time, by its SWITCH records (perf 7.2: machine.parallelism): what
 * `perf report` divides a sample's period by to get its latency, its share of the time that passed.
 */

import {
  Feature,
  hasFlag,
  PERF_RECORD_MISC_SWITCH_OUT,
  RecordType,
  type Recording,
  type RecordPlace,
} from '../../parser';

export class Parallelism {
  private running = 1;
  private readonly cpus: number;

  /** @param recording its events have switch records */
  constructor(recording: Recording) {
    this.cpus = recording.openFeature(Feature.NRCPUS)?.readU32() ?? Infinity;
  }

  /** Whether a recording tells when threads start and stop to run. */
  static isRecorded(recording: Recording): boolean {
    return recording.events.some(({ attr }) => hasFlag(attr, 'context_switch'));
  }

  /** Takes notice of a record other than a sample. */
  handleRecord(place: RecordPlace): void {
    switch (place.type) {
      case RecordType.SWITCH:
      case RecordType.SWITCH_CPU_WIDE:
        this.running += place.misc & PERF_RECORD_MISC_SWITCH_OUT ? -1 : 1;
        break;
      case RecordType.EXIT:
        this.running--;
        break;
    }
  }

  /** Threads that run now, by what the records say: at least one, at most one on each processor. */
  get now(): number {
    return Math.max(1, Math.min(this.running, this.cpus));
  }
}
