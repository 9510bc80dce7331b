/**
 * What of a step the row alone decides: rules that the kernel cannot follow, whatever registers and stack hold
 * (unwind_user_next_common() of the series). What depends on their values, kernel-unwinder.ts sees.
 */

import { SFrameLocationKind, type SFrameLocation, type SFrameRow } from '../../parser';
import type { Architecture } from '../arch/arch';
import { kernelRules, type KernelRule } from './rules';

/** The rule that a step by this row breaks in every frame, or in every frame but the innermost; undefined where none. */
export function findStepRule(row: SFrameRow, arch: Architecture): KernelRule | undefined {
  if (row.isOutermost) return undefined;
  const { cfa } = row;
  const isPlain = cfa.register === arch.stackPointer || cfa.register === arch.framePointer;
  const callerSp = cfa.offset + arch.callerStackPointerFromCfa;
  const isBySp = cfa.register === arch.stackPointer && !cfa.deref;
  const always =
    (isPlain || cfa.register < arch.kernelRules.registerCount ? undefined : kernelRules.stepCfaRegister) ??
    (isBySp && callerSp < 0 ? kernelRules.stepUp : undefined) ??
    brokenInEveryFrame(row.ra, arch, arch.linkRegister) ??
    brokenInEveryFrame(row.fp, arch, arch.framePointer);
  if (always) return always;
  if (!isPlain) return kernelRules.stepCfaCaller;
  if (isBySp && callerSp === 0) return kernelRules.stepStays;
  if (isByRegister(row.ra) || isByRegister(row.fp)) return kernelRules.stepCaller;
  return row.ra.kind === SFrameLocationKind.Unchanged ? kernelRules.stepRaInRegister : undefined;
}

function isByRegister({ kind }: SFrameLocation): boolean {
  return kind === SFrameLocationKind.FromRegister;
}

function brokenInEveryFrame(
  location: SFrameLocation,
  arch: Architecture,
  heldIn: number,
): KernelRule | undefined {
  const { kind, deref } = location;
  if (kind === SFrameLocationKind.FromCfa && !deref) return kernelRules.stepValue;
  if (kind === SFrameLocationKind.Unchanged && heldIn < 0) return kernelRules.stepRegister;
  const isUnreadable = isByRegister(location) && location.register >= arch.kernelRules.registerCount;
  return isUnreadable ? kernelRules.stepRegister : undefined;
}
