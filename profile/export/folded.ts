/** Folded stacks, as `fold` prints them: docs of the format in folded-names.ts. */

import { EMPTY_STACK } from '../../unwinder';
import type { Exporter } from './exporter';
import { foldedComm, foldedName, type FoldNameOptions } from './folded-names';
import { UNKNOWN_BINARY } from './model';
import type { ExportTables } from './tables';

const nameOptions: FoldNameOptions = {
  tidies: true,
  marksKernel: false,
  marksGenerated: false,
  marksInlined: false,
  showsAddresses: false,
};

export const folded: Exporter = {
  name: 'folded',
  options: {
    describe: 'a line for each stack, for flame graph programs',
    extensions: ['.folded'],
    takesOneEvent: true,
    needsTimes: false,
    needsLines: false,
    parts: [undefined],
  },
  write(tables, target, { weight }) {
    const { samples, threads, recordings } = tables;
    const texts = stackTexts(tables);
    const weights = new Map<string, number>();
    for (let row = 0; row < samples.count; row++) {
      const { comm, recording } = threads.values[samples.thread[row]];
      const root = recordings.length > 1 ? `${foldedComm(recordings[recording].name)};` : '';
      const text = root + foldedComm(comm) + texts[samples.stack[row]];
      weights.set(text, (weights.get(text) ?? 0) + samples[weight][row]);
    }
    const file = target.open();
    for (const [text, counted] of [...weights].sort(([a], [b]) => (a < b ? -1 : 1))) {
      file.write(`${text} ${counted}\n`);
    }
  },
};

/** By stack, its names from the outermost on, each after a semicolon. Parents come before children. */
function stackTexts({ stacks, frames, functions, binaries }: ExportTables): string[] {
  const texts: string[] = [];
  const nameOf = functions.values.map(({ name, isNamed, binary, kind }) =>
    foldedName(
      { symbol: isNamed ? name : undefined, symbolOffset: 0 },
      {
        modulePath:
          binaries.values[binary].path === UNKNOWN_BINARY ? undefined : binaries.values[binary].path,
        isKernel: kind === 'kernel',
        isGenerated: kind === 'generated',
        address: '',
      },
      nameOptions,
    ),
  );
  for (let stack = 0; stack < stacks.count; stack++) {
    const parent = stacks.parent[stack];
    let text = parent === EMPTY_STACK ? '' : texts[parent];
    const lines = frames.lines(stacks.frame[stack]);
    for (let i = lines.length - 1; i >= 0; i--) text += `;${nameOf[lines[i].function]}`;
    texts.push(text);
  }
  return texts;
}
