/** Differential: every row of every FDE of real binaries equals `readelf -wF`. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ElfImage } from '../../elf';
import {
  describeWith,
  filesUnder,
  hasReadelf,
  hasRecordings,
  hasToolchain,
  openElf,
  RECORDINGS,
  run,
  TOOLCHAIN,
} from '../test-support/places';
import { formatRow, parseReadelfFrames, type FdeRows } from '../test-support/readelf-frames';
import { CfiRow } from './cfi-row';
import { CfiTable, RowStatus } from './cfi-table';

/** Compares all FDEs of a section; returns how many rows there were. */
function compareWithReadelf(path: string, section: '.eh_frame' | '.debug_frame'): number {
  const image = openElf(path);
  const table = openTable(image, section);
  // "Expected" is what readelf says; -wN keeps it from following links to separate debug files.
  const output = run('readelf', ['-wNF', path]);
  const theirs = new Map<number, FdeRows>();
  for (const fde of parseReadelfFrames(output, section, image.machine)) {
    if (fde.end > fde.start && fde.start !== 0n) theirs.set(fde.sectionOffset, fde);
  }
  if (!table) {
    expect(theirs.size).toBe(0);
    return 0;
  }
  expect(table.fdeCount).toBe(theirs.size);
  let rowCount = 0;
  for (let i = 0; i < table.fdeCount; i++) {
    const expected = theirs.get(table.fdeSectionOffset(i))!;
    const ours: string[] = [];
    const status = table.visitRows(i, (row) => ours.push(formatRow(row)));
    // One comparison of strings for each FDE: an expect for each would take minutes for large binaries.
    const same = ours.join('\n') === expected.rows.join('\n') && status === RowStatus.Found;
    if (!same) expect(ours).toEqual(expected.rows);
    expectRange(table, i, expected);
    rowCount += ours.length;
  }
  expect(table.findings).toEqual([]);
  return rowCount;
}

function expectRange(table: CfiTable, fdeIndex: number, expected: FdeRows): void {
  const start = BigInt.asUintN(64, BigInt(table.fdeStartSvma[fdeIndex]));
  const end = start + BigInt(table.fdeSizeBytes[fdeIndex]);
  if (start !== expected.start || end !== expected.end)
    expect([start, end]).toEqual([expected.start, expected.end]);
}

function openTable(image: ElfImage, section: string): CfiTable | undefined {
  return section === '.eh_frame' ? CfiTable.fromEhFrame(image) : CfiTable.fromDebugFrame(image);
}

/** Looks up each row of each FDE by address, first and last byte: the same row must come out. */
function expectLookupsAgree(path: string): void {
  const table = CfiTable.fromEhFrame(openElf(path))!;
  const found = new CfiRow();
  const disagreeing: string[] = [];
  for (let i = 0; i < table.fdeCount; i++) {
    table.visitRows(i, (row) => {
      const expected = formatRow(row);
      for (const svma of [row.startSvma, row.endSvma - 1]) {
        const status = table.decodeRowInto(svma, found);
        const same = status === RowStatus.Found && formatRow(found) === expected;
        if (!same || found.endSvma !== row.endSvma) disagreeing.push(`${svma.toString(16)}: ${expected}`);
      }
    });
  }
  expect(disagreeing).toEqual([]);
}

describeWith({ readelf: hasReadelf }, 'rows of programs of this system equal readelf -wF', () => {
  const libraries = [...run('ldd', [process.execPath]).matchAll(/(\/\S+) \(0x/g)].map((match) => match[1]);

  test.each([process.execPath, ...libraries])('%s', (path) => {
    expect(compareWithReadelf(path, '.eh_frame')).toBeGreaterThan(3);
  });

  test('looking rows up by address gives the same rows', () => {
    expectLookupsAgree(libraries.find((path) => path.includes('libc.so'))!);
  });
});

describeWith(
  { readelf: hasReadelf, recordings: hasRecordings },
  'rows of the recorded AArch64 and s390x programs equal readelf -wF',
  () => {
    const programs = ['aarch64', 's390x'].flatMap((arch) => filesUnder(join(RECORDINGS, arch, 'root')));
    test.each(programs)('%s', (path) => {
      const rows = compareWithReadelf(path, '.eh_frame') + compareWithReadelf(path, '.debug_frame');
      // The AArch64 vDSO has no call frame information.
      if (!path.includes('vdso')) expect(rows).toBeGreaterThan(0);
    });
  },
);

describeWith(
  { readelf: hasReadelf, toolchain: hasToolchain && existsSync(join(TOOLCHAIN, 'usr/lib32')) },
  'rows of the toolchain root equal readelf -wF',
  () => {
    const libraries = ['libc.so.6', 'ld-linux-x86-64.so.2', 'libstdc++.so.6', 'libgcc_s.so.1', 'libm.so.6'];
    test.each(libraries)('%s', (name) => {
      const path = join(TOOLCHAIN, 'usr/lib/x86_64-linux-gnu', name);
      expect(compareWithReadelf(path, '.eh_frame')).toBeGreaterThan(100);
    });

    test('libraries of 32-bit programs', () => {
      for (const name of ['libc.so.6', 'libstdc++.so.6']) {
        expect(compareWithReadelf(join(TOOLCHAIN, 'usr/lib32', name), '.eh_frame')).toBeGreaterThan(100);
      }
    });

    const debugFiles = filesUnder(join(TOOLCHAIN, 'usr/lib/debug')).slice(0, 12);
    test('separate debug files: no .eh_frame, .debug_frame where there is one', () => {
      for (const path of debugFiles) {
        expect(CfiTable.fromEhFrame(openElf(path))).toBeUndefined();
        compareWithReadelf(path, '.debug_frame');
      }
    });
  },
);
