/** How large an export will be, told before it is written: by what its tables can make at most, and counted where that is too much. */

import { EMPTY_STACK } from '../../unwinder';
import type { ExportChoices, Exporter, ExportTables } from '../../profile';
import { tooLargeText } from '../too-large';

// At most, of the formats that have a reader with a limit: what they write besides names and numbers of several digits.
const SAMPLE_BYTES = 300;
const STACK_BYTES = 40;
const FRAME_BYTES = 120;
const FUNCTION_BYTES = 200;
const NUMBER_BYTES = 9;

/** What to say of a file that its reader cannot open, with what makes it smaller; undefined where it can. */
export async function describeTooLarge(
  exporter: Exporter,
  tables: ExportTables,
  choices: ExportChoices,
): Promise<string | undefined> {
  const { reader } = exporter.options;
  if (reader === undefined || mostBytes(tables) <= reader.mostBytes) return undefined;
  return tooLargeText(await countBytes(exporter, tables, choices), reader);
}

/** What an export has at most: every sample with its stack function by function. */
export function mostBytes({ samples, stacks, frames, functions }: ExportTables): number {
  const depth = new Float64Array(stacks.count);
  let bytes = stacks.count * STACK_BYTES;
  for (let stack = 0; stack < stacks.count; stack++) {
    const parent = stacks.parent[stack];
    const { length } = frames.lines(stacks.frame[stack]);
    depth[stack] = length + (parent === EMPTY_STACK ? 0 : depth[parent]);
    bytes += length * STACK_BYTES;
  }
  for (let frame = 0; frame < frames.count; frame++) bytes += frames.lines(frame).length * FRAME_BYTES;
  // Six: a control character in JSON, "\u001b".
  for (const { name, file } of functions.values) bytes += FUNCTION_BYTES + (name.length + file.length) * 6;
  for (let row = 0; row < samples.count; row++) {
    const stack = samples.stack[row];
    bytes += SAMPLE_BYTES + (stack === EMPTY_STACK ? 0 : depth[stack] * NUMBER_BYTES);
  }
  return bytes;
}

/** What an export has, by writing it to nowhere. */
async function countBytes(exporter: Exporter, tables: ExportTables, choices: ExportChoices): Promise<number> {
  let bytes = 0;
  const file = {
    write(block: string | Uint8Array): void {
      bytes += typeof block === 'string' ? Buffer.byteLength(block) : block.length;
    },
  };
  await exporter.write(tables, { open: () => file }, choices);
  return bytes;
}
