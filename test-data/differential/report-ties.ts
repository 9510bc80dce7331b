/**
 * Lines of a report that count the same come in the order of perf's trees (docs/as-perf.md, `ties`), which depends on the
 * recording by chance. Two reports are compared with such lines in one order.
 */

/** The report with neighbouring entries that print the same number first in the order of their texts, each with its graph. */
export function withTiesInOrder(text: string): string {
  const entries: string[][] = [];
  const out: string[] = [];
  let number = '';
  const flush = (): void => {
    // Behind the last entry of a table are more empty lines than between entries; they stay where they are.
    const last = entries.at(-1) ?? [];
    const behind: string[] = [];
    // Between entries with a graph is one; between those with folded stacks none.
    const kept = entries.length > 1 && entries[0].at(-1) === '' ? 1 : 0;
    while (last.at(-1) === '' && (kept === 0 || last.at(-2) === '')) behind.push(last.pop()!);
    out.push(...entries.sort(byText).flat(), ...behind);
    entries.length = 0;
  };
  for (const line of text.split('\n')) {
    const entry = /^ +(\d+\.\d\d%) *[ ,] *[^ ]/.exec(line);
    // Trees and flat lists are indented, folded stacks are not.
    const isGraph = line === '' || /^ {4,}[ |-]|^\d+\.\d\d% /.test(line);
    if (entry) {
      // The first column orders the lines: with callers the total.
      const own = entry[1];
      if (own !== number) flush();
      number = own;
      entries.push([line]);
    } else if (isGraph && entries.length > 0) entries[entries.length - 1].push(line);
    else {
      flush();
      number = '';
      out.push(line);
    }
  }
  flush();
  return out.join('\n');
}

function byText(a: readonly string[], b: readonly string[]): number {
  return a.join('\n') < b.join('\n') ? -1 : 1;
}
