/**
 * What options with a pattern for function names do to a profile: --parent names the caller that samples are sorted
 * by, --ignore-callees makes what a function calls part of it. Both are decided once for each stack.
 */

import { PERF_RECORD_MISC_KERNEL, PERF_RECORD_MISC_USER } from '../../../parser';
import { EMPTY_STACK } from '../../../unwinder';
import { type CallOrder, type Profile, type SampleKey, SampleTable } from '../../../profile';

/** The name of the function that a frame is in. */
export type SymbolOfFrame = (frame: number) => string | undefined;

/**
 * For rows of the sample table the first function in their stacks whose name matches: from the outermost inwards in
 * order "caller", from the innermost outwards in order "callee".
 */
export function findParents(
  profile: Profile,
  symbolOf: SymbolOfFrame,
  pattern: RegExp,
  order: CallOrder,
): (row: number) => string | undefined {
  const { stacks, samples } = profile;
  const parents: (string | undefined)[] = [];
  for (let stack = 0; stack < stacks.count; stack++) {
    const symbol = symbolOf(stacks.frame[stack]);
    const own = symbol !== undefined && pattern.test(symbol) ? symbol : undefined;
    const caller = stacks.parent[stack];
    const inherited = caller === EMPTY_STACK ? undefined : parents[caller];
    parents.push(order === 'caller' ? (inherited ?? own) : (own ?? inherited));
  }
  return (row) => parents[samples.stack[row]];
}

/**
 * Cuts stacks off below the outermost function whose name matches: the samples count as taken there.
 * @param isKernelFrame whether a frame lies in the kernel
 */
export function forgetCallees(
  profile: Profile,
  symbolOf: SymbolOfFrame,
  pattern: RegExp,
  isKernelFrame: (frame: number) => boolean,
): void {
  const { stacks, samples: old } = profile;
  /** Of each stack, its part that ends in the outermost match, or EMPTY_STACK. */
  const ends = new Int32Array(stacks.count);
  for (let stack = 0; stack < stacks.count; stack++) {
    const caller = stacks.parent[stack];
    const inherited = caller === EMPTY_STACK ? EMPTY_STACK : ends[caller];
    const symbol = symbolOf(stacks.frame[stack]);
    const matches = symbol !== undefined && pattern.test(symbol);
    ends[stack] = inherited === EMPTY_STACK && matches ? stack : inherited;
  }
  profile.samples = new SampleTable();
  for (let row = 0; row < old.count; row++) {
    const key: SampleKey = {
      event: old.event[row],
      thread: old.thread[row],
      cpu: old.cpu[row],
      cpumode: old.cpumode[row],
      frame: old.frame[row],
      stack: old.stack[row],
      detail: old.detail[row],
    };
    const end = key.stack === EMPTY_STACK ? EMPTY_STACK : ends[key.stack];
    if (end !== EMPTY_STACK) {
      key.stack = end;
      key.frame = stacks.frame[end];
      key.cpumode = isKernelFrame(key.frame) ? PERF_RECORD_MISC_KERNEL : PERF_RECORD_MISC_USER;
    }
    profile.samples.add(key, old.samples[row], old.period[row], old.latency[row]);
  }
}
