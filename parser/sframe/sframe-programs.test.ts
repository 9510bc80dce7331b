/** Row lookups in real programs, at the first and last byte of every row that readelf printed of them. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { repositoryFolder, sharedRecordingsFolder } from '../../test-data/test-support/places';
import { MemoryByteSource } from '../bytes';
import { ElfImage } from '../elf/elf-image';
import { checkSFrameSection } from './check-section';
import { SFrameLocationKind, SFrameRow, SFrameRowStatus, type SFrameLocation } from './sframe-row';
import type { SFrameSection } from './sframe-section';
import { readSFrameSections } from './sframe-sections';
import { describeWhere } from '../../test-data/test-support/left-out';

/** A row of readelf's text; of PC type MASK, start and end are within the first block. */
interface PrintedRow {
  readonly start: number;
  readonly end: number;
  readonly cells: string;
}

/** Rows of PC type MASK end with the text's function, since readelf does not print the repetition size. */
function parseRows(text: string): PrintedRow[] {
  return text.split(/^ +func idx /m).flatMap((part) => {
    const head = /pc = 0x([0-9a-f]+), size = (\d+) bytes/.exec(part);
    if (!head) return [];
    const pc = parseInt(head[1], 16);
    const end = pc + Number(head[2]);
    const isMask = part.includes('STARTPC[m]');
    const rows = [...part.matchAll(/^ {4}([0-9a-f]{16}) {2}(.*?) *$/gm)].map(([, start, cells]) => ({
      start: parseInt(start, 16) + (isMask ? pc : 0),
      cells: cells.replace(/ +/g, ' '),
    }));
    return rows.map((row, i) => ({ ...row, end: rows[i + 1]?.start ?? (isMask ? row.start + 1 : end) }));
  });
}

/** A location as readelf's cells have it, where "not saved" is u however the file says so. */
function cell(section: SFrameSection, location: SFrameLocation): string {
  const { kind, register, deref, offset } = location;
  const signed = offset < 0 ? `${offset}` : `+${offset}`;
  if (kind === SFrameLocationKind.Unchanged) return 'u';
  if (kind === SFrameLocationKind.FromCfa) return `c${signed}`;
  const { stackPointer, framePointer } = section.plan.machine;
  const name = register === stackPointer ? 'sp' : register === framePointer ? 'fp' : `r${register}`;
  return deref ? `(${name}${signed})` : name + signed;
}

function describeRow(section: SFrameSection, row: SFrameRow): string {
  if (row.isOutermost) return 'RA undefined';
  const ra = cell(section, row.ra) + (row.isRaSigned ? '[s]' : '');
  return `${cell(section, row.cfa)} ${cell(section, row.fp)} ${ra}`;
}

/** What readelf prints as "no rule in the row" (U) or "the header's offset" (f), resolved as the format means it. */
function resolveCells(section: SFrameSection, cells: string): string {
  const { fixedRaOffset } = section.header;
  const fallback = fixedRaOffset === 0 ? 'u' : `c${fixedRaOffset}`;
  return cells.replace(/[Uf](?=$|\[s\])/, fallback);
}

function compare(path: string, text: string): void {
  const image = ElfImage.parse(new MemoryByteSource(path, readFileSync(path)));
  const { sections, findings } = readSFrameSections(image);
  expect(findings.isEmpty).toBe(true);
  expect(sections).toHaveLength(1);
  const [section] = sections;
  expect(section.findings.isEmpty).toBe(true);
  expect(checkSFrameSection(section).examples).toEqual([]);
  const rows = parseRows(text);
  expect(rows).toHaveLength(section.header.freCount);
  const row = new SFrameRow();
  for (const { start, end, cells } of rows) {
    for (const svma of [start, end - 1]) {
      const status = section.decodeRowInto(svma, row);
      const found = { svma, status, start: row.startSvma, cells: describeRow(section, row) };
      const expected = { svma, status: SFrameRowStatus.Found, start, cells: resolveCells(section, cells) };
      expect(found).toEqual(expected);
    }
  }
}

const programsFolder = resolve(repositoryFolder, 'test-data/recordings/root/w/bin');

test.each(readdirSync(programsFolder))('committed program %s', (name) => {
  const text = join(repositoryFolder, 'test-data/sframe', `${name}.readelf-2.47.txt`);
  compare(join(programsFolder, name), readFileSync(text, 'utf8'));
});

for (const set of ['aarch64', 's390x']) {
  const folder = join(sharedRecordingsFolder, set);
  describeWhere(existsSync(folder), `programs of the shared ${set} recordings`, 'they are not here', () => {
    test.each(readdirSync(join(folder, 'root/w')))('%s', (name) => {
      const text = readFileSync(join(folder, 'sframe', `${name}.sframe.txt`), 'utf8');
      compare(join(folder, 'root/w', name), text);
    });
  });
}
