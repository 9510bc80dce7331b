/** What `script -F +srcline,+dsoff` prints of a recording, of perf or ours, as frames. */
import { basename } from 'node:path';

export interface PrintedFrame {
  /** Without `+0x…` and {@link withoutClone}. */
  readonly name: string;
  /** `inlines.cpp:11`, `??:0` */
  readonly position: string;
  readonly isInlined: boolean;
}

/** The frames that are printed of one address of a stack, innermost first. */
export interface PrintedAddress {
  readonly address: number;
  /** Path and offset in the file; undefined where no frame of the address has a binary. */
  readonly binary: string | undefined;
  readonly offset: number | undefined;
  readonly frames: PrintedFrame[];
}

/** The stacks, innermost address first. */
export function parseStacks(text: string): PrintedAddress[][] {
  return text
    .split('\n\n')
    .map((block) => block.split('\n').slice(1))
    .filter((lines) => lines.length > 0)
    .map(parseStack);
}

function parseStack(lines: string[]): PrintedAddress[] {
  const stack: PrintedAddress[] = [];
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const frame = /^\t *([0-9a-f]+) (.*?)(?:\+0x[0-9a-f]+)?(?: \((\S+)\+0x([0-9a-f]+)\))?$/.exec(lines[i]);
    const line = /^ {2}(\S+)( \(inlined\))?$/.exec(lines[i + 1]);
    if (!frame || !line) throw new Error(`not a frame and its line:\n${lines[i]}\n${lines[i + 1]}`);
    const [, ip, name, binary, offset] = frame as (string | undefined)[];
    const printed = {
      name: withoutClone(name!),
      position: line[1],
      isInlined: line[2] !== undefined,
    };
    const address = parseInt(ip!, 16);
    const last = stack.at(-1);
    const isSame = last?.address === address;
    const place = {
      address,
      binary: binary ?? (isSame ? last.binary : undefined),
      offset: offset === undefined ? (isSame ? last.offset : undefined) : parseInt(offset, 16),
      frames: isSame ? [...last.frames, printed] : [printed],
    };
    if (isSame) stack.pop();
    stack.push(place);
  }
  return stack;
}

/** Without what a compiler did to a function: `f() [clone .isra.0]`. */
export function withoutClone(name: string): string {
  return name.replace(/ \[clone .*\]$/, '');
}

/** Frames that a tool names, in the form in which they are printed. @param names demangled */
export function asPrinted(
  frames: readonly { readonly file: string; readonly line: number }[],
  names: readonly string[],
): PrintedFrame[] {
  return frames.map(({ file, line }, i) => ({
    name: names[i],
    position: line === 0 ? '??:0' : `${basename(file)}:${line}`,
    isInlined: i + 1 < frames.length,
  }));
}
