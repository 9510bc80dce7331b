/** What the period of an event counts. */

import { PERF_TYPE_SOFTWARE, type EventAttr } from '../../parser';

/** perf_event.h: enum perf_sw_ids. */
const PERF_COUNT_SW_CPU_CLOCK = 0n;
const PERF_COUNT_SW_TASK_CLOCK = 1n;

export interface WeighedEvent {
  readonly attr: Pick<EventAttr, 'type' | 'config'>;
  readonly name: string;
}

/** Whether periods of an event are nanoseconds; else they are how often it happened. */
export function countsNanoseconds({ attr }: WeighedEvent): boolean {
  return (
    attr.type === PERF_TYPE_SOFTWARE &&
    (attr.config === PERF_COUNT_SW_CPU_CLOCK || attr.config === PERF_COUNT_SW_TASK_CLOCK)
  );
}

/** What stands behind a number that was added up from an event's periods: "ns of cpu-clock:u", "page-faults". */
export function unitOfPeriods(event: WeighedEvent): string {
  return countsNanoseconds(event) ? `ns of ${event.name}` : event.name;
}
