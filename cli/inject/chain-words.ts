/**
 * A stack as the entries of a recorded callchain: addresses, and before each run of them the marker that says whose they
 * are. The addresses are those that `script` prints (docs/inject.md).
 *
 *   PERF_CONTEXT_KERNEL  k1 k2 …  PERF_CONTEXT_USER  u1 u2 …
 */

import { PERF_CONTEXT_HV, PERF_CONTEXT_KERNEL, PERF_CONTEXT_MAX, PERF_CONTEXT_USER } from '../../parser';
import type { Session } from '../../profile';
import {
  DEFERRED_COOKIE,
  UNMAPPED_HYPERVISOR,
  UNMAPPED_KERNEL,
  UNMAPPED_USER,
  type Callchain,
} from '../../unwinder';

const MARKER_HIGH = 0xffff_ffff;
const FIRST_MARKER_LOW = PERF_CONTEXT_MAX >>> 0;

export class ChainWords {
  /** Low and high word of each entry in turn. */
  words = new Uint32Array(1024);
  count = 0;

  constructor(private readonly session: Session) {}

  /** Takes a stack's entries, in place of those before. */
  set(chain: Callchain): void {
    const { frames } = this.session;
    this.count = 0;
    // Every frame may need a marker.
    if (this.words.length < chain.count * 4) this.words = new Uint32Array(chain.count * 8);
    let context = 0;
    for (let i = 0; i < chain.count; i++) {
      const frame = chain.frames[i];
      const low = frames.addressLow[frame];
      const high = frames.addressHigh[frame];
      const own = this.contextOf(frames.mapping[frame]);
      if (own === 0) continue;
      // Readers discard a chain for a word that looks like a marker they do not know.
      if (high === MARKER_HIGH && low >= FIRST_MARKER_LOW) return;
      if (own !== context) this.append(own >>> 0, MARKER_HIGH);
      context = own;
      this.append(low, high);
    }
  }

  private append(low: number, high: number): void {
    this.words[this.count * 2] = low;
    this.words[this.count * 2 + 1] = high;
    this.count++;
  }

  /** The marker before addresses of a mapping; 0 for what is not an address. */
  private contextOf(mapping: number): number {
    if (mapping >= 0) {
      return this.session.mappings.mappings[mapping].module.isKernel
        ? PERF_CONTEXT_KERNEL
        : PERF_CONTEXT_USER;
    }
    switch (mapping) {
      case UNMAPPED_USER:
        return PERF_CONTEXT_USER;
      case UNMAPPED_KERNEL:
        return PERF_CONTEXT_KERNEL;
      case UNMAPPED_HYPERVISOR:
        return PERF_CONTEXT_HV;
      case DEFERRED_COOKIE:
      default:
        return 0;
    }
  }
}
