/** Says where two long texts begin to differ, in a few lines. */

const contextLines = 6;
const shownLines = 10;

/**
 * What in perf's text depends on chance or on the machine that prints, not on the recording: the tip that `perf report` draws
 * by lot, the change time of the recording file, which the header output states, and whether `-g fractal` calls the remainder
 * `[...]` inlined, for which perf reads a flag in memory that it allocates and never sets (7.2: ui/stdio/hist.c, init_rem_hits);
 * and with offsets in binaries the name of the copy that perf makes of the vDSO.
 */
export function withoutChance(text: string): string {
  return text
    .replace(/^#\n# \((Tip: .*|Cannot load tips\.txt file, please install perf!)\)\n#\n/gm, '')
    .replace(/^# captured on {4}: .*$/gm, '# captured on    : …')
    .replace(/(?<=--)\[\.\.\.\] \(inlined\)$/gm, '[...]')
    .replace(/\/tmp\/perf-vdso\.so-\w{6}/g, '[vdso]');
}

/**
 * perf's text with `??:0` for what it prints of code without debug information in position independent programs (docs/as-perf.md,
 * `object-file-line`): whether a sample falls into such code, as a program starts, is up to the machine.
 */
export function withUnknownLines(perfText: string): string {
  return perfText.replace(/(?<= ):0$/gm, '??:0');
}

/** A description of the first difference, or undefined when the texts are equal. */
export function describeDifference(expectedText: string, actualText: string): string | undefined {
  if (expectedText === actualText) return undefined;
  const expected = expectedText.split('\n');
  const actual = actualText.split('\n');
  let first = 0;
  while (first < expected.length && first < actual.length && expected[first] === actual[first]) first++;
  let common = 0;
  while (
    common < Math.min(expected.length, actual.length) - first &&
    expected[expected.length - 1 - common] === actual[actual.length - 1 - common]
  ) {
    common++;
  }
  const lines = [
    `first difference in line ${first + 1}; lines: perf ${expected.length - 1}, perf-sframe ${actual.length - 1}`,
    ...expected.slice(Math.max(0, first - contextLines), first).map((line) => `        ${line}`),
    ...expected
      .slice(first, Math.min(first + shownLines, expected.length - common))
      .map((line) => ` perf > ${line}`),
    ...actual
      .slice(first, Math.min(first + shownLines, actual.length - common))
      .map((line) => ` ours > ${line}`),
  ];
  return lines.join('\n');
}
