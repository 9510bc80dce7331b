/** Which known word was probably meant by one that was typed. */

/** Beyond this many changes words are different words; short ones allow fewer. */
const MOST_CHANGES = 2;
const LETTERS_PER_CHANGE = 3;

/** The known word nearest to the typed one: one that it begins, or one a few letters away; undefined where none is near. */
export function nearestWord(typed: string, known: Iterable<string>): string | undefined {
  const allowed = Math.min(MOST_CHANGES, Math.floor(typed.length / LETTERS_PER_CHANGE));
  let nearest: string | undefined;
  let least = allowed + 1;
  for (const word of known) {
    const changes =
      typed.length >= LETTERS_PER_CHANGE && word.startsWith(typed) ? 0.5 : countChanges(typed, word);
    if (changes >= least) continue;
    least = changes;
    nearest = word;
  }
  return nearest;
}

/** Letters to insert, delete, replace or swap with their neighbour (optimal string alignment distance). */
function countChanges(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const isSame = from[i - 1] === to[j - 1];
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
      }
    }
    beforeLast = last;
    last = row;
  }
  return last[to.length];
}
