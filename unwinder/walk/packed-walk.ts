/**
 * The inner loop of unwinding: walks up a stack as long as every frame has a packed rule (unwind-rule.ts) whose words
 * are in the stack copy. That is some 99 of 100 frames. It stops before any frame that it cannot handle, which
 * FrameUnwinder.step takes then:
 *
 *   an address without a rule yet · a signal frame · a row that did not fit · a return address in the link register ·
 *   a word outside the copy · a caller that does not lie above
 *
 * It calls nothing but RangeFinder.find, and that only where a stack crosses into another mapping: a call that is not inlined
 * allocates for each double that goes in or out.
 */

import { TWO_POW_32 } from '../../parser';
import type { RangeFinder } from '../process/address-space';
import type { FrameState } from '../sample/frame-state';
import {
  firstSlot,
  SLOT_CFA,
  SLOT_FRAME,
  SLOT_FRAME_POINTER,
  SLOT_KIND,
  SLOT_RETURN_ADDRESS,
  SLOT_WORDS,
  type RuleCache,
} from '../rules/rule-cache';
import type { StackMemory } from '../sample/stack-memory';
import { KIND_MASK, RuleKind, SIGNAL_FRAME_FLAG, SOURCE_SHIFT, UNCHANGED } from '../rules/unwind-rule';

/** Why a walk ended. */
export enum WalkEnd {
  /** Before a frame that has no usable packed rule. */
  NoPackedRule,
  /** As many frames as were asked for. */
  DepthLimit,
  /** There is no caller: the rule says so, or the return address is zero. */
  Outermost,
}

/** What a walk works with. */
export interface PackedWalkParts {
  /** Gets the frames, innermost first. */
  readonly frames: Int32Array;
  /** Counts them by the table that had the rule (RowSource). */
  readonly framesBySource: Float64Array;
  /** By index of the mapping; borrowed, grows. */
  readonly caches: readonly (RuleCache | undefined)[];
  /** See Architecture. */
  readonly callerStackPointerFromCfa: number;
  /** See Architecture. */
  readonly returnAddressHighMask: number;
  /**
   * Keeps the high half of a word: 0 where words have 4 bytes. The half is read all the same: what follows a stack
   * copy is its dynamic size.
   */
  readonly wordHighMask: number;
}

export class PackedWalk {
  /** Frames of the stack so far; the owner of {@link frames} sets it at the start of a sample. */
  count = 0;
  /** Stack pointer of the last frame that was walked over. */
  lastStackPointer = NaN;

  constructor(private readonly parts: PackedWalkParts) {}

