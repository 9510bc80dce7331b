/** What `sframe verify` found in a file as a list, one entry for each kind in a function or place: what CI accepts, counts and shows. */

import { findLastAtOrBelow, formatAddress } from '../../../parser';
import {
  executableRanges,
  FunctionNames,
  isHarmlessFinding,
  verdictOf,
  type Verdict,
  type Verification,
} from '../../../sframe';
import { kindTexts } from '../verify/verify-text';

export interface FileFinding {
  readonly file: string;
  /** A DifferenceKind or StructureFindingCode. */
  readonly kind: string;
  /** Section of code of a difference; place of a finding about the table itself (".sframe"). */
  readonly section: string;
  /** Name of the function, or its address where it has none; undefined where none is meant. */
  readonly functionName: string | undefined;
  /** What a person reads; one line. */
  readonly message: string;
}

/** Everything that makes a verdict bad. What cannot be compared does not count as a difference. */
export function listFindings(verification: Verification): FileFinding[] {
  const { image, differences, structure } = verification;
  const names = new FunctionNames(image);
  const code = executableRanges(image);
  const starts = code.map(({ startSvma }) => startSvma);
  const found: FileFinding[] = structure
    .filter(({ code: kind }) => !isHarmlessFinding(kind))
    .map(({ code: kind, count, examples }) => ({
      file: image.name,
      kind,
      section: placeOf(examples[0]?.where ?? '', image.name),
      functionName: undefined,
      message: `${examples[0]?.text ?? kind}${count > 1 ? ` (${count} times)` : ''}`,
    }));
  for (const { startSvma, kinds } of differences.functions) {
    const functionName = names.nameOf(startSvma) ?? `0x${formatAddress(startSvma)}`;
    const section = code[findLastAtOrBelow(starts, starts.length, startSvma)]?.name ?? '';
    for (const { kind, bytes } of kinds) {
      if (kind === 'not-comparable') continue;
      const message = `${functionName}: ${kindTexts[kind]}, ${bytes} bytes`;
      found.push({ file: image.name, kind, section, functionName, message });
    }
  }
  return found;
}

/** The verdict when these of its findings are accepted: where nothing else is left, as if there were none. */
export function verdictWithout(verification: Verification, left: readonly FileFinding[]): Verdict {
  const verdict = verdictOf(verification);
  if (left.length > 0 || (verdict !== 'differs' && verdict !== 'damaged')) return verdict;
  return verification.sections.length > 0 ? 'agrees' : 'no-sframe';
}

/** "a.out, section .sframe, offset 0x40, FDE 3" is in ".sframe". */
function placeOf(where: string, fileName: string): string {
  return /section ([^,]+)/.exec(where.slice(fileName.length))?.[1] ?? '';
}
