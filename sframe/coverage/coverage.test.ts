/** What is counted, on made images and on a committed program whose numbers readelf -SW, -sW and -wf print. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ElfImage, MemoryByteSource } from '../../parser';
import { AARCH64, AMD64 } from '../../parser/sframe/test-support/sframe-builder';
import { repositoryFolder } from '../../test-data/test-support/places';
import { measureCoverage } from './coverage';
import { findMissingFunctions } from './missing-functions';
import {
  advance,
  defCfaExpression,
  inRegister,
  makeImage,
  undefinedRegister,
} from '../test-support/made-image';

const row = [{ start: 0, words: [8] }];

function missingIn(image: ElfImage, limit = Infinity) {
  return findMissingFunctions(image, measureCoverage(image).places, limit);
}

test('a committed program', () => {
  const path = join(repositoryFolder, 'test-data/recordings/root/w/bin/blur-image-nofp');
  const image = ElfImage.parse(new MemoryByteSource(path, readFileSync(path)));
  const { coverage } = measureCoverage(image);
  expect(coverage).toMatchObject({
    versions: [3],
    abiName: 'AMD64',
    codeBytes: 0x772,
    // The sum of the functions' sizes; the rest is padding.
    bytes: { both: 1833, ehFrameOnly: 0, sframeOnly: 0, neither: 0x772 - 1833 },
    betweenFunctionsBytes: 0x772 - 1833,
    functions: { both: 12, ehFrameOnly: 0, sframeOnly: 0, neither: 0 },
    sframeSizeBytes: 0x1e6,
    ehFrameSizeBytes: 0x1ec,
    ehFrameHdrSizeBytes: 0,
  });
  expect(coverage.rows).toMatchObject({ fdes: 12, fres: 52, maskFdes: 0, signalFdes: 0 });
  expect(missingIn(image)).toEqual([]);
});

test('without section headers: tables by their segments, with the sizes that the headers say', () => {
  const bytes = new Uint8Array(readFileSync(process.execPath));
  const measure = () => measureCoverage(ElfImage.parse(new MemoryByteSource('node', bytes))).coverage;
  const { ehFrameSizeBytes, ehFrameHdrSizeBytes, functions } = measure();
  // e_shoff, e_shnum and e_shstrndx.
  bytes.fill(0, 40, 48);
  bytes.fill(0, 60, 64);
  const found = measure();
  expect(ehFrameSizeBytes).toBeGreaterThan(1000);
  expect(found).toMatchObject({ ehFrameSizeBytes, ehFrameHdrSizeBytes });
  expect(found.functions.ehFrameOnly).toBe(functions.ehFrameOnly);
});

test('both tables, one of them, neither', () => {
  const image = makeImage({
    abi: AMD64,
    code: [{ name: '.text', svma: 0x1000, sizeBytes: 0x100 }],
    ehFrame: [
      { start: 0x1000, sizeBytes: 0x10 },
      { start: 0x1010, sizeBytes: 0x20 },
    ],
    sframe: {
      fdes: [
        { start: 0x1000, sizeBytes: 0x18, fres: row },
        { start: 0x1040, sizeBytes: 0x08, fres: row },
      ],
    },
  });
  const { coverage } = measureCoverage(image);
  expect(coverage.bytes).toEqual({ both: 0x18, ehFrameOnly: 0x18, sframeOnly: 0x08, neither: 0x100 - 0x38 });
  expect(coverage.functions).toEqual({ both: 2, ehFrameOnly: 0, sframeOnly: 1, neither: 0 });
});

test('FDEs outside the code and FDEs that overlap are not counted twice', () => {
  const image = makeImage({
    abi: AMD64,
    code: [{ name: '.text', svma: 0x1000, sizeBytes: 0x20 }],
    ehFrame: [],
    sframe: {
      fdes: [
        { start: 0x0800, sizeBytes: 0x10, fres: row },
        { start: 0x1000, sizeBytes: 0x18, fres: row },
        { start: 0x1008, sizeBytes: 0x1000, fres: row },
      ],
    },
  });
  const { coverage } = measureCoverage(image);
  expect(coverage.bytes).toEqual({ both: 0, ehFrameOnly: 0, sframeOnly: 0x20, neither: 0 });
});

test('rows by type', () => {
  const image = makeImage({
    abi: AMD64,
    sframe: {
      fdes: [
        { start: 0x1000, sizeBytes: 16, fres: row },
        { start: 0x1010, sizeBytes: 16, fres: [...row, { start: 4, words: [16] }], startSizeBytes: 2 },
        { start: 0x1020, sizeBytes: 16, fres: row, startSizeBytes: 4, isMask: true, repSize: 16 },
        {
          start: 0x1030,
          sizeBytes: 16,
          fres: [{ start: 0, words: [0x39, 8] }],
          isFlex: true,
          isSignal: true,
        },
        { start: 0x1040, sizeBytes: 16, fres: [] },
      ],
    },
  });
  expect(measureCoverage(image).coverage.rows).toEqual({
    fdes: 5,
    flexFdes: 1,
    maskFdes: 1,
    signalFdes: 1,
    emptyFdes: 1,
    fres: 5,
    fresByStartSize: [2, 2, 1],
    flexFres: 1,
  });
});

test('what is missing, the largest first, and what follows from it', () => {
  const image = makeImage({
    abi: AARCH64,
    code: [
      { name: '.plt', svma: 0x1000, sizeBytes: 0x20 },
      { name: '.text', svma: 0x2000, sizeBytes: 0x100 },
    ],
    ehFrame: [
      { start: 0x1000, sizeBytes: 0x20 },
      { start: 0x2000, sizeBytes: 0x08, instructions: [undefinedRegister(30)] },
      { start: 0x2010, sizeBytes: 0x30, isSignal: true },
      { start: 0x2040, sizeBytes: 0x18, instructions: [advance(4), inRegister(30, 9)] },
      { start: 0x2060, sizeBytes: 0x10, instructions: [defCfaExpression(0x8f, 8, 0x06)] },
      { start: 0x2070, sizeBytes: 0x04 },
      { start: 0x2080, sizeBytes: 0x80 },
    ],
    sframe: { fdes: [{ start: 0x2080, sizeBytes: 0x80, fres: [{ start: 0, words: [0] }] }] },
  });
  const missing = missingIn(image);
  expect(missing.map(({ startSvma, consequence, cause }) => [startSvma, consequence, cause])).toEqual([
    [0x2010, 'signal-stacks-end', 'no-sframe'],
    [0x1000, 'plt-samples', 'linker-plt'],
    [0x2040, 'stacks-end', 'ra-in-register'],
    [0x2060, 'stacks-end', 'expression'],
    [0x2000, 'none-outermost', 'no-sframe'],
    [0x2070, 'stacks-end', 'no-sframe'],
  ]);
  expect(missingIn(image, 2).map(({ startSvma }) => startSvma)).toEqual([0x2010, 0x1000]);
});

test('damaged FDEs cover nothing, an unreadable section is reported', () => {
  const sframe = { fdes: [{ start: 0x1000, sizeBytes: 16, fres: row }] };
  const damaged = makeImage({ abi: AMD64, sframe, damage: (built) => built.patch('fde0.info', 0xf) });
  expect(measureCoverage(damaged).coverage.bytes.sframeOnly).toBe(0);
  const old = makeImage({ abi: AMD64, sframe, damage: (built) => built.patch('header.version', 1) });
  const { coverage } = measureCoverage(old);
  expect(coverage.versions).toEqual([]);
  expect(coverage.findings[0].text).toContain('Version 1 is obsolete');
});
