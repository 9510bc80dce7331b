/**
 * Why two ways of unwinding part: every divergence gets one of these names. Found by looking at the frame after which
 * the chains differ (the culprit: both agree on it, and not on its caller), at the unwind rows that hold there, and at
 * why the shorter chain ended.
 */

import { elf, type ElfSection } from '../../parser';
import {
  CfaRule,
  RegisterRule,
  SourceStatus,
  StopReason,
  type Architecture,
  type FunctionRow,
  type Module,
  type RegisterRow,
  type SourceRegistry,
} from '../../unwinder';
import type { MethodName, UserChain } from './method-run';

/** Causes, with what a person reads. The keys are part of the JSON schema (docs/compare.md). */
export const divergenceCauses = {
  'no-sframe-section': 'the binary has no SFrame section',
  'no-fde': 'SFrame has no FDE for the pc',
  'fde-without-fre': 'the SFrame FDE has no FRE for the pc',
  'rows-differ-cfa': 'SFrame and DWARF rows give different CFAs',
  'rows-differ-ra': 'SFrame and DWARF rows give different return addresses',
  'rows-differ-fp': 'SFrame and DWARF rows give different frame pointers',
  'damaged-rows': 'the unwind information is damaged at the pc',
  'register-not-recovered': 'a register that the row needs was not recovered',
  'fp-prologue': 'frame pointers: pc in a prologue, the frame is not set up yet',
  'fp-epilogue': 'frame pointers: pc in an epilogue, the frame is gone already',
  'fp-leaf': 'frame pointers: leaf function without a frame, its caller is lost',
  'fp-no-frame': 'frame pointers: function without a frame, its caller is lost',
  'fp-plt': 'frame pointers: pc in a PLT stub, its caller is lost',
  'fp-used-for-data': 'frame pointers: the register holds data here',
  'fp-chain-ends': 'frame pointers: the chain ends in a function that keeps no frame pointer for its callers',
  'stack-exhausted': 'the copy of the stack ends',
  'signal-frame': 'signal frame',
  'realigned-stack': 'function that realigns its stack',
  'missing-mapping': 'address in no mapping',
  'missing-binary': 'the binary is missing or another build',
  'generated-code': 'generated code',
  'undefined-ra': 'the outermost frame is known to one of them only',
  'depth-limit': 'depth limit',
  'no-progress': 'the stack pointer would not move up',
  'kernel-chain-differs': 'the kernel recorded another chain (taken at another moment, or cut off)',
} as const;

export type DivergenceCause = keyof typeof divergenceCauses;

/** How two chains relate. */
export type Relation = 'identical' | 'prefix' | 'diverged';

/** Where two chains part. */
export interface Divergence {
  readonly relation: Exclude<Relation, 'identical'>;
  /** Index of the first frame that they do not share. */
  readonly index: number;
}

/** Compares two chains; undefined where they are identical. */
export function findDivergence(a: UserChain, b: UserChain): Divergence | undefined {
  const shared = Math.min(a.count, b.count);
  let index = 0;
  while (index < shared && a.frames[index] === b.frames[index]) index++;
  if (index < shared) return { relation: 'diverged', index };
  return a.count === b.count ? undefined : { relation: 'prefix', index };
}

/** A frame with what is needed to look up its rows. */
export interface Culprit {
  /** Undefined where the frame is in no mapping. */
  readonly module: Module | undefined;
  /** NaN where the binary's file does not tell. */
  readonly svma: number;
  /** Whether the pc is exact: the innermost frame, or one that a signal interrupted. */
  readonly isInnermost: boolean;
}

/** Methods from the one whose chain is taken as right to the one that is explained. */
const trust: readonly MethodName[] = ['dwarf', 'auto', 'sframe', 'recorded', 'fp'];

/** Orders two methods: the one that is taken as right first. */
export function byTrust(a: MethodName, b: MethodName): number {
  return trust.indexOf(a) - trust.indexOf(b);
}

