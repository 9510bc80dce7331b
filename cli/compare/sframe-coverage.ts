/**
 * How much of a recording SFrame alone could unwind, by weight: which samples have a row for every frame, and which
 * binaries would have to be rebuilt for how many more.
 */

import { StopReason, type Module, type SourceRegistry } from '../../unwinder';
import type { Session } from '../pipeline/session';
import type { UserChain } from './method-run';

/** A binary with frames that SFrame has no row for. */
export interface RebuildCandidate {
  readonly binary: string;
  /** Samples with a frame in it that SFrame has no row for. */
  readonly affectedSamples: number;
  /** Samples that would be covered if this binary alone had complete SFrame data. */
  readonly gainAlone: number;
  /** … if it had, and all binaries listed before it. */
  readonly gainInOrder: number;
}

export class SFrameCoverage {
  samples = 0;
  /** Samples in which SFrame has a row for every frame that has a caller. */
  coveredSamples = 0;
  /** Whether SFrame has a row, by frame; undefined where nobody asked yet. */
  private readonly frameIsCovered: (boolean | undefined)[] = [];
  /** Samples by the set of binaries that lack rows, as a key of module indices. */
  private readonly samplesByLack = new Map<string, { modules: readonly number[]; samples: number }>();

  constructor(
    private readonly session: Session,
    private readonly sources: SourceRegistry,
  ) {}

  /** Counts a sample by its right chain. */
  addSample(chain: UserChain): void {
    this.samples++;
    const lacking = new Set<number>();
    // A row leads from a frame to its caller: the outermost frame has none, and needs none.
    const needed = chain.stop === StopReason.Outermost ? chain.count - 1 : chain.count;
    for (let i = 0; i < needed; i++) {
      const frame = chain.frames[i];
      if (this.isCovered(frame)) continue;
      lacking.add(this.moduleOf(frame)?.index ?? -1);
    }
    if (lacking.size === 0) {
      this.coveredSamples++;
      return;
    }
    const modules = [...lacking].sort((a, b) => a - b);
    const key = modules.join(' ');
    const entry = this.samplesByLack.get(key);
    if (entry) entry.samples++;
    else this.samplesByLack.set(key, { modules, samples: 1 });
  }

  /** Which binaries to rebuild first: greedily, each gaining the most after those before it. */
  rankRebuilds(): RebuildCandidate[] {
    const remaining = new Set([...this.samplesByLack.values()].flatMap((entry) => entry.modules));
    remaining.delete(-1);
    const rebuilt = new Set<number>();
    const ranked: RebuildCandidate[] = [];
    while (remaining.size > 0) {
      let best = -1;
      let bestScore = [-1, -1];
      for (const module of remaining) {
        const score = [this.gain(new Set([...rebuilt, module])) - this.gain(rebuilt), this.affected(module)];
        if (score[0] > bestScore[0] || (score[0] === bestScore[0] && score[1] > bestScore[1])) {
          best = module;
          bestScore = score;
        }
      }
      remaining.delete(best);
      rebuilt.add(best);
      ranked.push({
        binary: this.session.mappings.modules[best].path,
        affectedSamples: this.affected(best),
        gainAlone: this.gain(new Set([best])),
        gainInOrder: this.gain(rebuilt),
      });
    }
    return ranked;
  }

  /** Samples that would be covered besides those that are, if some binaries had complete data. */
  private gain(modules: ReadonlySet<number>): number {
    let samples = 0;
    for (const entry of this.samplesByLack.values()) {
      if (entry.modules.every((module) => modules.has(module))) samples += entry.samples;
    }
    return samples;
  }

  private affected(module: number): number {
    let samples = 0;
    for (const entry of this.samplesByLack.values())
      if (entry.modules.includes(module)) samples += entry.samples;
    return samples;
  }

  private isCovered(frame: number): boolean {
    return (this.frameIsCovered[frame] ??= this.hasRow(frame));
  }

  private hasRow(frame: number): boolean {
    const mapping = this.session.mappings.mappings[this.session.frames.mapping[frame]];
    if (mapping === undefined) return false;
    const source = this.sources.sframeOf(mapping.module);
    if (!source) return false;
    const svma = mapping.module.svmaOfFileOffset(this.session.names.avmaOf(frame) - mapping.delta);
    return source.resolveRow(svma).row !== undefined;
  }

  private moduleOf(frame: number): Module | undefined {
    return this.session.mappings.mappings[this.session.frames.mapping[frame]]?.module;
  }
}
