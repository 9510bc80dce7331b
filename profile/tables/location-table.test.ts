/** What lines of code are called where the binary has lines for other code only, as perf 7.2 prints them. */
import { FrameTable, MappingTable } from '../../unwinder';
import { LocationTable, type FrameNaming, type LocationGrain } from './location-table';

/** The line of a function in a binary that has lines, but none for it. */
function lineOf(symbol: string | undefined, grain: LocationGrain): string | undefined {
  const frames = new FrameTable();
  const mappings = new MappingTable(() => ({ image: undefined, debugImage: undefined }));
  const mapping = mappings.internMapping(mappings.internModule('/usr/lib/libc.so.6', undefined, false), 0);
  const name = { symbol, symbolOffset: 12 };
  const naming: FrameNaming = {
    resolve: () => name,
    expand: () => [name],
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
