/**
 * What a stored text of perf says that does not depend on binaries which are missing here: of stacks, the frames before the
 * first one in such a binary (nobody can unwind beyond it); of a table, the lines of other binaries.
 */

const frameLine = /^\t *([0-9a-f]+) /;

/** Addresses of the frames that lie in these binaries, from a text whose frames end in the binary's path. */
function findAddresses(script: string, paths: readonly string[]): ReadonlySet<string> {
  const addresses = new Set<string>();
  for (const line of script.split('\n')) {
    const frame = frameLine.exec(line);
    if (frame && paths.some((path) => line.endsWith(` (${path})`))) addresses.add(frame[1]);
  }
  return addresses;
}

/**
 * A text of `script` with each stack cut before its first frame in a missing binary.
 *
 * @param withPaths the text of the same recording that names the binary of each frame
 * @param paths of the missing binaries
 */
export function partOfScript(script: string, withPaths: string, paths: readonly string[]): string {
  const addresses = findAddresses(withPaths, paths);
  let isCut = false;
  return script
    .split('\n')
    .filter((line) => {
      const frame = frameLine.exec(line);
      if (frame === null) isCut = false;
      else if (addresses.has(frame[1])) isCut = true;
      return !isCut;
    })
    .join('\n');
}

/** A table of `report` sorted by comm,dso,sym without the lines of missing binaries; how wide symbols are depends on those. */
export function partOfReport(report: string, paths: readonly string[]): string {
  const names = paths.map((path) => path.slice(path.lastIndexOf('/') + 1));
  return report
    .split('\n')
    .filter((line) => !names.includes(/^ +[0-9.]+% {2}\S+ +(\S+) /.exec(line)?.[1] ?? ''))
    .map((line) => line.replace(/(?:\.+| +)$/, ''))
    .join('\n');
}
