import { ExportFrames } from './frames';

test('frames come back as they went in, and equal ones are one', () => {
  const frames = new ExportFrames();
  const inlined = [
    { function: 4, line: 12, isInlined: true },
    { function: 2, line: 2 ** 40, isInlined: false },
  ];
  const given = [
    { binary: 0, address: 0x1040, lines: inlined },
    { binary: 1, address: 0x1040, lines: inlined },
    { binary: 1, address: -0x7f00_1234, lines: inlined.slice(1) },
    { binary: 1, address: 0x7fff_dead_b000, lines: [] },
    { binary: 0, address: 0x1040, lines: inlined.slice(1) },
  ];
  const places = [...given, ...given].map((frame) => frames.intern(frame));
  expect(places).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4]);
  expect(frames.count).toBe(5);
  expect(
    given.map((_, i) => ({
      binary: frames.binary(i),
      address: frames.address(i),
      lines: frames.lines(i),
    })),
  ).toEqual(given);
});
