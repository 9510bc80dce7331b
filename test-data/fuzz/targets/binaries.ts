/** ELF files and archives: headers, sections, notes, symbols, relocations; SFrame in them, verified and made. */

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { formatCoverage } from '../../../cli/sframe/coverage/coverage-text';
import { formatVerification } from '../../../cli/sframe/verify/verify-text';
import {
  archiveKindOf,
  checkSFrameSection,
  elf as elfConstants,
  ElfImage,
  ElfRelocations,
  listArchiveMembers,
  loadDecompressors,
  MemoryByteSource,
  openLaidOut,
  readSFrameSections,
  SFrameRow,
  SFrameSection,
} from '../../../parser';
import {
  findMissingFunctions,
  makeSFrame,
  measureCoverage,
  predictSFrame,
  verdictOf,
  verifyImage,
  writeDetachedSFrame,
} from '../../../sframe';
import { findKernelRefusals } from '../../../sframe/kernel-audit';
import { openMadeSFrame } from '../../../sframe/make/make-section';
import { KernelSymbols, SymbolTable } from '../../../symbolizer';
import { readEmbeddedSymbols } from '../../../symbolizer/files/gnu-debugdata';
import { elfLayout, sframeLayout } from '../damage/layouts';
import { repositoryFolder } from '../../test-support/places';
import { attempt, single, type Target } from '../target';
import { compiledObjects } from './compiled';

const binFolder = join(repositoryFolder, 'test-data/recordings/root/w/bin');
const MOST_ADDRESSES = 40;

/** Committed programs, and what a compiler makes where there is one. */
export function programs(): Uint8Array[] {
  const committed = readdirSync(binFolder).map((name) => new Uint8Array(readFileSync(join(binFolder, name))));
  return [...committed, ...compiledObjects()];
}

function readEverything(image: ElfImage): void {
  for (const section of image.sections) {
    attempt(() => image.readSection(section));
    if (section.type === elfConstants.SHT_RELA || section.type === elfConstants.SHT_REL)
      attempt(() => ElfRelocations.read(image, section));
  }
  attempt(() => readEmbeddedSymbols(image));
  attempt(() => {
    const symbols = SymbolTable.fromImages(image, undefined);
    for (let i = 0; i < symbols.count; i++) {
      symbols.name(i);
      symbols.find(symbols.start(i));
      symbols.end(i);
    }
  });
  attempt(() => KernelSymbols.fromVmlinux(image));
  attempt(() => readSFrameSections(image));
}

const elfTarget = {
  layout: (_part: string, bytes: Uint8Array) => elfLayout(bytes),
  prepare: loadDecompressors,
};

export const elf: Target = {
  ...elfTarget,
  name: 'elf',
  seeds: () => programs().map(single),
  run(input) {
    const source = new MemoryByteSource('input', [...input.values()][0]);
    attempt(() => readEverything(ElfImage.parse(source)));
    attempt(() => readEverything(openLaidOut(source)));
  },
};

function archiveOf(members: readonly Uint8Array[]): Uint8Array {
  const parts: Uint8Array[] = [Buffer.from('!<arch>\n')];
  members.forEach((bytes, i) => {
    const header = `${`m${i}.o/`.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'644'.padEnd(8)}${String(bytes.length).padEnd(10)}\`\n`;
    parts.push(Buffer.from(header), bytes, Buffer.alloc(bytes.length & 1, '\n'));
  });
  return Uint8Array.from(Buffer.concat(parts));
}

export const archive: Target = {
  name: 'archive',
  seeds: () => [single(archiveOf(programs().slice(0, 3)))],
  run(input) {
    const source = new MemoryByteSource('input', [...input.values()][0]);
    if (archiveKindOf(source) === undefined) return;
    // The bytes of members are the business of other targets.
    listArchiveMembers(source);
  },
};

/** Every program with one section damaged: in whole files most damage hits code, which nobody reads. */
export function sectionSeeds(names: readonly string[]): { parts: ReadonlyMap<string, Uint8Array>[] } {
  return {
    parts: programs().map((file) => {
      const image = ElfImage.parse(new MemoryByteSource('seed', file));
      const found = image.sections.filter(({ name }) => names.includes(name));
      return new Map([
        ['file', file],
        ...found.map((section) => [section.name, image.readSection(section).slice()] as const),
      ]);
    }),
  };
}