  /**
   * Walks on from a frame. `state` is then the frame that was not walked over.
   * @param ranges what is mapped where; the walk ends before an address that is in none
   */
  run(state: FrameState, memory: StackMemory, ranges: RangeFinder): WalkEnd {
    const { frames, framesBySource, caches, callerStackPointerFromCfa, returnAddressHighMask, wordHighMask } =
      this.parts;
    const { view, littleEndian, startAvma, offset: copyOffset } = memory;
    const lastWord = memory.sizeBytes - memory.wordSizeBytes;
    const firstHalf = littleEndian ? 0 : 4;
    const secondHalf = 4 - firstHalf;
    let { ip, ipLow, ipHigh, isExact, stackPointer, framePointer } = state;
    let { count, lastStackPointer } = this;
    let end = WalkEnd.NoPackedRule;

    let rangeStart = Infinity;
    let rangeEnd = -Infinity;
    let delta = 0;
    /** No call returns to data: a guess would go on from there. */
    let mayGuess = true;
    let words = NO_WORDS;
    let mask = 0;
    for (;;) {
      const lookup = isExact ? ip : ip - 1;
      if (!(lookup >= rangeStart && lookup < rangeEnd)) {
        const range = ranges.find(lookup);
        const cache = range && caches[range.mapping.index];
        if (cache === undefined) break;
        rangeStart = range!.startAvma;
        rangeEnd = range!.endAvma;
        delta = range!.mapping.delta;
        mayGuess = range!.isData !== true;
        words = cache.words;
        mask = cache.mask;
      }
      const fileOffset = lookup - delta;
      if (!(fileOffset >= 0 && fileOffset < TWO_POW_32)) break;
      const key = fileOffset | 0;
      let slot = firstSlot(key) & mask;
      let position = slot * SLOT_WORDS;
      while (words[position] !== key && words[position + SLOT_FRAME] !== 0) {
        slot = (slot + 1) & mask;
        position = slot * SLOT_WORDS;
      }
      const frame = words[position + SLOT_FRAME];
      const flags = words[position + SLOT_KIND];
      // With the flag of a signal frame it is none of those that are taken here.
      const kind: RuleKind = flags & (KIND_MASK | SIGNAL_FRAME_FLAG);
      if (frame === 0) break;
      if (kind === RuleKind.Outermost) {
        frames[count++] = frame - 1;
        framesBySource[(flags >> SOURCE_SHIFT) & 7]++;
        lastStackPointer = stackPointer;
        end = count === frames.length ? WalkEnd.DepthLimit : WalkEnd.Outermost;
        break;
      }
      const isGuess = kind === RuleKind.FramePointerGuess;
      if (kind > RuleKind.AtFramePointer && !(isGuess && mayGuess)) break;

      const base = kind === RuleKind.FromStackPointer ? stackPointer : framePointer;
      let cfa = base + words[position + SLOT_CFA];
      let savedFrom = cfa;
      if (kind === RuleKind.AtFramePointer) {
        const cfaAt = cfa - startAvma;
        if (!(cfaAt >= 0 && cfaAt <= lastWord)) break;
        const at = (copyOffset + cfaAt) | 0;
        const low = view.getUint32(at + firstHalf, littleEndian);
        cfa = (view.getUint32(at + secondHalf, littleEndian) & wordHighMask) * TWO_POW_32 + low;
        savedFrom = framePointer;
      }
      const callerStackPointer = cfa + callerStackPointerFromCfa;
      const mayStay = isExact && !isGuess;
      if (!(callerStackPointer > stackPointer || (mayStay && callerStackPointer === stackPointer))) break;
      // IN_LINK_REGISTER is an offset that leads far out of the copy.
      const returnAddressAt = cfa + words[position + SLOT_RETURN_ADDRESS] - startAvma;
      if (!(returnAddressAt >= 0 && returnAddressAt <= lastWord)) break;
      const returnAddressIn = (copyOffset + returnAddressAt) | 0;
      const callerLow = view.getUint32(returnAddressIn + firstHalf, littleEndian);
      const callerHigh =
        (view.getUint32(returnAddressIn + secondHalf, littleEndian) & returnAddressHighMask) >>> 0;
      // What a zero that was guessed means depends on the policy.
      if (isGuess && callerLow === 0 && callerHigh === 0) break;
      const framePointerOffset = words[position + SLOT_FRAME_POINTER];
      if (framePointerOffset !== UNCHANGED) {
        const framePointerAt = savedFrom + framePointerOffset - startAvma;
        if (!(framePointerAt >= 0 && framePointerAt <= lastWord)) break;
        const at = (copyOffset + framePointerAt) | 0;
        const low = view.getUint32(at + firstHalf, littleEndian);
        framePointer = (view.getUint32(at + secondHalf, littleEndian) & wordHighMask) * TWO_POW_32 + low;
      }

      frames[count++] = frame - 1;
      framesBySource[(flags >> SOURCE_SHIFT) & 7]++;
      lastStackPointer = stackPointer;
      if (count === frames.length) {
        end = WalkEnd.DepthLimit;
        break;
      }
      ipLow = callerLow;
      ipHigh = callerHigh;
      ip = (ipHigh | 0) * TWO_POW_32 + ipLow;
      stackPointer = callerStackPointer;
      isExact = false;
      if (ip === 0) {
        end = WalkEnd.Outermost;
        break;
      }
    }
    this.count = count;
    this.lastStackPointer = lastStackPointer;
    state.ip = ip;
    state.ipLow = ipLow;
    state.ipHigh = ipHigh;
    state.isExact = isExact;
    state.stackPointer = stackPointer;
    state.framePointer = framePointer;
    return end;
  }
}

/** A cache without rules: no key leads into it before a range was found. */
const NO_WORDS = new Int32Array(SLOT_WORDS);
