/**
 * Which binaries leave frames without names, ranked by the share of samples that have such a frame, with the reason
 * and the remedy. The kernel's are told of apart (kernel-names.ts).
 */

import { explainMissingSymbols, type LocatedBinary, type MissingSymbols } from '../../symbolizer';
import type { FrameTable, MappingTable, Module } from '../../unwinder';
import type { Diagnostics } from '../session/diagnostics';
import type { FrameNames } from './frame-names';
import type { GeneratedNames } from './generated-names';

/** What is less is no reason to do anything. */
const LEAST_PERCENT = 0.05;

interface Tally {
  readonly module: Module;
  samples: number;
  /** Samples taken in such a frame. */
  selfSamples: number;
  /** Number of the last sample that was counted. */
  last: number;
}

export class MissingNames {
  private samples = 0;
  private samplesAffected = 0;
  /** By mapping; null where its binary has all its symbols. */
  private readonly tallyOfMapping: (Tally | null | undefined)[] = [];
  private readonly tallies = new Map<Module, Tally | null>();

  constructor(
    private readonly frames: FrameTable,
    private readonly mappings: MappingTable,
    private readonly names: FrameNames,
    private readonly generated: GeneratedNames,
    private readonly locate: (module: Module) => LocatedBinary,
  ) {}

  /** Counts a sample. @param frames its stack; the first `count` */
  addSample(frames: Int32Array, count: number): void {
    const sample = ++this.samples;
    let isAffected = false;
    for (let i = 0; i < count; i++) {
      const mapping = this.frames.mapping[frames[i]];
      if (mapping < 0) continue;
      let tally = this.tallyOfMapping[mapping];
      if (tally === null) continue;
      tally = this.tallyOfMapping[mapping] = tally ?? this.tallyOf(this.mappings.mappings[mapping].module);
      if (tally === null || tally.last === sample) continue;
      if (this.names.resolve(frames[i]).symbol !== undefined) continue;
      tally.last = sample;
      tally.samples++;
      if (i === 0) tally.selfSamples++;
      isAffected = true;
    }
    if (isAffected) this.samplesAffected++;
  }

  /** Says what was counted. */
  report(diagnostics: Diagnostics): void {
    const ranking = [...this.tallies.values()]
      .filter((tally) => tally !== null)
      .filter(({ samples }) => (100 * samples) / this.samples >= LEAST_PERCENT)
      .sort((a, b) => b.selfSamples - a.selfSamples || b.samples - a.samples)
      // Said anew of the few that are told of: a recording may name a million binaries that are not here.
      .map((tally) => ({ ...tally, explained: this.explain(tally.module)! }));
    if (ranking.length === 0) return;
    const share = (samples: number): string => `${((100 * samples) / this.samples).toFixed(1)}%`;
    const lines = ranking.flatMap(({ explained, samples, selfSamples }) => [
      `${share(selfSamples).padStart(6)} self, ${share(samples)} in the stack: ${explained.text}`,
      `        ${explained.remedy}`,
    ]);
    const [{ explained, selfSamples }] = ranking;
    const others = ranking.length > 1 ? ` (${ranking.length - 1} more with -v)` : '';
    diagnostics.addList(
      {
        summary:
          `${share(this.samplesAffected)} of the samples have functions without a name: ` +
          `${explained.text} (${share(selfSamples)} were taken in it); ${explained.remedy}${others}`,
        lines,
        share: this.samplesAffected / this.samples,
      },
      ranking.some(({ explained }) => isDamage(explained)),
    );
  }

  private tallyOf(module: Module): Tally | null {
    let tally = this.tallies.get(module);
    if (tally === undefined) {
      const explained = module.isKernel ? undefined : this.explain(module);
      tally = explained ? { module, samples: 0, selfSamples: 0, last: 0 } : null;
      this.tallies.set(module, tally);
    }
    return tally;
  }

  private explain(module: Module): MissingSymbols | undefined {
    const located = this.locate(module);
    // An address in data, like the stack, is no function: unwinding went astray.
    const isData = located.problem?.code === 'no-file' && !this.generated.owns(module);
    return isData ? undefined : explainMissingSymbols(located);
  }
}

/** Whether a file should have been there and was not, or not the right one. */
function isDamage({ reason }: MissingSymbols): boolean {
  return reason !== 'stripped' && reason !== 'generated' && reason !== 'vdso';
}
