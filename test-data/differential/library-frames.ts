/** Leaves frames of shared libraries out of the text of `script`, with the functions inlined there and their lines. */

/** A frame of a stack, or behind the event of a sample without one (`-G`). */
const frameLine = /^(?:\t|.*:) +([0-9a-f]+) (.*)$/;

/** Addresses of frames that lie in a shared library: their outermost function is printed with the library's path. */
export function findLibraryAddresses(script: string): ReadonlySet<string> {
  const addresses = new Set<string>();
  for (const line of script.split('\n')) {
    const frame = frameLine.exec(line);
    if (frame && /\(\/usr\/lib\/[^()]*\)$/.test(frame[2])) addresses.add(frame[1]);
  }
  return addresses;
}

/** The text without the frames at some addresses, and the source lines that follow them. */
export function withoutFrames(script: string, addresses: ReadonlySet<string>): string {
  let isLeftOut = false;
  return script
    .split('\n')
    .filter((line) => {
      const frame = frameLine.exec(line);
      if (frame) isLeftOut = addresses.has(frame[1]);
      else if (!line.startsWith('  ')) isLeftOut = false;
      return !isLeftOut;
    })
    .join('\n');
}
