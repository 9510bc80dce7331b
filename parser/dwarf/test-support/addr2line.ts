/**
 * What `eu-addr2line -i -f -a` and `addr2line -i -f -a` say about addresses, and ours in the same form.
 *
 * Both have bugs, and not the same: elfutils takes the first of several instances that are inlined side by side, and
 * leaves out levels whose ranges begin with an empty one; binutils names functions without a linkage name by the
 * symbol table. So where elfutils differs from us, binutils decides.
 */

import type { DebugInfo } from '../info';
import type { CompiledFolder } from './compiled';

export interface FramePosition {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The frames of each address, innermost first, as a tool prints them; binutils prints no columns (0). */
export function askAddr2line(
  folder: Pick<CompiledFolder, 'run'>,
  tool: 'addr2line' | 'eu-addr2line',
  program: string,
  svmas: readonly number[],
): FramePosition[][] {
  const input = svmas.map((svma) => `0x${svma.toString(16)}\n`).join('');
  // elfutils 0.196 ends with status 1 after printing everything for s390x.
  const output = folder.run(['sh', '-c', `${tool} -i -f -a -e ${program} || true`], input);
  const blocks = output.split(/^0x[0-9a-f]+\n/m).slice(1);
  if (blocks.length !== svmas.length) throw new Error(`${tool}: ${blocks.length} answers`);
  return blocks.map((block) => {
    const lines = block.trimEnd().split('\n');
    const frames: FramePosition[] = [];
    for (let i = 0; i + 1 < lines.length; i += 2) frames.push(parseFrame(lines[i], lines[i + 1]));
    return frames;
  });
}

function parseFrame(name: string, position: string): FramePosition {
  const [, file, line, column] = /^(.*?):(\d+|\?)(?::(\d+))?(?: \(.*)?$/.exec(position)!;
  return {
    name: name.replace(/ inlined at .*$/, ''),
    file,
    line: Number(line) || 0,
    column: Number(column ?? 0),
  };
}

/** Our frames of an address in the same form. */
export function describeAddress(info: DebugInfo, svma: number): FramePosition[] {
  const here = info.findLine(svma);
  let file = here?.file;
  let line = here?.line ?? 0;
  let column = here?.column ?? 0;
  return info.inlineChain(svma).map((frame) => {
    const name = frame.linkageName ?? frame.name ?? '??';
    const position = { name, file: file ?? '??', line, column };
    ({ callFile: file, callLine: line, callColumn: column } = frame);
    return position;
  });
}

/** Which tool agrees with us about an address. */
export function findAgreement(
  ours: readonly FramePosition[],
  elfutils: readonly FramePosition[],
  binutils: readonly FramePosition[],
): 'elfutils' | 'binutils' | 'none' {
  const full = (frames: readonly FramePosition[]) => JSON.stringify(frames);
  if (full(ours) === full(elfutils)) return 'elfutils';
  const positions = (frames: readonly FramePosition[]) =>
    frames.map(({ file, line }) => `${file}:${line}`).join();
  if (positions(ours) !== positions(binutils)) return 'none';
  const namesAgree = ours.every(
    (frame, i) => frame.name === binutils[i].name || !isFromLinkageName(frame.name),
  );
  return namesAgree ? 'binutils' : 'none';
}

function isFromLinkageName(name: string): boolean {
  return name.startsWith('_Z');
}
