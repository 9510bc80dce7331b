/**
 * Differential, on a program with 3.5 MB of code in C++ at -O2, inlined several levels deep
 * (test-data/workloads/large-program.cpp): functions, what is inlined there and lines equal what eu-addr2line -i says, or
 * addr2line -i where elfutils is known to be wrong (test-support/addr2line.ts).
 */

import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { workFolder } from '../../../test-data/test-support/places';
import { askAddr2line, describeAddress, findAgreement } from '../test-support/addr2line';
import { makeCompiledFolder } from '../test-support/compiled';
import { describeWith, hasToolchain, openElf } from '../test-support/places';
import { DebugInfo } from './debug-info';

const program = join(workFolder, 'bin/large-program');
/** A prime: meets every offset within instructions. eu-addr2line takes 8 ms for an address. */
const STEP = 1499;

const needs = { toolchain: hasToolchain, 'large-program of build.sh': existsSync(program) };

describeWith(needs, 'addresses of a large C++ program', () => {
  const folder = makeCompiledFolder();
  afterAll(() => folder.remove());

  test('equal addr2line', () => {
    const copy = join(folder.folder, 'large-program');
    copyFileSync(program, copy);
    const image = openElf(copy);
    const text = image.findSection('.text')!;
    expect(text.sizeBytes).toBeGreaterThan(3_000_000);
    const info = DebugInfo.open(image)!;
    const svmas = Array.from({ length: Math.floor(text.sizeBytes / STEP) }, (_, i) => text.svma + i * STEP);
    const ours = svmas.map((svma) => describeAddress(info, svma));
    const elfutils = askAddr2line(folder, 'eu-addr2line', copy, svmas);

    // Start code has no debug information: neither has anything to say.
    const described = svmas.flatMap((_, i) => (ours[i].length > 0 ? [i] : []));
    const silent = svmas.flatMap((_, i) => (ours[i].length > 0 ? [] : [i]));
    expect(silent.length).toBeLessThan(10);
    for (const i of silent) expect(elfutils[i].every(({ line }) => line === 0)).toBe(true);

    const others = described.filter((i) => findAgreement(ours[i], elfutils[i], []) !== 'elfutils');
    const binutils = askAddr2line(
      folder,
      'addr2line',
      copy,
      others.map((i) => svmas[i]),
    );
    const wrong = others.filter((i, at) => findAgreement(ours[i], elfutils[i], binutils[at]) === 'none');
    expect(
      wrong.slice(0, 2).map((i) => ({
        svma: svmas[i].toString(16),
        ours: ours[i],
        elfutils: elfutils[i],
        binutils: binutils[others.indexOf(i)],
      })),
    ).toEqual([]);
    // Elfutils is right about more than nine of ten, some of them six functions deep.
    expect(others.length).toBeLessThan(0.1 * svmas.length);
    expect(Math.max(...ours.map((frames) => frames.length))).toBeGreaterThanOrEqual(5);
  });
});
