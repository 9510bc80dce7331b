/**
 * Which SFrame sections a process has registered with the kernel: for each executable PT_LOAD segment of a binary,
 * the section of its PT_GNU_SFRAME segment, as the kernel's ELF loader does it (fs/binfmt_elf.c in the patch series
 * that kernel-section.ts follows). The loader does so for programs and their interpreter; shared libraries are
 * registered by the dynamic linker, which is assumed here to do the same.
 */

import { elf, ParseError, type ElfImage, type ElfSegment } from '../../parser';
import type { Architecture } from '../arch/arch';
import type { Module } from '../process/module';
import { invalid, KernelError, type Verdict } from './kernel-error';
import { KernelSection } from './kernel-section';

const NO_TEXT = invalid('bad text address');
const NO_SECTION = invalid('bad sframe address');
const UNREADABLE: Verdict = { error: KernelError.EFAULT, message: 'the header cannot be read' };

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
    private readonly onRefusal: (module: Module, verdict: Verdict) => void,
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
    const segment = image?.segments.find(({ type }) => type === elf.PT_GNU_SFRAME);
    if (!image || !segment) return [];
    const texts: RegisteredText[] = [];
    const isText = ({ type, flags }: ElfSegment): boolean => type === elf.PT_LOAD && (flags & elf.PF_X) !== 0;
    for (const text of image.segments.filter(isText)) {
      const section = this.open(image, segment, text);
      if (section instanceof KernelSection) {
        texts.push({ startSvma: text.svma, endSvma: text.svma + text.memorySizeBytes, section });
      } else this.onRefusal(module, section);
    }
    return texts;
  }

  private open(image: ElfImage, segment: ElfSegment, text: ElfSegment): KernelSection | Verdict {
    const sectionEnd = segment.svma + segment.memorySizeBytes;
    const isMapped = image.segments.some(
      ({ type, svma, memorySizeBytes }) =>
        type === elf.PT_LOAD && svma <= segment.svma && sectionEnd <= svma + memorySizeBytes,
    );
    if (segment.memorySizeBytes === 0 || !isMapped) return NO_SECTION;
    if (text.memorySizeBytes === 0) return NO_TEXT;
    const place = {
      svma: segment.svma,
      textStartSvma: text.svma,
      textEndSvma: text.svma + text.memorySizeBytes,
    };
    try {
      const bytes = image.readFile(segment.fileOffset, segment.memorySizeBytes);
      return KernelSection.open(bytes, place, this.arch);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      return UNREADABLE;
    }
  }
}