/** The program with its sections replaced, as far as there is room. */
export function assemble(input: ReadonlyMap<string, Uint8Array>): ElfImage {
  const file = input.get('file')!.slice();
  const image = ElfImage.parse(new MemoryByteSource('input', file));
  for (const [name, bytes] of input) {
    const section = image.findSection(name);
    if (!section || !(section.fileOffset >= 0 && section.fileOffset + section.sizeBytes <= file.length))
      continue;
    file.set(bytes.subarray(0, section.sizeBytes), section.fileOffset);
  }
  return ElfImage.parse(new MemoryByteSource('input', file));
}

export function sectionLayout(part: string, bytes: Uint8Array) {
  return part === '.sframe' ? sframeLayout(bytes) : elfLayout(bytes);
}

export const sframeVerify: Target = {
  name: 'sframe-verify',
  seeds: () => sectionSeeds(['.sframe', '.eh_frame', '.symtab']).parts,
  layout: sectionLayout,
  run(input) {
    const image = assemble(input);
    const verification = verifyImage(image);
    formatVerification(verification, verdictOf(verification), Infinity);
    const { coverage, places } = measureCoverage(image);
    formatCoverage(coverage, findMissingFunctions(image, places, Infinity));
  },
};

/**
 * Whether a kernel can be asked: what is made goes by sections, a kernel by segments, and one with several executable segments
 * meets in each the functions of the others.
 */
function isForKernel({ sections, segments }: ElfImage): boolean {
  const { SHF_EXECINSTR, PT_LOAD, PF_X } = elfConstants;
  const texts = segments.filter(({ type, flags }) => type === PT_LOAD && (flags & PF_X) !== 0);
  if (texts.length > 1) return false;
  return sections
    .filter(({ flags }) => (flags & SHF_EXECINSTR) !== 0)
    .every(({ svma, sizeBytes }) =>
      texts.some((text) => svma >= text.svma && svma + sizeBytes <= text.svma + text.memorySizeBytes),
    );
}

export const sframeMake: Target = {
  name: 'sframe-make',
  seeds: () => sectionSeeds(['.eh_frame', '.eh_frame_hdr', '.debug_frame']).parts,
  layout: sectionLayout,
  run(input) {
    const image = assemble(input);
    const made = makeSFrame(image);
    const opened = openMadeSFrame(made, 'input');
    for (const section of opened.sections) {
      const found = [...section.findings.counts.keys(), ...checkSFrameSection(section).counts.keys()];
      if (found.length > 0) throw new Error(`what was made is not sound: ${found.join()}`);
    }
    // Damaged entries overlap others: what is found where one was left out is not a fault of what was made.
    const { functions } = verifyImage(image, { sections: opened }).differences;
    const isLeftOut = ({ startSvma, endSvma }: { startSvma: number; endSvma: number }): boolean =>
      made.leftOut.some((each) => startSvma < each.endSvma && each.startSvma < endSvma);
    const kinds = new Set(
      functions.filter((each) => !isLeftOut(each)).flatMap((each) => each.kinds.map(({ kind }) => kind)),
    );
    if (made.leftOut.length > 0) kinds.delete('missing-rows');
    if (kinds.size > 0) throw new Error(`what was made differs: ${[...kinds].join()}`);
    const refusals = made.fdeCount > 0 && isForKernel(image) ? findKernelRefusals(image, made) : [];
    if (refusals.length > 0)
      throw new Error(`a kernel refuses what was made: ${refusals.map(({ id }) => id).join()}`);
    ElfImage.parse(new MemoryByteSource('made', writeDetachedSFrame(made, image)));
    predictSFrame(image);
  },
};

export const sframe: Target = {
  name: 'sframe',
  seeds: () =>
    programs().flatMap((file) => {
      const image = ElfImage.parse(new MemoryByteSource('seed', file));
      const section = image.findSection('.sframe');
      return section ? [single(image.readSection(section).slice())] : [];
    }),
  layout: (_part, bytes) => sframeLayout(bytes),
  run(input) {
    const [bytes] = input.values();
    const section = SFrameSection.parse(bytes, 0x402160, true, 'input');
    const row = new SFrameRow();
    for (let index = 0; index < Math.min(section.fdeCount, MOST_ADDRESSES); index++) {
      section.forEachRow(index, () => undefined);
      const start = section.fdeStart(index);
      for (const offset of [-1, 0, 1, 4, 11, section.fdeSize(index) - 1])
        section.decodeRowInto(start + offset, row);
    }
    checkSFrameSection(section);
  },
};
