/**
 * Keeps Node from hanging when the program ends (nodejs/node#54918, open; seen with v20.20.2 in 1 of 20 short runs on
 * a busy machine). Node waits at the end for the threads on which V8 optimizes functions. Such a thread that finds the
 * heap at its limit asks the main thread to collect garbage, which by then only waits: neither goes on.
 * `process.exit` waits for the same threads.
 */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Collects garbage, a few milliseconds: after it the threads have room for all that they still do. To be called last. */
export function makeRoomForCompiler(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
