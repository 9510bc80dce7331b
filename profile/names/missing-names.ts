/**
 * Which binaries leave frames without names, ranked by the share of samples that have such a frame, with the reason
 * and the remedy. The kernel's are reported apart (kernel-names.ts).
 */

import { explainMissingSymbols, type LocatedBinary, type MissingSymbols } from '../../symbolizer';
import type { FrameTable, MappingTable, Module } from '../../unwinder';
import type { Diagnostics } from '../session/diagnostics';
import type { FrameNames } from './frame-names';
import type { GeneratedNames } from './generated-names';

/** What is less is no reason to do anything. */
const LEAST_PERCENT = 0.05;

const FIRST_CAPACITY = 64;

/** Whether a frame, or all frames of a binary, have names where they should. */
enum Answer {
  Unasked,
  Named,
  Lacking,
}

export class MissingNames {
  private samples = 0;
  private samplesAffected = 0;
  /** Number of the last sample that was counted as such. */
  private lastAffected = 0;
  // By index of the module, in columns: a recording may name a million binaries that are not here.
  private answers = new Uint8Array(FIRST_CAPACITY);
  private samplesOf = new Uint32Array(FIRST_CAPACITY);
  /** Samples taken in such a frame. */
  private selfSamplesOf = new Uint32Array(FIRST_CAPACITY);
  /** Number of the last sample that was counted. */
  private lastOf = new Uint32Array(FIRST_CAPACITY);
  /** By frame: one look for each frame of a sample is all that there is time for. */
  private frameAnswers = new Uint8Array(FIRST_CAPACITY);

  constructor(
    private readonly frames: FrameTable,
    private readonly mappings: MappingTable,
    private readonly names: FrameNames,
    private readonly generated: GeneratedNames,
    private readonly locate: (module: Module) => LocatedBinary,
  ) {}

  /** Counts a sample. @param frames its stack; the first `count` */
  addSample(frames: Int32Array, count: number): void {
    this.samples++;
    this.addFrames(frames, count, true);
  }

  /**
   * Counts further frames of the sample that was counted last, whose stack was found in another way.
   * @param isSelf whether it was taken in the first of them
   */
  addFrames(frames: Int32Array, count: number, isSelf: boolean): void {
    const sample = this.samples;
    let isAffected = false;
    for (let i = 0; i < count; i++) {
      const frame = frames[i];
      const answer: Answer = frame < this.frameAnswers.length ? this.frameAnswers[frame] : Answer.Unasked;
      if (answer === Answer.Named) continue;
      if (answer === Answer.Unasked && this.askFrame(frame) === Answer.Named) continue;
      const { index } = this.mappings.mappings[this.frames.mapping[frame]].module;
      if (this.lastOf[index] === sample) continue;
      this.lastOf[index] = sample;
      this.samplesOf[index]++;
      if (i === 0 && isSelf) this.selfSamplesOf[index]++;
      isAffected = true;
    }
    if (!isAffected || this.lastAffected === sample) return;
    this.lastAffected = sample;
    this.samplesAffected++;
  }

  /** Says what was counted. */
  report(diagnostics: Diagnostics): void {
    const ranking = this.affectedModules()
      .map((module) => ({
        explained: this.explain(module)!,
        samples: this.samplesOf[module.index],
        selfSamples: this.selfSamplesOf[module.index],
      }))
      .sort((a, b) => b.selfSamples - a.selfSamples || b.samples - a.samples);
    if (ranking.length === 0) return;
    const share = (samples: number): string => `${((100 * samples) / this.samples).toFixed(1)}%`;
    const lines = ranking.flatMap(({ explained, samples, selfSamples }) => [
      `${share(selfSamples).padStart(6)} self, ${share(samples)} in the stack: ${explained.text}`,
      `        ${explained.remedy}`,
    ]);
    const [{ explained, selfSamples }] = ranking;
    const others = ranking.length > 1 ? ` (${ranking.length - 1} more with -v)` : '';
    // Where no sample was taken in such a function, it only stands in stacks, as what begins threads does.
    const affected = share(this.samplesAffected);
    const what =
      selfSamples === 0
        ? `${affected} of the stacks pass through functions without a name`
        : `${affected} of the samples have functions without a name`;
    diagnostics.addList(
      {
        summary:
          `${what}: ` +
          `${explained.text} (${selfSamples === 0 ? 'no sample was taken in them' : `${share(selfSamples)} were taken in it`}); ${explained.remedy}${others}`,
        lines,
        share: this.samplesAffected / this.samples,
      },
      ranking.some(({ explained }) => isDamage(explained)),
    );
  }

  /** Those that lack names in enough samples to be reported: few, however many there are. */
  private affectedModules(): Module[] {
    return this.mappings.modules.filter(
      ({ index }) =>
        (this.answers[index] as Answer) === Answer.Lacking &&
        (100 * this.samplesOf[index]) / this.samples >= LEAST_PERCENT,
    );
  }

  private askFrame(frame: number): Answer {
    if (frame >= this.frameAnswers.length) {
      const answers = new Uint8Array(this.frames.mapping.length);
      answers.set(this.frameAnswers);
      this.frameAnswers = answers;
    }
    const mapping = this.frames.mapping[frame];
    const isNamed =
      mapping < 0 ||
      this.askModule(this.mappings.mappings[mapping].module) === Answer.Named ||
      this.names.resolveOnce(frame).symbol !== undefined;
    return (this.frameAnswers[frame] = isNamed ? Answer.Named : Answer.Lacking);
  }

  private askModule(module: Module): Answer {
    const { index } = module;
    if (index >= this.answers.length) this.grow(index + 1);
    if ((this.answers[index] as Answer) === Answer.Unasked)
      this.answers[index] = this.lacksNames(module) ? Answer.Lacking : Answer.Named;
    return this.answers[index];
  }

  private grow(least: number): void {
    const size = Math.max(least, this.answers.length * 2);
    const grown = (from: Uint32Array): Uint32Array<ArrayBuffer> => {
      const into = new Uint32Array(size);
      into.set(from);
      return into;
    };
    const answers = new Uint8Array(size);
    answers.set(this.answers);
    this.answers = answers;
    this.samplesOf = grown(this.samplesOf);
    this.selfSamplesOf = grown(this.selfSamplesOf);
    this.lastOf = grown(this.lastOf);
  }

  private lacksNames(module: Module): boolean {
    return !module.isKernel && this.explain(module) !== undefined;
  }

  private explain(module: Module): MissingSymbols | undefined {
    const located = this.locate(module);
    // An address in data, like the stack, is not a function: unwinding went astray.
    const isData = located.problem?.code === 'no-file' && !this.generated.owns(module);
    return isData ? undefined : explainMissingSymbols(located);
  }
}

/** Whether a file should have been there and was not, or not the right one. */
function isDamage({ reason }: MissingSymbols): boolean {
  return reason !== 'stripped' && reason !== 'generated' && reason !== 'vdso';
}
