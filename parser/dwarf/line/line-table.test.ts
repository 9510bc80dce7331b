/** Differential: every row of compiled programs equals `readelf --debug-dump=decodedline`. */

import { ByteReader, loadDecompressors } from '../../bytes';
import { makeCompiledFolder, type CompiledFolder } from '../test-support/compiled';
import { describeWith, hasToolchain, openElf } from '../test-support/places';
import { DwarfSections } from '../dwarf-sections';
import { LineTable } from './line-table';

/**
 * The rows that readelf decodes, unit by unit in order of .debug_line: "1234 file.c 56", the last of each address;
 * "1260 END" where a sequence ends.
 */
function parseDecodedLines(text: string): string[] {
  const rows: { address: string; text: string }[] = [];
  for (const line of text.split('\n')) {
    const row = /^(\S+) +(\d+|-) +(0x[0-9a-f]+|0)(?:\[\d+\])?(?: |$)/.exec(line);
    if (!row) continue;
    const [, file, number, address] = row;
    const last = rows.at(-1);
    if (number !== '-' && last?.address === address && !last.text.endsWith('END')) rows.pop();
    rows.push({
      address,
      text: `${parseInt(address, 16).toString(16)} ${number === '-' ? 'END' : `${file} ${number}`}`,
    });
  }
  return rows.map((row) => row.text);
}

/** Our rows of all tables of .debug_line in the same form, sequences in the order of their first rows in the program. */
function decodeLines(path: string): string[] {
  const sections = DwarfSections.ofImage(openElf(path));
  const bytes = sections.bytes('line');
  const reader = new ByteReader(bytes, sections.littleEndian, path);
  const rows: string[] = [];
  while (reader.remaining > 0) {
    const offset = reader.position;
    const length = reader.readU32();
    reader.skip(length === 0xffffffff ? reader.readSize() : length);
    const table = LineTable.parse(sections, offset)!;
    table.visitRows((svma, row, isEnd) => {
      const name = table.filePath(row.file)!.replace(/^.*\//, '');
      rows.push(`${svma.toString(16)} ${isEnd ? 'END' : `${name} ${row.line}`}`);
    });
  }
  return rows;
}

/** Sequences sorted by address: readelf prints them as the program has them. */
function bySequence(rows: readonly string[]): string[] {
  const sequences: string[][] = [[]];
  for (const row of rows) {
    sequences.at(-1)!.push(row);
    if (row.endsWith('END')) sequences.push([]);
  }
  const start = (sequence: string[]) => parseInt(sequence[0] ?? '0', 16);
  return sequences.sort((a, b) => start(a) - start(b)).flat();
}

// Node.js before 22.15 has no zstd of its own.
beforeAll(loadDecompressors);

describeWith({ toolchain: hasToolchain }, 'line tables equal readelf --debug-dump=decodedline', () => {
  let folder: CompiledFolder;
  beforeAll(() => {
    folder = makeCompiledFolder();
  });
  afterAll(() => folder.remove());

  const compare = (program: 'shapes' | 'steps', flags: readonly string[], prefix?: string) => {
    const path = folder.compile(program, 'program', flags, prefix);
    const expected = parseDecodedLines(folder.run(['readelf', '-W', '--debug-dump=decodedline', path]));
    expect(expected.length).toBeGreaterThan(50);
    expect(bySequence(decodeLines(path))).toEqual(bySequence(expected));
  };

  test.each([
    ['-g -O2', ['-g', '-O2']],
    ['-gdwarf-2', ['-gdwarf-2', '-gstrict-dwarf', '-O2']],
    ['-gdwarf-3', ['-gdwarf-3', '-O2']],
    ['-gdwarf-4', ['-gdwarf-4', '-O2']],
    ['-gdwarf-5 -O3', ['-gdwarf-5', '-O3']],
    ['-gdwarf64', ['-g', '-gdwarf64', '-O2']],
    ['-gz', ['-g', '-O2', '-gz']],
    ['-gz=zstd', ['-g', '-O2', '-gz=zstd']],
    ['lines written by gcc itself', ['-g', '-O2', '-gno-as-loc-support']],
    ['-ffunction-sections, unused ones discarded', ['-g', '-O2', '-ffunction-sections', '-Wl,--gc-sections']],
    ['link-time optimization', ['-g', '-O2', '-flto']],
  ])('C++, %s', (_name, flags) => compare('shapes', flags));

  test.each(['', 'aarch64-linux-gnu-', 's390x-linux-gnu-'])('C, compiled by %sgcc', (prefix) => {
    for (const flags of [
      ['-g', '-O2'],
      ['-gdwarf-4', '-O3'],
      ['-g', '-gdwarf64', '-O1'],
    ])
      compare('steps', flags, prefix);
  });
});
