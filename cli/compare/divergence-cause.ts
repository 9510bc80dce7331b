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
  'no-dwarf-row': 'DWARF has no row for the pc, the frame pointer leads nowhere',
  'damaged-rows': 'the unwind information is damaged at the pc',
  'register-not-recovered': 'a register that the row needs was not recovered',
  'fp-prologue': 'fp: pc in a prologue, the frame is not set up yet',
  'fp-epilogue': 'fp: pc in an epilogue, the frame is gone already',
  'fp-leaf': 'fp: leaf function without a frame, its caller is lost',
  'fp-no-frame': 'fp: function without a frame, its caller is lost',
  'fp-plt': 'fp: pc in a PLT stub, its caller is lost',
  'fp-used-for-data': 'fp: the register holds data here',
  'fp-chain-ends': 'fp: no chain of frames leads on from here',
  'stack-exhausted': 'the copy of the stack ends',
  'signal-frame': 'signal frame',
  'realigned-stack': 'function that realigns its stack',
  'missing-mapping': 'address in no mapping',
  'missing-binary': 'the binary is missing or another build',
  'generated-code': 'generated code',
  'undefined-ra': 'undefined return address: one of them goes on past the end',
  'depth-limit': 'depth limit',
  'no-progress': 'the stack pointer would not move up',
  'kernel-refuses': 'the rules of the kernel refuse the SFrame row or its section',
  'kernel-chain-differs': 'the kernel recorded another chain (another moment, or cut off)',
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

/**
 * Compares two chains; undefined where they are identical.
 * @param isSameFrame whether two different frames stand for the same one
 */
export function findDivergence(
  a: UserChain,
  b: UserChain,
  isSameFrame: (frameOfA: number, frameOfB: number) => boolean,
): Divergence | undefined {
  const shared = Math.min(a.count, b.count);
  let index = 0;
  while (
    index < shared &&
    (a.frames[index] === b.frames[index] || isSameFrame(a.frames[index], b.frames[index]))
  ) {
    index++;
  }
  if (index < shared) return { relation: 'diverged', index };
  return a.count === b.count ? undefined : { relation: 'prefix', index };
}

/** Where a frame lies, as rows are looked up. */
export interface FramePlace {
  /** Undefined where the frame is in no mapping. */
  readonly module: Module | undefined;
  /** NaN where the binary's file does not tell. */
  readonly svma: number;
}

/** Methods from the one whose chain is taken as right to the one that is explained. */
const trust: readonly MethodName[] = ['dwarf', 'auto', 'sframe', 'kernel', 'recorded', 'fp'];

/** Orders two methods: the one that is taken as right first. */
export function byTrust(a: MethodName, b: MethodName): number {
  return trust.indexOf(a) - trust.indexOf(b);
}

/** How a chain may end because of a wrong row further in. */
const consequences: ReadonlySet<DivergenceCause> = new Set([
  'stack-exhausted',
  'missing-mapping',
  'no-progress',
  'register-not-recovered',
]);

/** What is remembered of a frame. */
type Verdict = DivergenceCause | 'innocent';

export class CauseFinder {
  /** By frame; of frame pointers also by whether the frame is the innermost. */
  private readonly rowVerdicts: (Verdict | undefined)[] = [];
  private readonly framePointerVerdicts: (Verdict | undefined)[] = [];

  /** @param placeOf where an interned frame lies */
  constructor(
    private readonly arch: Architecture,
    private readonly sources: SourceRegistry,
    private readonly placeOf: (frame: number) => FramePlace,
  ) {}

  /**
   * Names the cause of a divergence.
   * @param method whose chain is explained
   * @param right the chain that is taken as right
   * @param other the chain of `method`
   */
  explain(method: MethodName, divergence: Divergence, right: UserChain, other: UserChain): DivergenceCause {
    const { index } = divergence;
    const place = this.placeOf(right.frames[Math.max(0, index - 1)]);
    const followsFramePointers = method === 'fp' || method === 'recorded';
    if (method === 'kernel' && index < right.count) return this.causeOfKernelRules(right, index, other);
    if (index === other.count) {
      const byStop = this.causeOfStop(other.stop, place);
      // What a wrong row recovered may end the chain only later.
      const byRows =
        byStop !== undefined && consequences.has(byStop) && !followsFramePointers
          ? this.findRowDifference(right, index)
          : undefined;
      if (byRows ?? byStop) return (byRows ?? byStop)!;
    } else if (index === right.count) {
      // The chain taken as right ended first: the other went on past an end that it does not know.
      if (right.stop === StopReason.Outermost) return 'undefined-ra';
      const byStop = this.causeOfStop(right.stop, place);
      if (byStop) return byStop;
    }
    if (!place.module) return 'missing-mapping';
    if (followsFramePointers) return this.causeOfFramePointers(right, index, method);
    const byRows = this.findRowDifference(right, index);
    if (byRows) return byRows;
    const hasDwarfRow = this.sources.dwarfOf(place.module)?.resolveRow(place.svma).row !== undefined;
    return hasDwarfRow ? 'register-not-recovered' : 'no-dwarf-row';
  }

