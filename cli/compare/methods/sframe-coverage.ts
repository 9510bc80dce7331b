/**
 * How much of a recording SFrame alone could unwind, by weight: which samples have a row for every frame, and which
 * binaries would have to be rebuilt for how many more.
 *
 * A stack as the right chain has it, innermost frame left; x: SFrame has no row, letters: binaries that lack it
 *
 *   a  a  x  b  x  c      lacks [A at 2, C at 4]: SFrame reaches 3 frames; with A rebuilt 5, with C too all 6
 */

import { StopReason, type Module, type SourceRegistry } from '../../../unwinder';
import type { FramePlaces } from './frame-places';
import type { UserChain } from './method-run';

/** A binary with frames that SFrame has no row for. The numbers hold after those listed before it are rebuilt, too. */
export interface RebuildCandidate {
  readonly binary: string;
  /** Samples with a frame in it that SFrame has no row for. */
  readonly affectedSamples: number;
  /** Samples whose SFrame stack ends in it, and would reach further if it had complete SFrame data. */
  readonly extendedSamples: number;
  /** Samples that would be covered besides those that are, if this binary alone had complete SFrame data. */
  readonly gainAlone: number;
  /** Samples covered once it and those before it have. */
  readonly coveredAfter: number;
  /** Frames that SFrame reaches, of {@link SFrameCoverage.frames}, once it and those before it have. */
  readonly reachedFramesAfter: number;
}

/** Stands for frames that no rebuild covers: in no mapping, in generated code, without DWARF rows to make SFrame from. */
const NOT_FIXABLE = -1;
/** Stands for frames that SFrame has a row for. */
const COVERED = -2;

/** Samples that lack rows in the same binaries, met in the same order. */
interface Lack {
  /** Modules without rows, from the innermost that is met; or NOT_FIXABLE. */
  readonly modules: readonly number[];
  /** By module: frames reached when unwinding ends there, summed over the samples. */
  readonly reachedFrames: number[];
  samples: number;
  /** Of whole stacks. */
  frames: number;
}

export class SFrameCoverage {
  samples = 0;
  /** Frames of all right chains. */
  frames = 0;
  /** Samples in which SFrame has a row for every frame that has a caller. */
  coveredSamples = 0;
  /** Frames that SFrame reaches from the innermost on. */
  reachedFrames = 0;
  /** By frame: COVERED, the module that lacks a row, or NOT_FIXABLE; undefined where nobody asked yet. */
  private readonly lackOfFrame: (number | undefined)[] = [];
  private readonly lacks = new Map<string, Lack>();

  constructor(
    private readonly modules: readonly Module[],
    private readonly sources: SourceRegistry,
    private readonly places: FramePlaces,
  ) {}

  /** Counts a sample by its right chain. */
  addSample(chain: UserChain): void {
    this.samples++;
    this.frames += chain.count;
    // A row leads from a frame to its caller: the outermost frame has none, and needs none.
    const needed = chain.stop === StopReason.Outermost ? chain.count - 1 : chain.count;
    const lacking: number[] = [];
    const reached: number[] = [];
    for (let i = 0; i < needed; i++) {
      const frame = chain.frames[i];
      const module = (this.lackOfFrame[frame] ??= this.findLack(frame));
      if (module === COVERED || lacking.includes(module)) continue;
      lacking.push(module);
      reached.push(i + 1);
    }
    if (lacking.length === 0) {
      this.coveredSamples++;
      this.reachedFrames += chain.count;
      return;
    }
    this.reachedFrames += reached[0];
    const key = lacking.join();
    let lack = this.lacks.get(key);
    if (!lack) {
      lack = { modules: lacking, reachedFrames: lacking.map(() => 0), samples: 0, frames: 0 };
      this.lacks.set(key, lack);
    }
    lack.samples++;
    lack.frames += chain.count;
    for (let i = 0; i < reached.length; i++) lack.reachedFrames[i] += reached[i];
  }

  /**
   * Which binaries to rebuild first: each time the one in which most samples' SFrame stacks end, once those before it
   * are rebuilt; of equal ones, that which completes more stacks.
   */
  rankRebuilds(): RebuildCandidate[] {
    const remaining = new Set([...this.lacks.values()].flatMap((lack) => lack.modules));
    remaining.delete(NOT_FIXABLE);
    const rebuilt = new Set<number>();
    const ranked: RebuildCandidate[] = [];
    while (remaining.size > 0) {
      const extended = this.countEnds(rebuilt);
      let best = NOT_FIXABLE;
      let bestScore = [-1, -1];
      for (const module of remaining) {
        const score = [extended.get(module) ?? 0, this.covered(new Set([...rebuilt, module]))];
        if (score[0] > bestScore[0] || (score[0] === bestScore[0] && score[1] > bestScore[1])) {
          best = module;
          bestScore = score;
        }
      }
      remaining.delete(best);
      rebuilt.add(best);
      ranked.push({
        binary: this.modules[best].path,
        affectedSamples: this.sum((lack) => (lack.modules.includes(best) ? lack.samples : 0)),
        extendedSamples: bestScore[0],
        gainAlone: this.covered(new Set([best])) - this.coveredSamples,
        coveredAfter: this.covered(rebuilt),
        reachedFramesAfter: this.reached(rebuilt),
      });
    }
    return ranked;
  }

  /** Samples by the module in which their SFrame stacks end, if some had complete data. */
  private countEnds(rebuilt: ReadonlySet<number>): Map<number, number> {
    const counts = new Map<number, number>();
    for (const { modules, samples } of this.lacks.values()) {
      const end = modules.find((module) => !rebuilt.has(module));
      if (end !== undefined) counts.set(end, (counts.get(end) ?? 0) + samples);
    }
    return counts;
  }

  /** Covered samples, if some modules had complete data. */
  private covered(rebuilt: ReadonlySet<number>): number {
    return (
      this.coveredSamples +
      this.sum((lack) => (lack.modules.every((module) => rebuilt.has(module)) ? lack.samples : 0))
    );
  }

  /** Reached frames, if some modules had complete data. */
  private reached(rebuilt: ReadonlySet<number>): number {
    return (
      this.reachedFrames +
      this.sum((lack) => {
        const end = lack.modules.findIndex((module) => !rebuilt.has(module));
        return (end < 0 ? lack.frames : lack.reachedFrames[end]) - lack.reachedFrames[0];
      })
    );
  }

  private sum(count: (lack: Lack) => number): number {
    let total = 0;
    for (const lack of this.lacks.values()) total += count(lack);
    return total;
  }

  /** The module that has to be rebuilt for a row for a frame. */
  private findLack(frame: number): number {
    const { module, svma } = this.places.of(frame);
    if (!module) return NOT_FIXABLE;
    if (this.sources.sframeOf(module)?.resolveRow(svma).row) return COVERED;
    return this.sources.dwarfOf(module)?.resolveRow(svma).row ? module.index : NOT_FIXABLE;
  }
}