export class CauseFinder {
  constructor(
    private readonly arch: Architecture,
    private readonly sources: SourceRegistry,
  ) {}

  /**
   * Names the cause of a divergence.
   * @param culprits the frames that both chains share, from the last one inwards; never empty
   * @param method whose chain is explained, against a chain that is taken as right
   * @param right the chain taken as right
   * @param other the chain of `method`
   */
  explain(
    culprits: readonly Culprit[],
    method: MethodName,
    divergence: Divergence,
    right: UserChain,
    other: UserChain,
  ): DivergenceCause {
    const culprit = culprits[0];
    if (divergence.index === other.count) {
      const byStop = this.causeOfStop(other.stop, culprit);
      if (byStop) return byStop;
    } else if (divergence.index === right.count) {
      // The chain taken as right ended first: the other went on past an end that it does not know.
      const byStop = this.causeOfStop(right.stop, culprit);
      if (right.stop === StopReason.Outermost) return 'undefined-ra';
      if (byStop && method !== 'fp' && method !== 'recorded') return byStop;
    }
    if (!culprit.module) return 'missing-mapping';
    if (method === 'fp' || method === 'recorded') return this.causeOfFramePointers(culprits, method);
    return this.causeOfRows(culprits);
  }

  private causeOfStop(stop: StopReason | undefined, culprit: Culprit): DivergenceCause | undefined {
    switch (stop) {
      case StopReason.StackNotCaptured:
        return 'stack-exhausted';
      case StopReason.NoMapping:
        return 'missing-mapping';
      case StopReason.NoBinary:
        return culprit.module && isGeneratedCode(culprit.module) ? 'generated-code' : 'missing-binary';
      case StopReason.DepthLimit:
        return 'depth-limit';
      case StopReason.CorruptRow:
        return 'damaged-rows';
      case StopReason.NoRow:
        return this.causeOfMissingRow(culprit);
      case StopReason.BadCfa:
      case StopReason.StaleRegister:
      case StopReason.NoRegisters:
        return 'register-not-recovered';
      default:
        return undefined;
    }
  }

  /** Why SFrame has no row. */
  private causeOfMissingRow({ module, svma }: Culprit): DivergenceCause {
    if (!module) return 'missing-mapping';
    if (isGeneratedCode(module)) return 'generated-code';
    const dwarf = this.sources.dwarfOf(module)?.resolveRow(svma).row;
    if (dwarf?.isSignalFrame) return 'signal-frame';
    const sframe = this.sources.sframeOf(module);
    if (!sframe) return 'no-sframe-section';
    return sframe.resolveRow(svma).status === SourceStatus.EntryWithoutRow ? 'fde-without-fre' : 'no-fde';
  }

  /** Which part of the rows differs, at the culprit or at a frame below it whose frame pointer was handed on wrongly. */
  private causeOfRows(culprits: readonly Culprit[]): DivergenceCause {
    for (const culprit of culprits) {
      const { module, svma } = culprit;
      if (!module) continue;
      const dwarf = this.sources.dwarfOf(module)?.resolveRow(svma).row;
      if (dwarf?.isSignalFrame) return 'signal-frame';
      const sframe = this.sources.sframeOf(module)?.resolveRow(svma).row;
      if (!sframe || !dwarf) continue;
      if (sframe.isOutermost !== dwarf.isOutermost) return 'undefined-ra';
      const difference = firstDifference(sframe, dwarf, this.arch);
      if (difference) return difference;
    }
    return 'register-not-recovered';
  }

  private causeOfFramePointers(culprits: readonly Culprit[], method: MethodName): DivergenceCause {
    for (const culprit of culprits) {
      const cause = this.causeOfFramePointer(culprit);
      if (cause) return cause;
    }
    return method === 'recorded' ? 'kernel-chain-differs' : 'fp-chain-ends';
  }

