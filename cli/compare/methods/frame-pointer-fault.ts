/** Why a chain of frame pointers goes wrong at a frame, told from the DWARF rows of its function. */

import { elf, type ElfSection } from '../../../parser';
import {
  CfaRule,
  RegisterRule,
  type Architecture,
  type FunctionRow,
  type Module,
  type RegisterRow,
  type SourceRegistry,
} from '../../../unwinder';
import type { DivergenceCause } from './divergence-cause';
import type { FramePlace } from './frame-places';

/** @returns undefined where the frame hands the chain on rightly */
export function findFramePointerFault(
  { module, svma }: FramePlace,
  isInnermost: boolean,
  { framePointer, stackPointer }: Architecture,
  sources: SourceRegistry,
): DivergenceCause | undefined {
  if (!module) return 'missing-mapping';
  if (isGeneratedCode(module)) return 'generated-code';
  if (isInPlt(module, svma)) return 'fp-plt';
  const rows = sources.dwarfOf(module)?.rowsOfFunction(svma) ?? [];
  const at = lastRowAt(rows, svma);
  if (at < 0) return undefined;
  const { row } = rows[at];
  if (row.isSignalFrame) return 'signal-frame';
  if (row.isOutermost) return 'undefined-ra';
  const usesFrame = (candidate: FunctionRow): boolean =>
    candidate.row.cfaRule === CfaRule.RegisterPlus && candidate.row.cfaRegister === framePointer;
  if (usesFrame(rows[at])) return undefined;
  if (isRealigned(row, stackPointer)) return 'realigned-stack';
  if (rows.some((candidate) => !usesFrame(candidate) && isRealigned(candidate.row, stackPointer))) {
    return 'realigned-stack';
  }
  const firstFrame = rows.findIndex(usesFrame);
  if (firstFrame >= 0) return at < firstFrame ? 'fp-prologue' : 'fp-epilogue';
  if (savesRegister(row, framePointer)) return 'fp-used-for-data';
  return isInnermost ? 'fp-leaf' : 'fp-no-frame';
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
