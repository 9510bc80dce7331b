/**
 * Which SFrame sections of a binary are registered with the kernel: for each executable PT_LOAD segment, the section of its
 * PT_GNU_SFRAME segment, as the kernel's ELF loader does it (fs/binfmt_elf.c in the patch series that kernel-section.ts
 * follows). The loader does so for programs and their interpreter; shared libraries are registered by the dynamic linker,
 * which is assumed here to do the same.
 */

import { elf, ParseError, type ElfImage, type ElfSegment } from '../../parser';
import type { Architecture } from '../arch/arch';
import { KernelSection } from './kernel-section';
import { kernelRules } from './rules';
import type { KernelAnswer } from './kernel-error';

/** A text, and the section that is registered for it or why it is not. */
export interface TextRegistration {
  readonly startSvma: number;
  readonly endSvma: number;
  readonly section: KernelSection | KernelAnswer;
}

/** The segment that says where a binary's SFrame section is. Without it the kernel sees none. */
export function findSFrameSegment(image: ElfImage): ElfSegment | undefined {
  return image.segments.find(({ type }) => type === elf.PT_GNU_SFRAME);
}

/** All texts of a binary, if it has an SFrame segment; the same section is opened for each. */
export function registerTexts(image: ElfImage, arch: Architecture): TextRegistration[] {
  const segment = findSFrameSegment(image);
  if (!segment) return [];
  const isText = ({ type, flags }: ElfSegment): boolean => type === elf.PT_LOAD && (flags & elf.PF_X) !== 0;
  return image.segments.filter(isText).map((text) => ({
    startSvma: text.svma,
    endSvma: text.svma + text.memorySizeBytes,
    section: open(image, segment, text, arch),
  }));
}

function open(
  image: ElfImage,
  segment: ElfSegment,
  text: ElfSegment,
  arch: Architecture,
): KernelSection | KernelAnswer {
  const sectionEnd = segment.svma + segment.memorySizeBytes;
  const isMapped = image.segments.some(
    ({ type, svma, memorySizeBytes }) =>
      type === elf.PT_LOAD && svma <= segment.svma && sectionEnd <= svma + memorySizeBytes,
  );
  if (segment.memorySizeBytes === 0 || !isMapped) return kernelRules.sectionAddress;
  if (text.memorySizeBytes === 0) return kernelRules.textAddress;
  const place = {
    svma: segment.svma,
    textStartSvma: text.svma,
    textEndSvma: text.svma + text.memorySizeBytes,
  };
  try {
    const bytes = image.readFile(segment.fileOffset, segment.memorySizeBytes);
    return KernelSection.open(bytes, place, arch);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return kernelRules.headerUnreadable;
  }
}
