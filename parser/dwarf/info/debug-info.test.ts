/** Differential: the functions and lines of every address of compiled programs equal eu-addr2line's, or addr2line's. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadDecompressors } from '../../bytes';
import { askAddr2line, describeAddress, findAgreement } from '../test-support/addr2line';
import { makeCompiledFolder, type CompiledFolder } from '../test-support/compiled';
import { describeWith, hasToolchain, openElf, TOOLCHAIN } from '../test-support/places';
import { DebugInfo } from './debug-info';
import type { DebugFileResolver } from './split-units';

/** Asking for every address would take minutes; a prime step meets every offset within instructions. */
const STEP = 13;

const openIfThere = (path: string) => (existsSync(path) ? openElf(path) : undefined);

// Node.js before 22.15 has no zstd of its own.
beforeAll(loadDecompressors);

describeWith({ toolchain: hasToolchain }, 'functions and lines equal addr2line', () => {
  let folder: CompiledFolder;
  let plainPath: string | undefined;
  beforeAll(() => {
    folder = makeCompiledFolder();
  });
  afterAll(() => folder.remove());

  /**
   * Compares the addresses of .text with what the tools say; returns how many a function was found for.
   *
   * @param withBinutils false where binutils cannot read the form: then elfutils must agree on all but the few that
   *   it gets wrong, see addr2line.ts
   */
  const compare = (path: string, resolver?: DebugFileResolver, withBinutils = true): number => {
    const { info, svmas } = open(path, resolver);
    const elfutils = askAddr2line(folder, 'eu-addr2line', path, svmas);
    const binutils = withBinutils ? askAddr2line(folder, 'addr2line', path, svmas) : elfutils;
    const disagreeing: unknown[] = [];
    let described = 0;
    let agreeing = 0;
    svmas.forEach((svma, i) => {
      const ours = describeAddress(info, svma);
      // Padding and start-up code has no function: elfutils prints ??, or nothing but a symbol.
      if (ours.length === 0) {
        const isDescribed = elfutils[i].length > 1 && elfutils[i][0].name !== '??';
        if (isDescribed) disagreeing.push({ svma, elfutils: elfutils[i] });
        return;
      }
      described++;
      const agreement = findAgreement(ours, elfutils[i], binutils[i]);
      if (agreement === 'elfutils') agreeing++;
      if (agreement !== 'none' || !withBinutils) return;
      disagreeing.push({ svma: svma.toString(16), ours, elfutils: elfutils[i], binutils: binutils[i] });
    });
    expect(disagreeing.slice(0, 3)).toEqual([]);
    // Binutils decides about the rest: up to 3 %, or 13 % where functions come from several units (LTO).
    expect(agreeing / described).toBeGreaterThan(withBinutils ? 0.8 : 0.95);
    expect(info.findings).toEqual([]);
    return described;
  };

  /** The same code, its debug information in another form: what holds for the plain form holds for this one. */
  const compareWithPlainForm = (flags: readonly string[], resolver?: DebugFileResolver) => {
    plainPath ??= folder.compile('shapes', 'plain', ['-g', '-O2']);
    const plain = open(plainPath);
    const path = folder.compile('shapes', 'program', ['-g', '-O2', ...flags]);
    const other = open(path, resolver);
    expect(other.code).toEqual(plain.code);
    const describeAll = ({ info, svmas }: typeof plain) => svmas.map((svma) => describeAddress(info, svma));
    expect(describeAll(other)).toEqual(describeAll(plain));
    // Elfutils prints no functions of split units.
    if (!resolver) expect(compare(path, resolver, false)).toBeGreaterThan(400);
  };

  const open = (path: string, resolver?: DebugFileResolver) => {
    const image = openElf(path);
    const text = image.findSection('.text')!;
    const count = Math.floor(text.sizeBytes / STEP);
    const svmas = Array.from({ length: count }, (_, i) => text.svma + i * STEP);
    return { info: DebugInfo.open(image, resolver)!, svmas, code: image.readSection(text) };
  };

  test.each([
    ['-g -O2', ['-g', '-O2']],
    ['-g -O3', ['-g', '-O3']],
    ['-g -O0', ['-g', '-O0']],
    ['-gdwarf-4 -O3', ['-gdwarf-4', '-O3']],
    ['-gdwarf-3', ['-gdwarf-3', '-O2']],
    ['unused functions discarded', ['-g', '-O2', '-ffunction-sections', '-Wl,--gc-sections']],
    ['link-time optimization', ['-g', '-O2', '-flto']],
  ])('C++, %s', (_name, flags) => {
    expect(compare(folder.compile('shapes', 'program', flags))).toBeGreaterThan(150);
  });

  test.each([
    ['64-bit DWARF', ['-gdwarf64']],
    ['sections compressed with zlib', ['-gz=zlib']],
    ['sections compressed with zstd', ['-gz=zstd']],
    ['type units', ['-fdebug-types-section']],
    ['type units of DWARF 4', ['-gdwarf-4', '-fdebug-types-section']],
  ])('C++, the same code with %s', (_name, flags) => compareWithPlainForm(flags));

  test.each([
    ['', ['-g', '-O2']],
    ['', ['-gdwarf-4', '-O3']],
    ['aarch64-linux-gnu-', ['-g', '-O2']],
    ['s390x-linux-gnu-', ['-g', '-O2']],
    ['s390x-linux-gnu-', ['-gdwarf-4', '-O3']],
  ])('C, %sgcc %p', (prefix, flags) => {
    expect(compare(folder.compile('steps', 'program', flags, prefix))).toBeGreaterThan(45);
  });

  test('C++ without .debug_aranges, as clang writes it', () => {
    const path = folder.compile('shapes', 'program', ['-g', '-O2']);
    const listed = open(path);
    folder.run(['objcopy', '--remove-section=.debug_aranges', path, `${path}.unlisted`]);
    const unlisted = open(`${path}.unlisted`);
    expect(openElf(`${path}.unlisted`).findSection('.debug_aranges')).toBeUndefined();
    for (const svma of listed.svmas) {
      expect(describeAddress(unlisted.info, svma)).toEqual(describeAddress(listed.info, svma));
    }
  });

  describe('split DWARF', () => {
    const openSplitUnit = (name: string, directory: string | undefined) =>
      openIfThere(join(directory ?? '', name));

    test.each([['-gdwarf-5'], ['-gdwarf-4']])('%s', (version) => {
      compareWithPlainForm([version, '-gsplit-dwarf'], { openSplitUnit });
    });

    test('a missing .dwo is counted; the lines are known all the same', () => {
      const path = folder.compile('steps', 'program', ['-g', '-O2', '-gsplit-dwarf']);
      const image = openElf(path);
      const info = DebugInfo.open(image)!;
      const digest = Number(`0x${/^(\S+) T digest$/m.exec(folder.run(['nm', path]))![1]}`);
      expect(info.inlineChain(digest)).toEqual([]);
      expect(info.findLine(digest)?.file).toBe(join(folder.folder, 'steps.c'));
      expect(info.findings.map((finding) => finding.code)).toEqual(['missing-split-unit']);
    });

    test('a .dwo of another build is not used', () => {
      const path = folder.compile('steps', 'program', ['-g', '-O2', '-gsplit-dwarf']);
      const digest = Number(`0x${/^(\S+) T digest$/m.exec(folder.run(['nm', path]))![1]}`);
      folder.run(['gcc', '-c', '-g', '-O1', '-gsplit-dwarf', '-DOTHER', 'steps.c', '-o', 'other.o']);
      const info = DebugInfo.open(openElf(path), {
        openSplitUnit: () => openElf(join(folder.folder, 'other.dwo')),
      })!;
      info.inlineChain(digest);
      expect(info.findings.map((finding) => finding.code)).toEqual(['missing-split-unit']);
    });
  });

  describeWith({ dwz: existsSync(join(TOOLCHAIN, 'usr/bin/dwz')) }, 'files that dwz made smaller', () => {
    test.each([['-gdwarf-4'], ['-gdwarf-5']])('%s', (version) => {
      const plain = folder.compile('shapes', 'plain', ['-g', '-O2', version]);
      folder.run(['cp', 'plain', 'one']);
      folder.run(['cp', 'plain', 'two']);
      folder.run(['dwz', '-m', 'shared.debug', 'one', 'two']);
      const openSupplementary = (name: string) => openIfThere(join(folder.folder, name));
      const [before, after] = [open(plain), open(join(folder.folder, 'one'), { openSupplementary })];
      for (const svma of before.svmas) {
        expect(describeAddress(after.info, svma)).toEqual(describeAddress(before.info, svma));
      }
    });
  });
});
