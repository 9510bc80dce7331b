/** Programs damaged at random places: verify and coverage find out, refuse with a typed error, or take it; they never crash. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpuTimeMs } from '../test-data/test-support/cpu-time';
import { ElfImage, MemoryByteSource, ParseError } from '../parser';
import { announceSeed, mutate, Random } from '../parser/dwarf/test-support/mutation';
import { repositoryFolder } from '../test-data/test-support/places';
import { formatCoverage } from '../cli/sframe/coverage/coverage-text';
import { formatVerification } from '../cli/sframe/verify/verify-text';
import { measureCoverage } from './coverage';
import { findMissingFunctions } from './missing-functions';
import { verdictOf, verifyImage } from './verification';

const ROUNDS = 400;
/** Far above what any mutation took (0.14 s), far below an endless loop. */
const MOST_MS = 5_000;

/** Everything that the commands do with a file. */
function lookAt(file: Uint8Array): void {
  const image = ElfImage.parse(new MemoryByteSource('mutated', file));
  const verification = verifyImage(image);
  formatVerification(verification, verdictOf(verification), Infinity);
  const { coverage, places } = measureCoverage(image);
  formatCoverage(coverage, findMissingFunctions(image, places, Infinity));
}

test('mutations of a whole program', () => {
  const seed = announceSeed('sframe verify', ROUNDS);
  const random = new Random(seed);
  const file = readFileSync(join(repositoryFolder, 'test-data/recordings/root/w/bin/own-signals-fp'));
  const sections = ElfImage.parse(new MemoryByteSource('x', file)).sections.filter(({ name }) =>
    ['.sframe', '.eh_frame', '.symtab'].includes(name),
  );
  for (let round = 0; round < ROUNDS; round++) {
    // Every other time in one section alone: in the whole file most mutations hit code, which nobody reads.
    const { fileOffset, sizeBytes } = sections[random.below(sections.length)];
    const copy = Uint8Array.from(file);
    const end = fileOffset + sizeBytes;
    copy.set(mutate(copy.slice(fileOffset, end), random), fileOffset);
    const damaged = round % 2 === 0 ? copy : mutate(copy, random);
    const start = cpuTimeMs();
    try {
      lookAt(damaged);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
    }
    expect(cpuTimeMs() - start).toBeLessThan(MOST_MS);
  }
}, 120_000);
