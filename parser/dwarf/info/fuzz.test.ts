/** Mutation fuzzing of .debug_* sections: whatever the bytes, questions about addresses end and do not throw. */

import { cpuTimeMs } from '../../../test-data/test-support/cpu-time';
import { MemoryByteSource } from '../../bytes';
import { ElfImage } from '../../elf';
import { makeCompiledFolder } from '../test-support/compiled';
import { buildElf } from '../test-support/elf-builder';
import { announceSeed, mutate, Random } from '../test-support/mutation';
import { describeWith, hasToolchain, openElf } from '../test-support/places';
import { DebugInfo } from './debug-info';

const ROUNDS = 150;
const LOOKUPS = 60;
const LONGEST_ROUND_MS = 3000;

describeWith({ toolchain: hasToolchain }, 'mutated debug information', () => {
  test.each([
    ['DWARF 5', ['-g', '-O2'], ''],
    ['DWARF 4', ['-gdwarf-4', '-O2'], ''],
    ['DWARF 5, big endian', ['-g', '-O2'], 's390x-linux-gnu-'],
  ])('%s', (name, flags, prefix) => {
    const folder = makeCompiledFolder();
    const image = openElf(folder.compile('steps', 'program', flags, prefix));
    const text = image.findSection('.text')!;
    const sections = image.sections
      .filter((section) => section.name.startsWith('.debug_'))
      .map((section) => ({ name: section.name, bytes: image.readSection(section) }));
    folder.remove();
    expect(sections.length).toBeGreaterThan(4);

    const seed = announceSeed(name, ROUNDS);
    for (let round = 0; round < ROUNDS; round++) {
      const random = new Random(seed + round);
      const damaged = random.below(sections.length);
      const mutated = sections.map((section, i) =>
        i === damaged || random.below(4) === 0
          ? { ...section, bytes: mutate(section.bytes, random) }
          : section,
      );
      const started = cpuTimeMs();
      try {
        const file = new MemoryByteSource('mutated', buildElf(mutated, image.littleEndian));
        const info = DebugInfo.open(ElfImage.parse(file));
        for (let i = 0; i < LOOKUPS; i++) {
          const svma = text.svma + random.below(text.sizeBytes);
          info?.inlineChain(svma);
          info?.findLine(svma);
        }
      } catch (error) {
        throw new Error(`FUZZ_SEED=${seed + round}`, { cause: error });
      }
      expect(cpuTimeMs() - started).toBeLessThan(LONGEST_ROUND_MS);
    }
  });
});
