/** Mutation fuzzing: whatever the bytes, lookups end, do not throw, and rows they find hold for the address. */

import { cpuTimeMs } from '../../../test-data/test-support/cpu-time';
import { MemoryByteSource, ParseError } from '../../bytes';
import { ElfImage } from '../../elf';
import { announceSeed, mutate, Random } from '../test-support/mutation';
import { openElf } from '../test-support/places';
import { buildElf, openBuiltElf, type BuiltSection } from '../test-support/elf-builder';
import { SectionBuilder } from '../test-support/section-builder';
import { CfaKind, CfiRow, RuleKind } from './cfi-row';
import { CfiTable, RowStatus } from './cfi-table';
import { evaluateExpression } from './expression';

const ROUNDS = 400;
const LOOKUPS = 40;
const LONGEST_ROUND_MS = 2000;

const anything = {
  littleEndian: true,
  wordSizeBytes: 8,
  loadBias: 0,
  cfa: 0x7000,
  register: (number: number) => number * 16,
  readMemory: (avma: number) => avma + 1,
};

/** Looks rows up and evaluates what they hold; what it throws is a failure, except damage seen on opening. */
function exercise(file: Uint8Array, random: Random): void {
  const image = ElfImage.parse(new MemoryByteSource('mutated', file));
  const row = new CfiRow();
  for (const table of [CfiTable.fromEhFrame(image), CfiTable.fromDebugFrame(image)]) {
    if (!table) continue;
    const count = table.fdeCount;
    for (let i = 0; i < LOOKUPS && count > 0; i++) {
      const index = random.below(count);
      table.visitRows(index, () => undefined);
      const svma = table.fdeStartSvma[index] + random.below(64);
      if (table.decodeRowInto(svma, row) !== RowStatus.Found) continue;
      expect(row.startSvma <= svma && svma < row.endSvma).toBe(true);
      if (row.cfaKind === CfaKind.Expression) {
        evaluateExpression(row.section, row.cfaExpressionStart, row.cfaExpressionEnd, anything);
      }
      for (let r = 0; r < row.ruledCount; r++) {
        const register = row.ruledRegisters[r];
        const kind: RuleKind = row.ruleKind[register];
        if (kind !== RuleKind.Expression && kind !== RuleKind.ValExpression) continue;
        const [start, end] = [row.ruleValue[register], row.ruleExpressionEnd[register]];
        evaluateExpression(row.section, start, end, anything, anything.cfa);
      }
    }
  }
}

/** An undamaged .eh_frame_hdr for a part of .eh_frame, as linkers write it (datarel sdata4). */
function buildSearchTable(frames: { name: string; svma: number; bytes: Uint8Array }): BuiltSection {
  const table = CfiTable.fromEhFrame(openBuiltElf([frames]))!;
  const svma = frames.svma - 0x10_0000;
  const out = new SectionBuilder()
    .u8(1, 0x1b, 0x03, 0x3b)
    .u32(frames.svma - svma - 4)
    .u32(table.fdeCount);
  for (let i = 0; i < table.fdeCount; i++) {
    out.u32((table.fdeStartSvma[i] - svma) >>> 0).u32(frames.svma + table.fdeSectionOffset(i) - svma);
  }
  return { name: '.eh_frame_hdr', svma, bytes: out.build() };
}

test('mutated .eh_frame, .eh_frame_hdr and .debug_frame sections', () => {
  const node = openElf(process.execPath);
  const found = node.findSection('.eh_frame')!;
  const frames = { name: '.eh_frame', svma: found.svma, bytes: node.readSection(found).slice(0, 60_000) };
  const header = buildSearchTable(frames);
  const seed = announceSeed('call frame information', ROUNDS);
  for (let round = 0; round < ROUNDS; round++) {
    const random = new Random(seed + round);
    const damagedFrames = mutate(frames.bytes, random);
    for (let more = random.below(30); more > 0; more--)
      damagedFrames[random.below(damagedFrames.length)] ^= 0xff;
    const sections = [
      { ...frames, bytes: damagedFrames },
      { ...header, bytes: random.below(2) === 0 ? mutate(header.bytes, random) : header.bytes },
      { name: '.debug_frame', bytes: mutate(frames.bytes.subarray(0, 4000), random) },
    ];
    const started = cpuTimeMs();
    try {
      exercise(buildElf(sections), random);
    } catch (error) {
      if (!(error instanceof ParseError)) throw new Error(`FUZZ_SEED=${seed + round}`, { cause: error });
    }
    expect(cpuTimeMs() - started).toBeLessThan(LONGEST_ROUND_MS);
  }
});
