/**
 * What is made of real programs: beside the section that gas and ld wrote, row by row and byte by byte; by readelf's
 * reading; and, of libraries that have none, against the .eh_frame that it was made from.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatSFrameDump } from '../../cli/sframe/test-support/sframe-dump';
import { ElfImage, MemoryByteSource, readSFrameSections } from '../../parser';
import { declareLeftOut, describeWhere } from '../../test-data/test-support/left-out';
import {
  hasToolchain,
  repositoryFolder,
  sharedRecordingsFolder,
  toolchainFolder,
  toolchainIsRequired,
  workFolder,
} from '../../test-data/test-support/places';
import { expectGasRows } from '../test-support/beside-gas';
import { findKernelRefusals } from '../kernel-audit';
import { verdictOf } from '../verdict';
import { verifyImage } from '../verification';
import { writeDetachedSFrame } from './detached-file';
import { makeSFrame, openMadeSFrame } from './make-section';

function imageOf(path: string): ElfImage {
  return ElfImage.parse(new MemoryByteSource(path, readFileSync(path)));
}

function programsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && /(^|\/)[^.]+(\.so)?$/.test(path) && isElf(path));
}

function isElf(path: string): boolean {
  return readFileSync(path).subarray(0, 4).equals(Buffer.from('\x7fELF', 'latin1'));
}

describe('beside the sections that gas and ld wrote', () => {
  test.each(programsIn(join(repositoryFolder, 'test-data/recordings/root/w/bin')))('%s', (path) => {
    expectGasRows(imageOf(path));
  });

  // All but the program whose tables are broken by hand.
  const fresh = programsIn(join(workFolder, 'bin')).filter(
    (path) => !path.endsWith('unwind-causes') && readSFrameSections(imageOf(path)).sections.length > 0,
  );
  if (fresh.length > 0)
    test.each(fresh)('fresh: %s', (path) => {
      expectGasRows(imageOf(path));
    });
  else declareLeftOut('the workloads', 'they are not built; test-data/workloads/build.sh does');

  const shared = ['aarch64', 's390x'].flatMap((name) =>
    programsIn(join(sharedRecordingsFolder, name, 'root/w')),
  );
  if (shared.length === 0) declareLeftOut('programs of the shared recordings', 'they are not here');
  else
    test.each(shared)('%s', (path) => {
      expectGasRows(imageOf(path));
    });
});

describeWhere(
  hasToolchain() || toolchainIsRequired,
  'with the toolchain',
  'there is no toolchain root',
  () => {
    const folder = join(workFolder, 'sframe-make');
    const programs = programsIn(join(repositoryFolder, 'test-data/recordings/root/w/bin'));

    beforeAll(() => {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
    });

    test.each(programs)('readelf prints the detached file of %s, and we print the same', (path) => {
      const image = imageOf(path);
      const made = makeSFrame(image);
      const detached = join(folder, 'made.sframe');
      writeFileSync(detached, writeDetachedSFrame(made, image));
      const text = execFileSync(
        join(repositoryFolder, 'test-data/toolchain/enter.sh'),
        ['sh', '-c', 'readelf -SlnW made.sframe && readelf --sframe made.sframe 2>&1'],
        { env: { ...process.env, ENTER_BIND: `${folder}:/w` }, encoding: 'utf8' },
      );
      const at = text.indexOf('Contents of the SFrame section');
      expect(text.slice(at)).toBe(formatSFrameDump(imageOf(detached)));
      const sizeHex = made.bytes.length.toString(16).padStart(6, '0');
      expect(text).toMatch(
        new RegExp(`\\.sframe +GNU_SFRAME +${made.svma.toString(16).padStart(16, '0')} 001000 ${sizeHex}`),
      );
      expect(text).toContain(`Build ID: ${Buffer.from(image.buildId!).toString('hex')}`);
    });

    test('libraries of the system: every byte that is covered agrees with .eh_frame, what is left out adds up', () => {
      const libraries = join(toolchainFolder, 'usr/lib/x86_64-linux-gnu');
      const paths = readdirSync(libraries)
        .filter((name) => /\.so\.\d/.test(name))
        .map((name) => join(libraries, name))
        .filter((path) => statSync(path).isFile() && statSync(path).size < 3_000_000);
      const chosen = paths.slice(0, 60);
      for (const needed of ['libc.so.6', 'libstdc++.so.6']) {
        if (!chosen.some((path) => path.endsWith(needed))) chosen.push(join(libraries, needed));
      }
      expect(chosen.length).toBeGreaterThan(50);
      for (const path of chosen) {
        const image = imageOf(path);
        const made = makeSFrame(image);
        const sections = openMadeSFrame(made, path);
        const verification = verifyImage(image, { sections });
        expect([path, verdictOf(verification)]).toEqual([path, 'agrees']);
        const refusals = findKernelRefusals(image, made).map(({ id }) => id);
        expect([path, refusals]).toEqual([path, []]);
        const { leftOut, madeFunctions } = made;
        expect(verification.referenceFdes).toBe(madeFunctions + leftOut.length);
        expect(verification.uncoveredFdes).toBe(leftOut.filter(({ cause }) => cause !== 'overlap').length);
      }
    }, 300_000);
  },
);
