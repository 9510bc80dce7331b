import { AddressSpace, type MappedRange } from './address-space';
import { MappingTable } from './module';

const table = new MappingTable(() => ({ image: undefined, debugImage: undefined }));

function range(name: string, startAvma: number, endAvma: number): MappedRange {
  const mapping = table.internMapping(table.internModule(name, undefined, false), startAvma);
  return { startAvma, endAvma, mapping };
}

function nameAt(space: AddressSpace, avma: number): string | undefined {
  return space.find(avma)?.mapping.module.path;
}

test('what is mapped over another cuts it', () => {
  const space = new AddressSpace();
  space.insert(range('library', 0x1000, 0x9000));
  space.insert(range('hole', 0x3000, 0x4000));
  expect(
    [0xfff, 0x1000, 0x2fff, 0x3000, 0x3fff, 0x4000, 0x8fff, 0x9000, NaN].map((a) => nameAt(space, a)),
  ).toEqual([undefined, 'library', 'library', 'hole', 'hole', 'library', 'library', undefined, undefined]);
  space.remove(0x3800);
  expect(nameAt(space, 0x3800)).toBeUndefined();
  expect(nameAt(space, 0x4000)).toBe('library');
});

describe('exec', () => {
  let space: AddressSpace;
  beforeEach(() => {
    space = new AddressSpace();
    space.insert(range('old libc', 0x1000, 0x2000));
    space.insert(range('old program', 0x5000, 0x6000));
    space.exec();
  });

  test('within the system call, registers are of the old image', () => {
    space.insert(range('new program', 0x5800, 0x5900));
    expect(nameAt(space, 0x1800)).toBe('old libc');
    expect(nameAt(space, 0x5000)).toBe('old program');
  });

  test('it is gone when the new one runs', () => {
    space.insert(range('new program', 0x5800, 0x5900));
    expect(nameAt(space, 0x5800)).toBe('new program');
    expect(nameAt(space, 0x1800)).toBeUndefined();
    expect(nameAt(space, 0x5000)).toBeUndefined();
  });

  test('a second exec leaves nothing of the first image', () => {
    space.insert(range('new program', 0x5800, 0x5900));
    space.exec();
    expect(nameAt(space, 0x5800)).toBe('new program');
    expect(nameAt(space, 0x1800)).toBeUndefined();
  });

  test('a child of the new image knows only that', () => {
    space.insert(range('new program', 0x5800, 0x5900));
    expect(nameAt(space.clone(), 0x1800)).toBeUndefined();
  });
});
