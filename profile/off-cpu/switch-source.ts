/** What of a recording says when threads leave their CPU and come back, and where they were then. */

import {
  hasFlag,
  PERF_SAMPLE_CALLCHAIN,
  PERF_SAMPLE_STACK_USER,
  PERF_TYPE_SOFTWARE,
  PERF_TYPE_TRACEPOINT,
  type RecordedEvent,
  type Recording,
  type Sample,
} from '../../parser';
import { UsageError } from '../session/usage-error';

/** perf_event.h: enum perf_sw_ids. */
const PERF_COUNT_SW_CONTEXT_SWITCHES = 3n;

export interface SwitchSource {
  /**
   * The event whose samples have the stacks: taken at each switch, by the thread that leaves; or, where no such event was
   * recorded, another whose last sample before the switch must do.
   */
  readonly event: RecordedEvent;
  readonly isExact: boolean;
  /** Whether each switch has a sample; else only some, of which each stands for itself. */
  readonly samplesAll: boolean;
  /** Whether SWITCH records say when threads come back (and, without an exact event, when they leave). */
  readonly hasRecords: boolean;
  /** Where the raw data of an exact event name the thread that comes next; undefined where they do not. */
  readonly nextPidOffset: number | undefined;
}

/**
 * Chooses the source, from the events of the recording.
 * @throws UsageError where it does not say when threads leave or come back
 */
export function findSwitchSource(recording: Recording): SwitchSource {
  const { events } = recording;
  const hasRecords = events.some(({ attr }) => hasFlag(attr, 'context_switch'));
  const exact = events.find(isSchedSwitch) ?? events.find(isContextSwitches);
  const nextPidOffset = exact && isSchedSwitch(exact) ? findNextPid(recording, exact) : undefined;
  const event = exact ?? events.find(({ attr }) => (attr.sampleType & STACK_BITS) !== 0);
  if (!event || (!hasRecords && nextPidOffset === undefined)) {
    throw new UsageError(
      `--off-cpu: the recording does not say when threads ${exact ? 'come back to' : 'leave'} a CPU: record with ` +
        '`perf record -a -e sched:sched_switch --call-graph dwarf`, or ' +
        '`perf record -e context-switches -c 1 --switch-events --call-graph dwarf` without root',
    );
  }
  const { attr } = event;
  const samplesAll = !hasFlag(attr, 'freq') && attr.samplePeriod <= 1n;
  return { event, isExact: exact !== undefined, samplesAll, hasRecords, nextPidOffset };
}

const STACK_BITS = PERF_SAMPLE_CALLCHAIN | PERF_SAMPLE_STACK_USER;

function isSchedSwitch({ attr, name }: RecordedEvent): boolean {
  return attr.type === PERF_TYPE_TRACEPOINT && /^sched:sched_switch\b/.test(name);
}

function isContextSwitches({ attr }: RecordedEvent): boolean {
  return attr.type === PERF_TYPE_SOFTWARE && attr.config === PERF_COUNT_SW_CONTEXT_SWITCHES;
}

/** Offset of the field next_pid, by the format that the recording has of the tracepoint. @throws ParseError */
function findNextPid(recording: Recording, { attr }: RecordedEvent): number | undefined {
  const format = recording.tracingData()?.formats.find(({ id }) => BigInt(id) === attr.config);
  const field = format?.fields.find(({ name, sizeBytes }) => name === 'next_pid' && sizeBytes === 4);
  return field?.offset;
}

/** The thread that a sample of the source's event says comes next; -1 where it does not say. */
export function nextThread(sample: Sample, { nextPidOffset }: SwitchSource): number {
  if (nextPidOffset === undefined || sample.rawOffset < 0 || nextPidOffset + 4 > sample.rawSizeBytes)
    return -1;
  return sample.view.getInt32(sample.rawOffset + nextPidOffset, sample.littleEndian);
}
