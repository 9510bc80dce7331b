/** What lines of code are called where the binary has lines for other code only, as perf 7.2 prints them. */
import { FURTHER_FRAMES, FrameTable, MappingTable } from '../../unwinder';
import { MadeProfile } from './test-support/made-profile';
import { FURTHER_PLACES } from '../names/frame-names';
import {
  LocationTable,
  MOST_LOCATIONS,
  FURTHER_MODULE,
  type FrameNaming,
  type LocationGrain,
} from './location-table';

/** The line of a function in a binary that has lines, but none for it. */
function lineOf(symbol: string | undefined, grain: LocationGrain): string | undefined {
  const frames = new FrameTable();
  const mappings = new MappingTable(() => ({ image: undefined, debugImage: undefined }));
  const mapping = mappings.internMapping(mappings.internModule('/usr/lib/libc.so.6', undefined, false), 0);
  const name = { symbol, symbolOffset: 12 };
  const naming: FrameNaming = {
    resolveOnce: () => name,
    expandOnce: () => [name],
    positionOf: () => ({ file: '??', line: 0 }),
    disassemblyAddressOf: () => 0x1040,
  };
  const options = { grain, showsFullPaths: false };
  const locations = new LocationTable(frames, mappings, naming, options);
  return locations.sourceLine[locations.ofSampledFrame(frames.intern(mapping.index, 0x1040, 0))];
}

// perf 7.2 of a sample in libc's PLT, `report -s srcline` and `report -g address`: "memcpy@@GLIBC_2.14@plt+0" and "+0";
// of `_start`, which has no line either: "??:0".
test.each([
  ['memcpy@@GLIBC_2.14@plt', 'place', 'memcpy@@GLIBC_2.14@plt+12'],
  ['memcpy@@GLIBC_2.14@plt', 'address', '+12'],
  ['_start', 'place', '??:0'],
  ['_start', 'address', '??:0'],
  [undefined, 'place', '??:0'],
] as const)('%s by %s is at %s', (symbol, grain, line) => {
  expect(lineOf(symbol, grain)).toBe(line);
});

// The limit of SECURITY.md, reached.
test.each(['function', 'address'] as const)(
  'by %s, what comes when there are too many is one place',
  (grain) => {
    const frames = new FrameTable();
    const mappings = new MappingTable(() => ({ image: undefined, debugImage: undefined }));
    const mapping = mappings.internMapping(mappings.internModule('//anon', undefined, false), 0);
    const name = { symbol: undefined, symbolOffset: 0 };
    const naming: FrameNaming = {
      resolveOnce: () => name,
      expandOnce: () => [name],
      positionOf: () => undefined,
      disassemblyAddressOf: () => undefined,
    };
    const locations = new LocationTable(frames, mappings, naming, { grain, showsFullPaths: false });
    const locate = (address: number): number =>
      locations.ofSampledFrame(frames.intern(mapping.index, address, 0));
    const told = new Set<number>();
    for (let address = 0; address < MOST_LOCATIONS; address++) told.add(locate(address));
    expect([told.size, locations.furtherCount]).toEqual([MOST_LOCATIONS, 0]);
    const further = [1, 2, 3].map((i) => locate(MOST_LOCATIONS + i));
    expect(further).toEqual([MOST_LOCATIONS, MOST_LOCATIONS, MOST_LOCATIONS]);
    expect([locations.count, locations.furtherCount]).toEqual([MOST_LOCATIONS + 1, 3]);
    expect([locations.symbol[further[0]], locations.module[further[0]]]).toEqual([
      FURTHER_PLACES,
      FURTHER_MODULE,
    ]);
    expect(locate(7)).toBe(7);
    expect(locations.ofSampledFrame(frames.intern(FURTHER_FRAMES, 0, 0))).toBe(MOST_LOCATIONS);
  },
);

// What perf does with each pair of callers (tools/perf/util/callchain.c, match_chain), written pair by pair.
test.each([
  ['a!f;b!f;c!x>f', [0, 1, 0]],
  ['c!x>f;a!f;b!f;b!g', [0, 0, 0, 3]],
  ['a!g;b!f;c!x>f;c!y>f;?12;?34', [0, 1, 1, 1, 4, 5]],
  ['a!f;b!f;?12', undefined],
])('of %s those of one name are the same where one is inlined', (words, expected) => {
  const made = new MadeProfile([]);
  const list = words.split(';').map((word) => made.locations.ofChainFrame(made.frameOf(word))[0]);
  expect(made.locations.firstAlike(list)).toEqual(expected);
});

test('by binary, functions have no names and nobody is asked for them', () => {
  const frames = new FrameTable();
  const mappings = new MappingTable(() => ({ image: undefined, debugImage: undefined }));
  const mapping = mappings.internMapping(mappings.internModule('/usr/lib/libc.so.6', undefined, false), 0);
  const refuse = (): never => {
    throw new Error('a name was asked for');
  };
  const naming: FrameNaming = {
    resolveOnce: refuse,
    expandOnce: refuse,
    positionOf: refuse,
    disassemblyAddressOf: refuse,
  };
  const locations = new LocationTable(frames, mappings, naming, { grain: 'binary', showsFullPaths: false });
  const [first, second] = [0x1040, 0x2040].map((address) =>
    locations.ofSampledFrame(frames.intern(mapping.index, address, 0)),
  );
  expect(second).toBe(first);
  expect(locations.module[first]).toBe(mapping.module.index);
  const elsewhere = locations.ofSampledFrame(frames.intern(FURTHER_MODULE, 0x1040, 0));
  expect(elsewhere).not.toBe(first);
});