  /** Why a chain of frame pointers goes wrong at a frame; undefined where it does not. */
  private causeOfFramePointer({ module, svma, isInnermost }: Culprit): DivergenceCause | undefined {
    if (!module) return 'missing-mapping';
    if (isGeneratedCode(module)) return 'generated-code';
    if (isInPlt(module, svma)) return 'fp-plt';
    const rows = this.sources.dwarfOf(module)?.rowsOfFunction(svma) ?? [];
    const at = lastRowAt(rows, svma);
    if (at < 0) return undefined;
    const { row } = rows[at];
    const { framePointer, stackPointer } = this.arch;
    if (row.isSignalFrame) return 'signal-frame';
    if (row.isOutermost) return 'undefined-ra';
    const usesFrame = (candidate: FunctionRow): boolean =>
      candidate.row.cfaRule === CfaRule.RegisterPlus && candidate.row.cfaRegister === framePointer;
    if (usesFrame(rows[at])) return undefined;
    if (row.cfaRule !== CfaRule.RegisterPlus || row.cfaRegister !== stackPointer) return 'realigned-stack';
    const firstFrame = rows.findIndex(usesFrame);
    if (firstFrame >= 0) return at < firstFrame ? 'fp-prologue' : 'fp-epilogue';
    if (rows.some((candidate) => isRealigned(candidate.row, stackPointer))) return 'realigned-stack';
    if (savesRegister(row, framePointer)) return 'fp-used-for-data';
    return isInnermost ? 'fp-leaf' : 'fp-no-frame';
  }
}

/** Whether code lies in memory without a file: only the program that made it knows it. */
export function isGeneratedCode(module: Module): boolean {
  return /^(\/tmp\/perf-\d+\.map$|\/\/anon|\/dev\/zero|\/anon_hugepage|\[heap\]|\[stack|\/SYSV|memfd:|\/memfd:)/.test(
    module.path,
  );
}

function isInPlt(module: Module, svma: number): boolean {
  const { image } = module.images;
  const holds = (section: ElfSection): boolean =>
    section.type === elf.SHT_PROGBITS &&
    section.name.startsWith('.plt') &&
    svma >= section.svma &&
    svma < section.svma + section.sizeBytes;
  return image !== undefined && image.sections.some(holds);
}

function lastRowAt(rows: readonly FunctionRow[], svma: number): number {
  let found = -1;
  for (let i = 0; i < rows.length && rows[i].startSvma <= svma; i++) found = i;
  return found;
}

function isRealigned(row: RegisterRow, stackPointer: number): boolean {
  return row.cfaRule !== CfaRule.RegisterPlus || row.cfaRegister !== stackPointer;
}

function savesRegister(row: RegisterRow, register: number): boolean {
  return row.rules.some((rule) => rule.register === register && rule.rule === RegisterRule.AtCfa);
}

/** The first part in which two rows recover different values, or undefined. */
function firstDifference(
  sframe: RegisterRow,
  dwarf: RegisterRow,
  arch: Architecture,
): DivergenceCause | undefined {
  if (
    sframe.cfaRule !== dwarf.cfaRule ||
    sframe.cfaRegister !== dwarf.cfaRegister ||
    sframe.cfaOffset !== dwarf.cfaOffset
  ) {
    return 'rows-differ-cfa';
  }
  if (!isSameRule(sframe, dwarf, arch.returnAddressColumn)) return 'rows-differ-ra';
  return isSameRule(sframe, dwarf, arch.framePointer) ? undefined : 'rows-differ-fp';
}

function isSameRule(sframe: RegisterRow, dwarf: RegisterRow, register: number): boolean {
  const a = sframe.rules.find((rule) => rule.register === register);
  const b = dwarf.rules.find((rule) => rule.register === register);
  const kindOf = (rule: typeof a): RegisterRule => rule?.rule ?? RegisterRule.SameValue;
  if (kindOf(a) !== kindOf(b)) return false;
  return kindOf(a) === RegisterRule.SameValue || a?.value === b?.value;
}
