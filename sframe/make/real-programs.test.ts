/**
 * Programs that are in wide use, which test-data/workloads/build-real.sh builds with and without SFrame: what is made of either
 * says what gas and ld wrote. With REAL_TABLE set it prints the table of docs/findings.md.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ElfImage, MemoryByteSource } from '../../parser';
import { describeWhere } from '../../test-data/test-support/left-out';
import { workFolder } from '../../test-data/test-support/places';
import { expectGasRows } from '../test-support/beside-gas';
import { verdictOf } from '../verdict';
import { verifyImage } from '../verification';
import { makeSFrame, openMadeSFrame } from './make-section';

const folder = join(workFolder, 'real/bin');

function imageOf(path: string): ElfImage {
  return ElfImage.parse(new MemoryByteSource(path, readFileSync(path)));
}

const programs = existsSync(folder)
  ? readdirSync(folder).flatMap((machine) =>
      readdirSync(join(folder, machine))
        .filter((name) => !name.endsWith('-without'))
        .map((name) => `${machine}/${name}`),
    )
  : [];

describeWhere(
  programs.length > 0,
  'programs in wide use',
  'they are not built; test-data/workloads/build-real.sh does',
  () => {
    const table: (string | number)[][] = [];

    test.each(programs)(
      '%s',
      (name) => {
        const image = imageOf(join(folder, name));
        const { made, section, gas, gasBytes, madeBytes, causes, wrongBytes } = expectGasRows(image);
        expect(verdictOf(verifyImage(image, { sections: openMadeSFrame(made, name) }))).toBe('agrees');
        const leftOut = made.leftOut.map(({ cause }) => cause);
        const saved = causes.repeatedRows + causes.narrowerStarts + causes.joinedPlt;
        const added = causes.madeAlone + causes.emptyFde + causes.wrongRows;
        table.push([name, gas.fdeCount, section.fdeCount, gasBytes, madeBytes, saved, added, wrongBytes]);
        table.at(-1)!.push([...new Set(leftOut)].join(' ') || 'none');

        // The same code without the section: the same rows, though at other addresses.
        const without = makeSFrame(imageOf(join(folder, `${name}-without`)));
        const rows = (bytes: Uint8Array): Uint8Array => bytes.subarray(28 + 16 * made.fdeCount);
        expect(without.fdeCount).toBe(made.fdeCount);
        expect(Buffer.compare(rows(without.bytes), rows(made.bytes))).toBe(0);
      },
      120_000,
    );

    afterAll(() => {
      if (!process.env.REAL_TABLE) return;
      process.stdout.write(`${table.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`);
    });
  },
);