  /** Where the kernel has no row it follows frame pointers: that there is none is why it goes wrong. */
  private causeOfKernelRules(right: UserChain, index: number, other: UserChain): DivergenceCause {
    for (let i = Math.max(1, index) - 1; i >= 0; i--) {
      const place = this.placeOf(right.frames[i]);
      const row = place.module && this.sources.sframeOf(place.module)?.resolveRow(place.svma).row;
      if (!row) return this.causeOfMissingRow(place);
    }
    if (index === other.count && other.stop === StopReason.StackNotCaptured) return 'stack-exhausted';
    const isRefused = other.stop === StopReason.CorruptRow || other.stop === StopReason.BadCfa;
    if (index === other.count && isRefused) return 'kernel-refuses';
    return this.findRowDifference(right, index) ?? 'kernel-refuses';
  }

  private causeOfStop(stop: StopReason | undefined, place: FramePlace): DivergenceCause | undefined {
    switch (stop) {
      case StopReason.StackNotCaptured:
        return 'stack-exhausted';
      case StopReason.NoMapping:
        return 'missing-mapping';
      case StopReason.NoBinary:
        return place.module && isGeneratedCode(place.module) ? 'generated-code' : 'missing-binary';
      case StopReason.DepthLimit:
        return 'depth-limit';
      case StopReason.NoProgress:
        return 'no-progress';
      case StopReason.CorruptRow:
        return 'damaged-rows';
      case StopReason.NoRow:
        return this.causeOfMissingRow(place);
      case StopReason.BadCfa:
      case StopReason.StaleRegister:
      case StopReason.NoRegisters:
        return 'register-not-recovered';
      default:
        return undefined;
    }
  }

  /** Why SFrame has no row. */
  private causeOfMissingRow({ module, svma }: FramePlace): DivergenceCause {
    if (!module) return 'missing-mapping';
    if (isGeneratedCode(module)) return 'generated-code';
    const sframe = this.sources.sframeOf(module);
    if (!sframe) return 'no-sframe-section';
    const dwarf = this.sources.dwarfOf(module)?.resolveRow(svma).row;
    if (dwarf?.isSignalFrame) return 'signal-frame';
    return sframe.resolveRow(svma).status === SourceStatus.EntryWithoutRow ? 'fde-without-fre' : 'no-fde';
  }

  /** Which part of the rows differs, at the culprit or at a frame below it whose frame pointer was handed on wrongly. */
  private findRowDifference(right: UserChain, index: number): DivergenceCause | undefined {
    for (let i = Math.max(1, index) - 1; i >= 0; i--) {
      const frame = right.frames[i];
      const verdict = (this.rowVerdicts[frame] ??= this.judgeRows(this.placeOf(frame)));
      if (verdict !== 'innocent') return verdict;
    }
    return undefined;
  }

  private judgeRows({ module, svma }: FramePlace): Verdict {
    if (!module) return 'innocent';
    const dwarf = this.sources.dwarfOf(module)?.resolveRow(svma).row;
    if (dwarf?.isSignalFrame) return 'signal-frame';
    const sframe = this.sources.sframeOf(module)?.resolveRow(svma).row;
    if (!sframe || !dwarf) return 'innocent';
    if (sframe.isOutermost !== dwarf.isOutermost) return 'undefined-ra';
    return firstDifference(sframe, dwarf, this.arch);
  }

  private causeOfFramePointers(right: UserChain, index: number, method: MethodName): DivergenceCause {
    for (let i = Math.max(1, index) - 1; i >= 0; i--) {
      const frame = right.frames[i];
      const isInnermost = i === 0;
      const key = frame * 2 + (isInnermost ? 1 : 0);
      const verdict = (this.framePointerVerdicts[key] ??= this.judgeFramePointer(
        this.placeOf(frame),
        isInnermost,
      ));
      if (verdict !== 'innocent') return verdict;
    }
    return method === 'recorded' ? 'kernel-chain-differs' : 'fp-chain-ends';
  }

