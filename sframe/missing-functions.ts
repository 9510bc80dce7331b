/** Functions that SFrame does not cover, what follows from it for stacks, and, where it shows, the cause. */

import { CfaKind, CfiTable, findLastAtOrBelow, RuleKind, type CfiRow, type ElfImage } from '../parser';
import { executableRanges } from './code-ranges';
import { IN_EH_FRAME, IN_SFRAME, type FunctionPlaces } from './coverage';
import { FunctionNames } from './function-names';

/** What is lost without rows. The names are part of the JSON output. */
export type MissingConsequence =
  /** Every stack through the function ends in it. */
  | 'stacks-end'
  /** Stacks of signal handlers end in the trampoline: the interrupted code is not seen. */
  | 'signal-stacks-end'
  /** The entries of a PLT call nothing: samples in them lose their callers. */
  | 'plt-samples'
  /** The function has no caller: nothing is lost. */
  | 'none-outermost'
  /** .eh_frame does not cover it either: what is in there is not known. */
  | 'no-table';

/** Why there are no rows. */
export type MissingCause =
  /** Its object file was assembled without SFrame, or the assembler gave no reason. */
  | 'no-sframe'
  /** CFA, return address or frame pointer are computed by DWARF expressions. */
  | 'expression'
  /** The return address is kept in a register: gas writes no FDE for such functions. */
  | 'ra-in-register'
  | 'unknown';

export interface MissingFunction {
  readonly name: string | undefined;
  readonly startSvma: number;
  readonly sizeBytes: number;
  readonly consequence: MissingConsequence;
  readonly cause: MissingCause;
}

/**
 * The functions of a file without SFrame rows, largest first.
 * @param places from measureCoverage
 * @param limit how many at most; Infinity for all
 * @throws ParseError when a section is not all in the file
 */
export function findMissingFunctions(
  image: ElfImage,
  places: FunctionPlaces,
  limit: number,
): MissingFunction[] {
  const { startSvma, endSvma, tables } = places;
  const sizeOf = (place: number) => endSvma[place] - startSvma[place];
  const missing = [...tables.keys()]
    .filter((place) => (tables[place] & IN_SFRAME) === 0)
    .sort((a, b) => sizeOf(b) - sizeOf(a) || startSvma[a] - startSvma[b])
    .slice(0, limit);
  if (missing.length === 0) return [];
  const names = new FunctionNames(image);
  const cfi = CfiTable.fromEhFrame(image);
  const code = executableRanges(image);
  const codeStarts = code.map((range) => range.startSvma);
  return missing.map((place) => {
    const start = startSvma[place];
    const section = code[findLastAtOrBelow(codeStarts, code.length, start)];
    const facts = (tables[place] & IN_EH_FRAME) !== 0 && cfi ? readFacts(cfi, start) : undefined;
    return {
      name: names.nameOf(start),
      startSvma: start,
      sizeBytes: sizeOf(place),
      consequence: consequenceOf(facts, section?.name.startsWith('.plt') ?? false),
      cause: facts?.cause ?? 'unknown',
    };
  });
}

interface RuleFacts {
  isOutermost: boolean;
  isSignal: boolean;
  cause: MissingCause;
}

/** What the rows of .eh_frame tell about a function. */
function readFacts(cfi: CfiTable, svma: number): RuleFacts {
  const facts: RuleFacts = { isOutermost: false, isSignal: false, cause: 'no-sframe' };
  const fde = cfi.findFde(svma);
  if (fde < 0) return facts;
  cfi.visitRows(fde, (row) => {
    facts.isSignal ||= row.isSignalFrame;
    const raKind = raRule(row);
    if (raKind === RuleKind.Undefined) facts.isOutermost = true;
    if (raKind === RuleKind.Register) facts.cause = 'ra-in-register';
    const isExpression = raKind === RuleKind.Expression || raKind === RuleKind.ValExpression;
    if (row.cfaKind === CfaKind.Expression || isExpression) facts.cause = 'expression';
  });
  return facts;
}

function raRule(row: CfiRow): RuleKind {
  return row.ruleKind[row.returnAddressRegister];
}

function consequenceOf(facts: RuleFacts | undefined, isPlt: boolean): MissingConsequence {
  if (!facts) return 'no-table';
  if (facts.isOutermost) return 'none-outermost';
  if (facts.isSignal) return 'signal-stacks-end';
  return isPlt ? 'plt-samples' : 'stacks-end';
}
