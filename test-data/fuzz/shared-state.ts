/** What the worker shares with its watchdog: the number of the round, and the input that it runs. */

import { packInput } from './corpus';
import type { Input } from './target';

const MOST_INPUT_BYTES = 8 << 20;
const HEADER_BYTES = 8;
/** In place of the input's size. */
const BEING_WRITTEN = -1;

export class SharedState {
  private readonly counts: Int32Array;
  private readonly bytes: Uint8Array;

  constructor(readonly buffer = new SharedArrayBuffer(HEADER_BYTES + MOST_INPUT_BYTES)) {
    this.counts = new Int32Array(buffer, 0, 2);
    this.bytes = new Uint8Array(buffer, HEADER_BYTES);
  }

  /** Rounds begun; 0 while the worker gets ready. */
  get round(): number {
    return Atomics.load(this.counts, 0);
  }

  /** The worker begins a round. */
  begin(input: Input): void {
    Atomics.store(this.counts, 1, BEING_WRITTEN);
    let size = 0;
    try {
      size = packInput(input, this.bytes);
    } finally {
      Atomics.add(this.counts, 0, 1);
      Atomics.store(this.counts, 1, size);
    }
  }

  /** The input of the round, packed. The worker may go on meanwhile: then the one of a later round, whole. */
  input(): Uint8Array {
    for (;;) {
      const { round } = this;
      const size = Atomics.load(this.counts, 1);
      if (size === BEING_WRITTEN) continue;
      const bytes = this.bytes.slice(0, size);
      if (Atomics.load(this.counts, 1) === size && this.round === round) return bytes;
    }
  }
}
