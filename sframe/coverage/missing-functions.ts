/** Functions that SFrame does not cover, what follows from it for stacks, and, where it shows, the cause. */

import {
  CfaKind,
  CfiTable,
  findLastAtOrBelow,
  machines,
  RuleKind,
  type CfiRow,
  type ElfImage,
  type Machine,
} from '../../parser';
import { executableRanges } from '../code-ranges';
import { IN_EH_FRAME, IN_SFRAME, type FunctionPlaces } from './coverage';
import { FunctionNames } from '../function-names';
import { FunctionOrigins } from './function-origins';

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
  /** A DWARF expression computes the CFA or a register (`.cfi_escape`). */
  | 'expression'
  /** `.cfi_val_offset` of the frame pointer or return address. */
  | 'val-offset'
  /** `.cfi_return_column`: the return address is in another column than the machine's. */
  | 'return-column'
  /** `.cfi_undefined` of the frame pointer. */
  | 'undefined-fp'
  /** DW_CFA_GNU_args_size, which says nothing of frames; gas leaves such functions out. */
  | 'args-size'
  /** AArch64, s390x: the frame pointer is saved, the return address is not: version 3's default rows cannot say that. */
  | 'fp-without-ra'
  /** The linker wrote rows for code of objects, but none for the PLT that it made itself (ld --gc-sections drops them). */
  | 'linker-plt'
  /** The return address is kept in a register: gas writes no FDE for such functions. */
  | 'ra-in-register'
  | 'unknown';

export interface MissingFunction {
  readonly name: string | undefined;
  readonly startSvma: number;
  readonly sizeBytes: number;
  readonly consequence: MissingConsequence;
  readonly cause: MissingCause;
  /** The object or source file that it came from, where the symbol table tells. */
  readonly origin: string | undefined;
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
  const machine = machines.ofElf(image.machine);
  const origins = new FunctionOrigins(image);
  const hasSFrame = tables.some((covering) => (covering & IN_SFRAME) !== 0);
  return missing.map((place) => {
    const start = startSvma[place];
    const section = code[findLastAtOrBelow(codeStarts, code.length, start)];
    const facts = (tables[place] & IN_EH_FRAME) !== 0 && cfi ? readFacts(cfi, start, machine) : undefined;
    const isPlt = section?.name.startsWith('.plt') ?? false;
    return {
      name: names.nameOf(start),
      startSvma: start,
      sizeBytes: sizeOf(place),
      consequence: consequenceOf(facts, isPlt),
      cause: isPlt && hasSFrame ? 'linker-plt' : (facts?.cause ?? 'unknown'),
      origin: isPlt ? undefined : origins.originOf(start),
    };
  });
}

interface RuleFacts {
  isOutermost: boolean;
  isSignal: boolean;
  cause: MissingCause;
}

/** What the rows of .eh_frame tell about a function; of several causes, the one that gas meets first counts. */
function readFacts(cfi: CfiTable, svma: number, machine: Machine | undefined): RuleFacts {
  const facts: RuleFacts = { isOutermost: false, isSignal: false, cause: 'no-sframe' };
  const fde = cfi.findFde(svma);
  if (fde < 0) return facts;
  cfi.visitRows(fde, (row) => {
    facts.isSignal ||= row.isSignalFrame;
    const ra: RuleKind = row.ruleKind[row.returnAddressRegister];
    if (ra === RuleKind.Undefined) facts.isOutermost = true;
    if (facts.cause === 'no-sframe' && machine) facts.cause = causeOf(row, machine);
  });
  return facts;
}

/** As gas 2.47 says it ("no SFrame FDE emitted; …"). */
function causeOf(row: CfiRow, { returnAddressColumn, framePointer, linkRegister }: Machine): MissingCause {
  if (row.returnAddressRegister !== returnAddressColumn) return 'return-column';
  const ra: RuleKind = row.ruleKind[returnAddressColumn];
  const fp: RuleKind = row.ruleKind[framePointer];
  if (ra === RuleKind.ValOffset || fp === RuleKind.ValOffset) return 'val-offset';
  if (fp === RuleKind.Undefined) return 'undefined-fp';
  if (row.cfaKind === CfaKind.Expression || hasExpression(row)) return 'expression';
  if (row.argumentSizeBytes > 0) return 'args-size';
  if (ra === RuleKind.Register) return 'ra-in-register';
  const isRaHeld = ra === RuleKind.Unspecified || ra === RuleKind.SameValue;
  return linkRegister >= 0 && isRaHeld && fp === RuleKind.Offset ? 'fp-without-ra' : 'no-sframe';
}

function hasExpression({ ruledRegisters, ruledCount, ruleKind }: CfiRow): boolean {
  for (let i = 0; i < ruledCount; i++) {
    const kind: RuleKind = ruleKind[ruledRegisters[i]];
    if (kind === RuleKind.Expression || kind === RuleKind.ValExpression) return true;
  }
  return false;
}

function consequenceOf(facts: RuleFacts | undefined, isPlt: boolean): MissingConsequence {
  if (!facts) return 'no-table';
  if (facts.isOutermost) return 'none-outermost';
  if (facts.isSignal) return 'signal-stacks-end';
  return isPlt ? 'plt-samples' : 'stacks-end';
}
