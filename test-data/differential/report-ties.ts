/**
 * Lines of a report that count the same stand in perf in the order of its trees (docs/as-perf.md, `ties`), which depends on the
 * recording by chance. Two reports are compared with such lines in one order.
 */

/** The report with neighbouring entries that print the same numbers in the order of their texts, each with its graph. */
export function withTiesInOrder(text: string): string {
  const entries: string[][] = [];
  const out: string[] = [];
  let numbers = '';
  const flush = (): void => {
    // Behind the last entry of a table are more empty lines than between entries; they stay where they are.
    const last = entries.at(-1) ?? [];
    const behind: string[] = [];
    while (last.at(-1) === '' && last.at(-2) === '') behind.push(last.pop()!);
    out.push(...entries.sort(byText).flat(), ...behind);
    entries.length = 0;
  };
  for (const line of text.split('\n')) {
    const entry = /^ {3,}((?:\d+\.\d\d% +)+)/.exec(line);
    const isGraph = line === '' || /^ {4,}[ |-]/.test(line);
    if (entry) {
      const own = entry[1].trim();
      if (own !== numbers) flush();
      numbers = own;
      entries.push([line]);
    } else if (isGraph && entries.length > 0) entries[entries.length - 1].push(line);
    else {
      flush();
      numbers = '';
      out.push(line);
    }
  }
  flush();
  return out.join('\n');
}

function byText(a: readonly string[], b: readonly string[]): number {
  return a.join('\n') < b.join('\n') ? -1 : 1;
}
