/**
 * Why two ways of unwinding part, told from the unwind rows at the frames that both agree on, and from why the shorter
 * chain ended. To blame is most often the last frame that they share; a wrong frame pointer shows only further out, where
 * it is needed.
 */

import { SourceStatus, StopReason, type Architecture, type SourceRegistry } from '../../../unwinder';
import type { Divergence } from './divergence';
import type { DivergenceCause } from './divergence-cause';
import { findFramePointerFault, isGeneratedCode } from './frame-pointer-fault';
import type { FramePlace, FramePlaces } from './frame-places';
import type { MethodName, UserChain } from './method-run';
import { RowDifferences } from './row-difference';

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
  /** Index in the right chain of the frame that {@link explain} blames. */
  culprit = 0;
  /** By frame; of frame pointers also by whether the frame is the innermost. */
  private readonly rowVerdicts: (Verdict | undefined)[] = [];
  private readonly framePointerVerdicts: (Verdict | undefined)[] = [];
  /** By place: why SFrame has no row there. */
  private readonly missingRowCauses = new Map<FramePlace, DivergenceCause>();
  private readonly rowDifferences: RowDifferences;

  constructor(
    private readonly arch: Architecture,
    private readonly sources: SourceRegistry,
    private readonly places: FramePlaces,
  ) {
    this.rowDifferences = new RowDifferences(arch, sources);
  }

  /**
   * Names the cause of a divergence, and sets {@link culprit}.
   * @param method whose chain is explained
   * @param right the chain that is taken as right
   * @param other the chain of `method`
   */
  explain(method: MethodName, divergence: Divergence, right: UserChain, other: UserChain): DivergenceCause {
    const { index } = divergence;
    this.culprit = Math.max(0, index - 1);
    const place = this.places.of(right.frames[this.culprit]);
    const followsFramePointers = method === 'fp' || method === 'recorded';
    if (method === 'kernel' && index < right.count) return this.causeOfKernelRules(right, index, other);
    if (index === other.count) {
      const byStop = this.causeOfStop(other.stop, place);
      // What a wrong row recovered may end the chain only later.
      const byRows =
        byStop !== undefined && consequences.has(byStop) && !followsFramePointers
          ? this.findRowDifference(right)
          : undefined;
      if (byRows ?? byStop) return (byRows ?? byStop)!;
    } else if (index === right.count) {
      // The chain taken as right ended first: the other went on past an end that it does not know.
      if (right.stop === StopReason.Outermost) return 'undefined-ra';
      const byStop = this.causeOfStop(right.stop, place);
      if (byStop) return byStop;
    }
    if (!place.module) return 'missing-mapping';
    if (followsFramePointers) return this.causeOfFramePointers(right, method);
    const byRows = this.findRowDifference(right);
    if (byRows) return byRows;
    const hasDwarfRow = this.sources.dwarfOf(place.module)?.resolveRow(place.svma).row !== undefined;
    return hasDwarfRow ? 'register-not-recovered' : 'no-dwarf-row';
  }

  /** Where the kernel has no row it follows frame pointers: that there is none is why it goes wrong. */
  private causeOfKernelRules(right: UserChain, index: number, other: UserChain): DivergenceCause {
    const byMissingRow = this.blame(right, (frame) => {
      const place = this.places.of(frame);
      const row = place.module && this.sources.sframeOf(place.module)?.resolveRow(place.svma).row;
      return row ? 'innocent' : this.causeOfMissingRow(place);
    });
    if (byMissingRow) return byMissingRow;
    if (index === other.count && other.stop === StopReason.StackNotCaptured) return 'stack-exhausted';
    const isRefused = other.stop === StopReason.CorruptRow || other.stop === StopReason.BadCfa;
    if (index === other.count && isRefused) return 'kernel-refuses';
    return this.findRowDifference(right) ?? 'kernel-refuses';
  }

  private causeOfStop(stop: StopReason | undefined, place: FramePlace): DivergenceCause | undefined {
    switch (stop) {
      case StopReason.StackNotCaptured:
      case StopReason.OtherStack:
        return 'stack-exhausted';
      case StopReason.NoMapping:
        return 'missing-mapping';
      case StopReason.NoBinary:
        return place.module && isGeneratedCode(place.module) ? 'generated-code' : 'missing-binary';
      case StopReason.GeneratedCode:
        return 'generated-code';
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
  private causeOfMissingRow(place: FramePlace): DivergenceCause {
    let cause = this.missingRowCauses.get(place);
    if (!cause) this.missingRowCauses.set(place, (cause = this.findCauseOfMissingRow(place)));
    return cause;
  }

  private findCauseOfMissingRow({ module, svma }: FramePlace): DivergenceCause {
    if (!module) return 'missing-mapping';
    if (isGeneratedCode(module)) return 'generated-code';
    const sframe = this.sources.sframeOf(module);
    if (!sframe) return 'no-sframe-section';
    const dwarf = this.sources.dwarfOf(module)?.resolveRow(svma).row;
    if (dwarf?.isSignalFrame) return 'signal-frame';
    return sframe.resolveRow(svma).status === SourceStatus.EntryWithoutRow ? 'fde-without-fre' : 'no-fde';
  }

  /** Which part of the rows differs. */
  private findRowDifference(right: UserChain): DivergenceCause | undefined {
    return this.blame(right, (frame) => (this.rowVerdicts[frame] ??= this.judgeRows(this.places.of(frame))));
  }

  private judgeRows(place: FramePlace): Verdict {
    const dwarf = place.module && this.sources.dwarfOf(place.module)?.resolveRow(place.svma).row;
    if (dwarf?.isSignalFrame) return 'signal-frame';
    return this.rowDifferences.at(place) ?? 'innocent';
  }

  private causeOfFramePointers(right: UserChain, method: MethodName): DivergenceCause {
    const fault = this.blame(right, (frame, i) => {
      const isInnermost = i === 0;
      const key = frame * 2 + (isInnermost ? 1 : 0);
      return (this.framePointerVerdicts[key] ??=
        findFramePointerFault(this.places.of(frame), isInnermost, this.arch, this.sources) ?? 'innocent');
    });
    return fault ?? (method === 'recorded' ? 'kernel-chain-differs' : 'fp-chain-ends');
  }

  /** Goes from the last shared frame inwards to the first that is not innocent, and makes it the culprit. */
  private blame(
    right: UserChain,
    judge: (frame: number, index: number) => Verdict,
  ): DivergenceCause | undefined {
    for (let i = this.culprit; i >= 0; i--) {
      const verdict = judge(right.frames[i], i);
      if (verdict === 'innocent') continue;
      this.culprit = i;
      return verdict;
    }
    return undefined;
  }
}
