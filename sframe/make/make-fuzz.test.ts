/** Damaged call frame information: the maker skips what it cannot read, and never writes a section that is not sound. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpuTimeMs } from '../../test-data/test-support/cpu-time';
import { checkSFrameSection, ElfImage, MemoryByteSource, ParseError } from '../../parser';
import { announceSeed, mutate, Random } from '../../parser/dwarf/test-support/mutation';
import { repositoryFolder } from '../../test-data/test-support/places';
import { verifyImage } from '../verification';
import { makeSFrame, openMadeSFrame } from './make-section';

const ROUNDS = 400;
const MOST_MS = 5_000;

test('mutations of .eh_frame and .eh_frame_hdr', () => {
  const random = new Random(announceSeed('sframe make', ROUNDS));
  const file = readFileSync(join(repositoryFolder, 'test-data/recordings/root/w/bin/own-signals-fp'));
  const sections = ElfImage.parse(new MemoryByteSource('x', file)).sections.filter(({ name }) =>
    name.startsWith('.eh_frame'),
  );
  for (let round = 0; round < ROUNDS; round++) {
    const { fileOffset, sizeBytes } = sections[random.below(sections.length)];
    const damaged = Uint8Array.from(file);
    const end = fileOffset + sizeBytes;
    damaged.set(mutate(damaged.slice(fileOffset, end), random).subarray(0, sizeBytes), fileOffset);
    const start = cpuTimeMs();
    try {
      const image = ElfImage.parse(new MemoryByteSource('mutated', damaged));
      const made = makeSFrame(image);
      const sections = openMadeSFrame(made, 'mutated');
      const [section] = sections.sections;
      expect([...section.findings.counts, ...checkSFrameSection(section).counts]).toEqual([]);
      const verification = verifyImage(image, { sections });
      // Damaged entries overlap others: what the left-out one lacks is no difference of what was made.
      const kinds = verification.differences.functions.flatMap((each) => each.kinds.map(({ kind }) => kind));
      expect(kinds.filter((kind) => kind !== 'missing-rows')).toEqual([]);
      if (made.leftOut.length === 0) expect(kinds).toEqual([]);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
    }
    expect(cpuTimeMs() - start).toBeLessThan(MOST_MS);
  }
}, 120_000);
