/** Strings read where they are in a file, against the same section in memory. */

import { DwarfSections } from './dwarf-sections';
import { HeldStrings, StringsInFile } from './string-section';
import { openBuiltElf } from './test-support/elf-builder';

const encoder = new TextEncoder();

function open(bytes: Uint8Array) {
  const image = openBuiltElf([{ name: '.debug_str', bytes }]);
  return { image, inFile: new StringsInFile(image, image.findSection('.debug_str')!) };
}

/** Strings of all lengths around those in which the file is read. */
function buildStrings(): Uint8Array {
  const lengths = [0, 1, 4094, 4095, 4096, 4097, 16_384, 70_000, 5, 0, 1_048_575, 1_048_576, 1_048_577, 3];
  return encoder.encode(lengths.map((length, i) => `${'abc'[i % 3].repeat(length)}\0`).join(''));
}

test('each string, from wherever it is asked', () => {
  const bytes = buildStrings();
  const held = new HeldStrings(bytes);
  const { inFile } = open(bytes);
  const offsets = [-1, NaN, bytes.length, bytes.length - 1];
  bytes.forEach((byte, at) => {
    if (byte === 0) offsets.push(at - 4000, at - 1, at, at + 1);
  });
  // Forwards, backwards, and one again: what was read last is asked first.
  const asked = [...offsets, ...offsets.slice().reverse(), offsets[4], offsets[4]];
  expect(asked.map((offset) => inFile.at(offset)?.length)).toEqual(
    asked.map((offset) => held.at(offset)?.length),
  );
  expect(inFile.at(bytes.indexOf(0) + 1)).toBe('b');
});

test('a large section is read where its strings are, and one without an end is said', () => {
  const bytes = buildStrings();
  bytes[bytes.length - 1] = 0x61;
  const { image } = open(bytes);
  const readFile = jest.spyOn(image, 'readFile');
  const sections = DwarfSections.ofImage(image);
  expect(sections.stringAt('str', 1)).toBe('b');
  expect(sections.stringAt('str', bytes.length - 2)).toBeUndefined();
  expect(readFile.mock.calls.map(([, sizeBytes]) => sizeBytes)).toEqual([1, 4096, 2]);
  expect([...image.problems]).toEqual(['section .debug_str is damaged: its last string has no end']);
});
