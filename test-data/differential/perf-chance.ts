/**
 * perf can disagree with itself: it orders some lines by the addresses of its objects, which differ from run to run, and
 * reads memory that it never set (docs/as-perf.md). A row that differs is therefore asked for again.
 * Only where perf prints several texts of one recording, and ours is one of them, is the difference perf's.
 */

/** How often perf is asked again after a text that is not ours. */
export const REPEATS = 4;

export interface Answers {
  /** Whether one of perf's texts is ours. */
  readonly hasOurs: boolean;
  /** Distinct texts that perf printed, the first one included. */
  readonly distinct: number;
}

/**
 * Asks perf again until it prints our text.
 *
 * @param first what perf printed at first
 * @param repeats how often to ask at most
 * @param askAgain runs perf anew on the same recording
 */
export async function askUntilOurs(
  ours: string,
  first: string,
  repeats: number,
  askAgain: () => Promise<string>,
): Promise<Answers> {
  const texts = new Set([first]);
  for (let i = 0; i < repeats && !texts.has(ours); i++) texts.add(await askAgain());
  return { hasOurs: texts.has(ours), distinct: texts.size };
}
