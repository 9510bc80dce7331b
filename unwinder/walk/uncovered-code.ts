/** What can be known of a frame whose code no table covers, besides the chain of frame pointers. */

import { addressFromHalves, highHalf, lowHalf } from '../../parser';
import type { Architecture } from '../arch/arch';
import type { AddressSpace, MappedRange } from '../process/address-space';
import { SLOT_KIND } from '../rules/rule-cache';
import type { RuleMaker } from '../rules/rule-maker';
import { KIND_MASK, RuleKind } from '../rules/unwind-rule';
import type { FrameState } from '../sample/frame-state';
import { StopReason } from './stop-reason';

export class UncoveredCode {
  constructor(
    private readonly arch: Architecture,
    private readonly rules: RuleMaker,
  ) {}

  /** Why a stack has to stop at a frame; undefined where it is only that the guess failed. */
  reasonToStop(state: FrameState, range: MappedRange): StopReason | undefined {
    const { module, delta } = range.mapping;
    if (module.isProgramEntry((state.isExact ? state.ip : state.ip - 1) - delta)) return StopReason.Outermost;
    if (this.beginsOtherStack(state, range)) return StopReason.OtherStack;
    return module.isGeneratedCode ? StopReason.GeneratedCode : undefined;
  }

  /**
   * Whether the link register of an interrupted frame that no table covers holds its return address: it leads to
   * another binary or to code that a table covers, so it cannot be left over from a call that the frame made.
   */
  returnsToLinkRegister(
    { linkRegister }: FrameState,
    range: MappedRange | undefined,
    space: AddressSpace,
  ): boolean {
    const high = (highHalf(linkRegister) & this.arch.returnAddressHighMask) >>> 0;
    const lookup = addressFromHalves(lowHalf(linkRegister), high) - 1;
    const callerRange = space.find(lookup);
    if (callerRange === undefined) return false;
    return callerRange.mapping !== range?.mapping || this.isInTable(callerRange, lookup);
  }

  /**
   * Whether a function begins at the return address, and none ends there whose last instruction could have called:
   * makecontext puts it on a stack that it makes (glibc's `__start_context`).
   */
  private beginsOtherStack({ isExact, ip }: FrameState, range: MappedRange): boolean {
    return !isExact && !this.isInTable(range, ip - 1) && this.isInTable(range, ip);
  }

  /** Whether a table has a row for an address. */
  private isInTable({ mapping }: MappedRange, avma: number): boolean {
    const cache = this.rules.cacheOf(mapping);
    const position = this.rules.findRule(cache, mapping, avma);
    const kind: RuleKind = cache.words[position + SLOT_KIND] & KIND_MASK;
    return kind <= RuleKind.Outermost;
  }
}
