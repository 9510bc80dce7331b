/** What the period of an event counts. */

import { PERF_TYPE_HARDWARE, PERF_TYPE_SOFTWARE, type EventAttr } from '../../parser';

/** perf_event.h: enum perf_sw_ids. */
const PERF_COUNT_SW_CPU_CLOCK = 0n;
const PERF_COUNT_SW_TASK_CLOCK = 1n;
/** perf_event.h: enum perf_hw_id. The upper half of a hardware event's config names the PMU. */
const PERF_COUNT_HW_CPU_CYCLES = 0n;
const HARDWARE_EVENT_MASK = 0xffff_ffffn;

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

/** Whether periods of an event are cycles of a processor. */
export function countsCycles({ attr }: WeighedEvent): boolean {
  return attr.type === PERF_TYPE_HARDWARE && (attr.config & HARDWARE_EVENT_MASK) === PERF_COUNT_HW_CPU_CYCLES;
}
