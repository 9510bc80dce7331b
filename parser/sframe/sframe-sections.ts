/**
 * Finds the SFrame sections of an ELF file: by section type SHT_GNU_SFRAME, by the name .sframe (older linkers
 * and some objcopy runs leave the type PROGBITS), or, in files without section headers, by the segment
 * PT_GNU_SFRAME. A linker that does not know the format concatenates its inputs' sections: then one ELF section
 * holds several SFrame sections, each with its own preamble, and all of them are opened.
 */

import { ParseError } from '../bytes';
import * as elf from '../elf/constants';
import type { ElfSection } from '../elf/elf-headers';
import type { ElfImage } from '../elf/elf-image';
import { applyRelocations } from '../elf/relocated-section';
import { isSFrameDamage, SFrameFindings } from './sframe-findings';
import { findByteOrder } from './sframe-header';
import { SFrameSection } from './sframe-section';

/** What {@link ElfImage.listDamage} calls damage of SFrame sections. */
export const SFRAME_PART = 'sframe';

export interface SFrameSections {
  /** In the file's order; empty when the file has none, or none that can be opened. */
  readonly sections: readonly SFrameSection[];
  /** Where each section was found: ".sframe", ".sframe, offset 0x40" (concatenated), "segment GNU_SFRAME". */
  readonly placeNames: readonly string[];
  /** What was wrong with the places looked at, and why some could not be opened; not the sections' own findings. */
  readonly findings: SFrameFindings;
}

/**
 * Opens all SFrame sections of a file. Relocatable files are read with their relocations applied, all section
 * addresses being 0, as readelf does.
 * Nothing is thrown for damage of a section: see the result's findings. Borrows no buffer of the image.
 */
export function readSFrameSections(image: ElfImage): SFrameSections {
  const found: Found = { sections: [], placeNames: [], findings: new SFrameFindings() };
  image.addDamageSource(SFRAME_PART, () => describeDamage(image, found));
  const places = image.sections.filter(isSFrameSection);
  for (const place of places) {
    const where = `${image.name}, section ${place.name}`;
    if (place.sizeBytes === 0) {
      found.findings.add('section-empty', where, () => 'the section has a size of 0');
      continue;
    }
    if (place.type !== elf.SHT_GNU_SFRAME) {
      found.findings.add(
        'section-type',
        where,
        () => `section type 0x${place.type.toString(16)}, not GNU_SFRAME (0x6ffffff4)`,
      );
    }
    const bytes = readBytes(image, place, where, found.findings);
    if (bytes) openAll(image, { bytes, svma: place.svma, where, name: place.name }, found);
  }
  const emptied = image.sections.find(({ name, type }) => name === '.sframe' && type === elf.SHT_NOBITS);
  if (emptied) {
    const where = `${image.name}, section ${emptied.name}`;
    // The file offsets of its segments are those of the stripped file.
    const text = 'a debug file: its section has no contents (NOBITS), they are in the program or library';
    found.findings.add('section-without-contents', where, () => text);
  } else if (places.every((place) => place.sizeBytes === 0)) openSegments(image, found);
  return found;
}

function describeDamage(image: ElfImage, { sections, findings }: SFrameSections): string[] {
  const all = [findings, ...sections.map((section) => section.findings)].flatMap(({ examples }) => examples);
  return all.filter(isSFrameDamage).map(({ where, text }) => {
    const place = where.startsWith(`${image.name}, `) ? where.slice(image.name.length + 2) : where;
    return `${place}: ${text}`;
  });
}

interface Found {
  readonly sections: SFrameSection[];
  readonly placeNames: string[];
  readonly findings: SFrameFindings;
}

function isSFrameSection(section: ElfSection): boolean {
  if (section.type === elf.SHT_GNU_SFRAME) return true;
  // In separate debug files the section is kept as NOBITS: its bytes are in the stripped file.
  return section.name === '.sframe' && section.type !== elf.SHT_NOBITS;
}

function readBytes(
  image: ElfImage,
  place: ElfSection,
  where: string,
  findings: SFrameFindings,
): Uint8Array | undefined {
  try {
    const bytes = image.readSection(place);
    if (image.type !== elf.ET_REL) return bytes;
    const relocated = applyRelocations(image, place, bytes);
    if (relocated.skipped > 0) {
      findings.add(
        'relocation-unsupported',
        where,
        () => `${relocated.skipped} relocations could not be applied`,
      );
    }
    return relocated.bytes;
  } catch (error) {
    noteUnreadable(error, where, findings);
    return undefined;
  }
}

function openSegments(image: ElfImage, found: Found): void {
  for (const segment of image.segments) {
    if (segment.type !== elf.PT_GNU_SFRAME || segment.fileSizeBytes === 0) continue;
    const where = `${image.name}, segment GNU_SFRAME`;
    try {
      const bytes = image.readFile(segment.fileOffset, segment.fileSizeBytes);
      openAll(image, { bytes, svma: segment.svma, where, name: 'segment GNU_SFRAME' }, found);
    } catch (error) {
      noteUnreadable(error, where, found.findings);
    }
  }
}

/** Bytes in which SFrame sections lie. */
interface Place {
  readonly bytes: Uint8Array;
  /** Of the first byte. */
  readonly svma: number;
  /** Names the place in messages. */
  readonly where: string;
  readonly name: string;
}

/** Opens the SFrame sections that follow one another in the bytes, up to 7 bytes of padding between them. */
function openAll(image: ElfImage, { bytes, svma, where, name }: Place, found: Found): void {
  const { findings } = found;
  const before = found.sections.length;
  let at = 0;
  while (at < bytes.length) {
    const suffix = at === 0 ? '' : `, offset 0x${at.toString(16)}`;
    const whereHere = where + suffix;
    try {
      const section = SFrameSection.parse(bytes.subarray(at), svma + at, image.littleEndian, whereHere);
      if (section.plan.machine.elfMachine !== image.machine) {
        findings.add(
          'abi-machine-mismatch',
          whereHere,
          () => `the section is for ${section.plan.name}, the file for machine ${image.machine}`,
        );
      }
      found.sections.push(section);
      found.placeNames.push(name + suffix);
      at += section.extentBytes;
    } catch (error) {
      // Without a readable header nobody knows where the next section would begin.
      noteUnreadable(error, whereHere, findings);
      break;
    }
    at = skipPadding(bytes, at);
    if (at < bytes.length && findByteOrder(bytes, at) === undefined) {
      findings.add(
        'section-trailing-bytes',
        where,
        () => `${bytes.length - at} bytes that are not SFrame data, from offset 0x${at.toString(16)}`,
      );
      break;
    }
  }
  const tables = found.sections.length - before;
  if (tables > 1) {
    findings.add(
      'several-tables',
      where,
      () => `${tables} tables one after the other: kernels and readelf see the first alone`,
    );
  }
}

function skipPadding(bytes: Uint8Array, offset: number): number {
  const aligned = Math.min((offset + 7) & ~7, bytes.length);
  let at = offset;
  while (at < aligned && bytes[at] === 0) at++;
  return at;
}

function noteUnreadable(error: unknown, where: string, findings: SFrameFindings): void {
  if (!(error instanceof ParseError)) throw error;
  // The error may know the place better; it is named once.
  const place = error.facts.where ?? where;
  const prefix = error.facts.where === undefined ? '' : `${place}: `;
  findings.add('section-unreadable', place, () => error.message.slice(prefix.length));
}
