/**
 * Folded stacks, one line each, as flame graph programs read them: the command, the frames from the outermost to the
 * innermost, and how much was counted there:
 *
 *   worker;start_thread;run;compress 1234
 *
 * Names follow the habits of FlameGraph's stackcollapse-perf.pl, which made the format: the argument list that ends a
 * function's name is left out, a frame without symbol goes by its binary ("[libc.so.6]"), else it is "[unknown]"; blanks in
 * commands become underscores. Lines are sorted.
 */

import { withoutControls } from '../names/printable';
import type { SourcePosition } from '../answers/answer-set';
import type { LocationName } from '../tables/location-table';
import { withoutArguments } from './argument-list';

export interface FoldNameOptions {
  /** Leaves arguments of functions away. */
  readonly tidies: boolean;
  /** Marks functions of the kernel by _[k], generated code by _[j], inlined functions by _[i]. */
  readonly marksKernel: boolean;
  readonly marksGenerated: boolean;
  readonly marksInlined: boolean;
  /** Says the address of a frame without symbol. */
  readonly showsAddresses: boolean;
}

/** What a frame is in. */
export interface FoldedFrame {
  /** Undefined for addresses in no mapping. */
  readonly modulePath: string | undefined;
  readonly isKernel: boolean;
  readonly isGenerated: boolean;
  /** In hexadecimal. */
  readonly address: string;
}

/**
 * What one function of a frame is called in a folded stack.
 * @param position its source line, if wanted: "file.c:12" after the name, as `report -g srcline` has it
 */
export function foldedName(
  name: LocationName,
  frame: FoldedFrame,
  options: FoldNameOptions,
  position?: SourcePosition,
): string {
  const { symbol } = name;
  const text =
    symbol === undefined || name.symbolOffset < 0
      ? binaryName(frame, options)
      : tidyName(symbol, frame, options);
  return (withoutControls(text) + lineText(position)).replaceAll(';', ':') + markOf(name, frame, options);
}

/** Names of generated code are as the program that made it wrote them: parentheses there are no arguments of C++. */
function tidyName(symbol: string, { isGenerated }: FoldedFrame, { tidies }: FoldNameOptions): string {
  if (!tidies) return symbol;
  return (isGenerated ? symbol : withoutArguments(symbol)).replace(/["']/g, '');
}

/** " file.c:12" after a function; empty where the line is not known. */
function lineText(position: SourcePosition | undefined): string {
  if (position === undefined || position.line === 0) return '';
  const file = position.file.slice(position.file.lastIndexOf('/') + 1);
  return ` ${withoutControls(file)}:${position.line}`;
}

function binaryName({ modulePath, address }: FoldedFrame, { showsAddresses }: FoldNameOptions): string {
  const name = modulePath === undefined ? 'unknown' : modulePath.slice(modulePath.lastIndexOf('/') + 1);
  return showsAddresses ? `[${name} <${address}>]` : `[${name}]`;
}

function markOf(name: LocationName, frame: FoldedFrame, options: FoldNameOptions): string {
  if (name.isInlined && options.marksInlined) return '_[i]';
  if (frame.isKernel && options.marksKernel) return '_[k]';
  return options.marksGenerated && frame.isGenerated ? '_[j]' : '';
}

/** What a thread is called in a folded stack. */
export function foldedComm(comm: string): string {
  return withoutControls(comm).replaceAll(' ', '_').replaceAll(';', ':');
}
