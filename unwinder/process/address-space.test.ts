import { AddressSpace, type MappedRange } from './address-space';
import { MappingTable } from './module';
import { announceSeed, Random } from '../../test-data/fuzz/damage/random';
import { cpuTimeMs } from '../../test-data/test-support/cpu-time';

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

describe('many ranges', () => {
  /** Addresses are few, so that ranges overlap in all ways. */
  const ADDRESSES = 4000;

  /** What is mapped at each address, as a list of single addresses says it. */
  class Plain {
    readonly names: (string | undefined)[] = new Array<undefined>(ADDRESSES).fill(undefined);

    insert(name: string, start: number, end: number): void {
      for (let avma = start; avma < end; avma++) this.names[avma] = name;
    }
  }

  test('in any order, over one another, in copies: each address has what was mapped there last', () => {
    const random = new Random(announceSeed('ranges', 1));
    const spaces = [{ space: new AddressSpace(), plain: new Plain() }];
    for (let i = 0; i < 12_000; i++) {
      const { space, plain } = spaces[random.below(spaces.length)];
      const start = random.below(ADDRESSES - 1);
      // Mostly small: more than fit into a few chunks.
      const size = 1 + random.below(random.below(200) === 0 ? ADDRESSES - start : 2);
      const end = Math.min(ADDRESSES, start + size);
      space.insert(range(`n${i}`, start, end));
      plain.insert(`n${i}`, start, end);
      if (i % 2000 === 1999) {
        const copy = new Plain();
        copy.names.splice(0, ADDRESSES, ...plain.names);
        spaces.push({ space: space.clone(), plain: copy });
      }
    }
    for (const { space, plain } of spaces) {
      expect(plain.names.map((_, avma) => nameAt(space, avma))).toEqual(plain.names);
      const starts = space.all.map(({ startAvma }) => startAvma);
      expect(starts).toEqual([...starts].sort((a, b) => a - b));
    }
    // How many are left depends on the last large ones.
    expect(Math.max(...spaces.map(({ space }) => space.all.length))).toBeGreaterThan(400);
  });

  test('all of them can be unmapped, one by one', () => {
    const space = new AddressSpace();
    for (let i = 2000; i > 0; i--) space.insert(range('r', i * 16, i * 16 + 8));
    for (let i = 1; i <= 2000; i++) space.remove(i * 16 + 4);
    expect(space.all).toEqual([]);
  });

  test('a hundred thousand from the highest down take no longer than upwards, nearly', () => {
    const timeOf = (order: (i: number) => number): number => {
      const space = new AddressSpace();
      const before = cpuTimeMs();
      for (let i = 0; i < 100_000; i++) space.insert(range('r', order(i) * 16, order(i) * 16 + 8));
      return cpuTimeMs() - before;
    };
    timeOf((i) => i);
    expect(timeOf((i) => 100_000 - i)).toBeLessThan(10 * timeOf((i) => i) + 500);
  });
});
