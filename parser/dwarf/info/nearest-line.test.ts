/** Differential: the lines that libdw has outside of all code that lines describe equal eu-addr2line's. */

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryFolder } from '../../../test-data/test-support/places';
import { askAddr2line } from '../test-support/addr2line';
import { makeCompiledFolder, type CompiledFolder } from '../test-support/compiled';
import { describeWith, hasToolchain, openElf } from '../test-support/places';
import { DebugInfo } from './debug-info';

/** Short of every address, and no multiple of the alignment of functions. */
const STEP = 5;

describeWith({ toolchain: hasToolchain }, 'lines outside of all described code equal eu-addr2line', () => {
  let folder: CompiledFolder;
  beforeAll(() => {
    folder = makeCompiledFolder();
    // Its main ends with a line at the very end, in front of _start; many of its functions are padded.
    for (const name of ['virtual-calls.cpp', 'workload.h'])
      copyFileSync(join(repositoryFolder, 'test-data/workloads', name), join(folder.folder, name));
  });
  afterAll(() => folder.remove());

  test.each([
    ['-O2', ['-no-pie', '-fno-pie']],
    ['-O2', []],
    ['-O3', ['-no-pie', '-fno-pie', '-gdwarf-4']],
  ])('C++, %s %p', (level, flags) => {
    const sources = ['-std=c++20', 'virtual-calls.cpp', '-o', 'program'];
    folder.run(['g++', level, '-g', '-fomit-frame-pointer', ...flags, ...sources]);
    const image = openElf(join(folder.folder, 'program'));
    const info = DebugInfo.open(image)!;
    const svmas = ['.init', '.plt', '.text', '.fini'].flatMap((name) => {
      const section = image.findSection(name);
      const count = Math.floor((section?.sizeBytes ?? 0) / STEP);
      return Array.from({ length: count }, (_, i) => section!.svma + i * STEP);
    });
    const undescribed = svmas.filter((svma) => info.findLine(svma) === undefined);
    const elfutils = askAddr2line(folder, 'eu-addr2line', join(folder.folder, 'program'), undescribed);
    const answers = undescribed.map((svma, i) => {
      const [{ file, line }] = elfutils[i];
      return { svma, line: line === 0 ? '??:0' : `${file}:${line}` };
    });
    const ours = undescribed.map((svma) => {
      const found = info.findNearestLine(svma);
      return { svma, line: found ? `${found.file}:${found.line}` : '??:0' };
    });
    expect(ours).toEqual(answers);
    // Both kinds are there.
    const known = answers.filter(({ line }) => line !== '??:0').length;
    expect(known).toBeGreaterThan(20);
    expect(answers.length - known).toBeGreaterThan(20);
  });
});
