/** `sframe dump` as called: one function of a table, and where in the section the JSON says that things are. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryFolder } from '../../../test-data/test-support/places';
import { elf, ElfImage, MemoryByteSource } from '../../../parser';
import type { DumpJson } from '../json';
import { runProgram } from '../../../test-data/test-support/program';

const path = join(repositoryFolder, 'test-data/recordings/root/w/bin/shapes-nofp');
const readelfText = readFileSync(
  join(repositoryFolder, 'test-data/sframe/shapes-nofp.readelf-2.47.txt'),
  'utf8',
);

function run(...args: string[]) {
  const { stdout, stderr, status } = runProgram(['sframe', 'dump', ...args, path]);
  return { stdout, stderr, exitCode: status };
}

/** readelf's text of the functions at some places of the index. */
function partsOfReadelf(wanted: (start: number, size: number) => boolean): string {
  const [head, ...functions] = readelfText.split(/(?=^\n {4}func idx)/m);
  return (
    head +
    functions
      .filter((text) => {
        const [, start, size] = /pc = 0x([0-9a-f]+), size = (\d+)/.exec(text)!;
        return wanted(parseInt(start, 16), Number(size));
      })
      .join('')
  );
}

const image = ElfImage.parse(new MemoryByteSource(path, readFileSync(path)));
const symbols = image.symbols(elf.SHT_SYMTAB)!;

/** Whether a symbol there has the innermost of a name's parts in it, as mangled names do: _ZNK8geometry5Shape4area…. */
function isNamed(svma: number, name: string): boolean {
  const innermost = name
    .replace(/([^:])\(.*$/, '$1')
    .replace(/<.*$/, '')
    .replace(/^.*(::| )/, '');
  return [...symbols.svma.keys()].some(
    (i) => symbols.svma[i] === svma && symbols.name(i).includes(innermost),
  );
}

test('--function: as readelf has it, with the argument list and without', () => {
  // _ZNK8geometry5Shape4areaERKNS_5PointIjEE, the first of the program.
  const whole = 'geometry::Shape::area(geometry::Point<unsigned int> const&) const';
  for (const name of [whole, 'geometry::Shape::area']) {
    expect(run('--function', name).stdout).toBe(partsOfReadelf((start) => start === 0x401000));
  }
});

test('--addr takes what lies within a function; repeated, each counts', () => {
  const starts = [...readelfText.matchAll(/pc = 0x([0-9a-f]+)/g)].map(([, hex]) => parseInt(hex, 16));
  const wanted = [starts[1], starts[3]];
  const args = wanted.flatMap((start) => ['--addr', `0x${(start + 1).toString(16)}`]);
  expect(run(...args).stdout).toBe(partsOfReadelf((start) => wanted.includes(start)));
});

test('--section', () => {
  expect(run('--section', '.text').stdout).toBe(readelfText);
  expect(run('--section', '.nothing')).toEqual({
    stdout: '',
    stderr: `perf-sframe: ${path}: the table has no such function\n`,
    exitCode: 4,
  });
});

test('an address that is none is a wrong call', () => {
  expect(run('--addr', 'main')).toMatchObject({ exitCode: 2, stdout: '' });
});

test('JSON: offsets in the section lead to the bytes that say the same', () => {
  const { files } = JSON.parse(run('--json').stdout) as DumpJson;
  const [section] = files[0].sections;
  const bytes = image.readSection(image.findSection('.sframe')!);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  expect(section.sizeBytes).toBe(bytes.length);
  let reach = 0;
  for (const fde of section.fdes) {
    expect(view.getUint32(fde.sectionOffset + 8, true)).toBe(fde.sizeBytes);
    const startSize = { addr1: 1, addr2: 2, addr4: 4 }[fde.freType!];
    // The index says where the attributes are, 5 bytes before the first FRE.
    let at = section.freSectionOffset + view.getUint32(fde.sectionOffset + 12, true) + 5;
    expect(fde.freSectionOffset).toBe(at);
    for (const row of fde.rows) {
      expect(row.sectionOffset).toBe(at);
      const info = bytes[at + startSize];
      expect([row.wordCount, row.wordSizeBytes]).toEqual([(info >> 1) & 0xf, 1 << ((info >> 5) & 3)]);
      at += startSize + 1 + row.wordCount * row.wordSizeBytes;
    }
    expect([fde.name, isNamed(Number(fde.start), fde.name!)]).toEqual([fde.name, true]);
    reach = Math.max(reach, at);
  }
  expect(reach).toBe(bytes.length);
});
