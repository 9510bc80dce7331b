/**
 * Collects garbage, in a few milliseconds and one more for each megabyte that is alive.
 *
 * As the last thing of a run it keeps Node from hanging when the program ends (nodejs/node#54918, open; seen with v20.20.2 in 1
 * of 20 short runs on a busy machine). Node waits at the end for the threads on which V8 optimizes functions. Such a thread that
 * finds the heap at its limit asks the main thread to collect garbage, which by then only waits: neither goes on.
 * `process.exit` waits for the same threads. After a collection they have room for all that they still do.
 */
export async function collectGarbage(): Promise<void> {
  // Not before they are needed: loading them takes as long as reading a small recording.
  const [{ setFlagsFromString }, { runInNewContext }] = await Promise.all([
    import('node:v8'),
    import('node:vm'),
  ]);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // V8 takes compiled code only where its flags are those that it was compiled with (bin/make-code-cache.js).
  setFlagsFromString('--no-expose-gc');
  collect();
}
