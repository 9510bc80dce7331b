/** The sections that are registered for the binaries of a recording; each is opened when the first sample asks for it. */

import type { Architecture } from '../arch/arch';
import type { Module } from '../process/module';
import type { KernelAnswer } from './kernel-error';
import { KernelSection } from './kernel-section';
import { registerTexts } from './registered-texts';

/** A section and the text that it is for. */
export interface RegisteredText {
  readonly startSvma: number;
  readonly endSvma: number;
  readonly section: KernelSection;
}

export class KernelSections {
  private readonly texts = new Map<Module, readonly RegisteredText[]>();

  constructor(
    private readonly arch: Architecture,
    /** Told once of each section that is not registered. */
    private readonly onRefusal: (module: Module, verdict: KernelAnswer) => void,
  ) {}

  /** The section for an svma of a module; undefined where none is registered for it. */
  find(module: Module, svma: number): KernelSection | undefined {
    return this.textsOf(module).find((text) => svma >= text.startSvma && svma < text.endSvma)?.section;
  }

  private textsOf(module: Module): readonly RegisteredText[] {
    let texts = this.texts.get(module);
    if (!texts) this.texts.set(module, (texts = this.register(module)));
    return texts;
  }

  private register(module: Module): RegisteredText[] {
    const { image } = module.images;
    if (!image) return [];
    const texts: RegisteredText[] = [];
    for (const { section, ...text } of registerTexts(image, this.arch)) {
      if (section instanceof KernelSection) texts.push({ ...text, section });
      else this.onRefusal(module, section);
    }
    return texts;
  }
}