  /** Why a chain of frame pointers goes wrong at a frame; innocent where it does not. */
  private judgeFramePointer({ module, svma }: FramePlace, isInnermost: boolean): Verdict {
    if (!module) return 'missing-mapping';
    if (isGeneratedCode(module)) return 'generated-code';
    if (isInPlt(module, svma)) return 'fp-plt';
    const rows = this.sources.dwarfOf(module)?.rowsOfFunction(svma) ?? [];
    const at = lastRowAt(rows, svma);
    if (at < 0) return 'innocent';
    const { row } = rows[at];
    const { framePointer, stackPointer } = this.arch;
    if (row.isSignalFrame) return 'signal-frame';
    if (row.isOutermost) return 'undefined-ra';
    const usesFrame = (candidate: FunctionRow): boolean =>
      candidate.row.cfaRule === CfaRule.RegisterPlus && candidate.row.cfaRegister === framePointer;
    if (usesFrame(rows[at])) return 'innocent';
    if (isRealigned(row, stackPointer)) return 'realigned-stack';
    if (rows.some((candidate) => !usesFrame(candidate) && isRealigned(candidate.row, stackPointer))) {
      return 'realigned-stack';
    }
    const firstFrame = rows.findIndex(usesFrame);
    if (firstFrame >= 0) return at < firstFrame ? 'fp-prologue' : 'fp-epilogue';
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

/** The first part in which two rows recover different values, or innocent. */
function firstDifference(sframe: RegisterRow, dwarf: RegisterRow, arch: Architecture): Verdict {
  if (!isSamePlace(cfaPlace(sframe), cfaPlace(dwarf))) return 'rows-differ-cfa';
  for (const [register, difference] of [
    [arch.returnAddressColumn, 'rows-differ-ra'],
    [arch.framePointer, 'rows-differ-fp'],
  ] as const) {
    if (!isSamePlace(rulePlace(sframe, register), rulePlace(dwarf, register))) return difference;
  }
  return 'innocent';
}

/** Where a value is, in terms that rows of both kinds come down to; undefined where an expression says it otherwise. */
type Place = { readonly rule: RegisterRule; readonly register: number; readonly offset: number } | undefined;

function isSamePlace(a: Place, b: Place): boolean {
  // An expression that is no register and offset cannot be compared without a stack.
  if (!a || !b) return true;
  return a.rule === b.rule && a.register === b.register && a.offset === b.offset;
}

function cfaPlace(row: RegisterRow): Place {
  if (row.cfaRule === CfaRule.Expression) {
    const address = parseRegisterExpression(row.cfaExpression, true);
    return address && { rule: RegisterRule.AtRegister, ...address };
  }
  const rule = row.cfaRule === CfaRule.AtRegister ? RegisterRule.AtRegister : RegisterRule.RegisterPlus;
  return { rule, register: row.cfaRegister, offset: row.cfaOffset };
}

function rulePlace(row: RegisterRow, register: number): Place {
  const found = row.rules.find((rule) => rule.register === register);
  const rule = found?.rule ?? RegisterRule.SameValue;
  if (!found || rule === RegisterRule.SameValue || rule === RegisterRule.Undefined) {
    return { rule, register, offset: 0 };
  }
  if (rule === RegisterRule.AtExpression) {
    const address = parseRegisterExpression(found.expression, false);
    return address && { rule: RegisterRule.AtRegister, ...address };
  }
  if (rule === RegisterRule.ExpressionValue) return undefined;
  const isFromCfa = rule === RegisterRule.AtCfa || rule === RegisterRule.CfaPlus;
  return { rule, register: isFromCfa ? -1 : found.baseRegister, offset: found.value };
}

const DW_OP_deref = 0x06;
const DW_OP_breg0 = 0x70;
const DW_OP_breg31 = 0x8f;

/** The register and offset of `DW_OP_bregN offset`, or of that and DW_OP_deref; undefined for other expressions. */
function parseRegisterExpression(
  expression: Uint8Array | undefined,
  dereferences: boolean,
): { register: number; offset: number } | undefined {
  if (!expression || expression[0] < DW_OP_breg0 || expression[0] > DW_OP_breg31) return undefined;
  const end = expression.length - (dereferences ? 1 : 0);
  // One or two bytes of SLEB128 hold every offset that compilers write here.
  if (end < 2 || end > 3 || (dereferences && expression[end] !== DW_OP_deref)) return undefined;
  const bits = end === 2 ? expression[1] & 0x7f : (expression[1] & 0x7f) | ((expression[2] & 0x7f) << 7);
  const shift = end === 2 ? 25 : 18;
  return { register: expression[0] - DW_OP_breg0, offset: (bits << shift) >> shift };
}
