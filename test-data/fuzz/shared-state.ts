/** What the worker shares with its watchdog: the number of the round, and the input that it runs. */

import { packInput } from './corpus';
import type { Input } from './target';

const MOST_INPUT_BYTES = 8 << 20;
const HEADER_BYTES = 8;

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
    Atomics.store(this.counts, 1, packInput(input, this.bytes));
    Atomics.add(this.counts, 0, 1);
  }

  /** The input of the round, packed. */
  input(): Uint8Array {
    return this.bytes.slice(0, Atomics.load(this.counts, 1));
  }
}
