/**
 * Differential, on the C library of the toolchain root with its debug file (1.5 MB of code, written in C and
 * assembly, built in a folder that is stated as relative): functions, what is inlined there and lines equal what
 * eu-addr2line says, or addr2line where elfutils is known to be wrong (test-support/addr2line.ts).
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { formatHex } from '../../bytes';
import { askAddr2line, describeAddress, findAgreement, type FramePosition } from '../test-support/addr2line';
import { makeCompiledFolder, type CompiledFolder } from '../test-support/compiled';
import { describeWith, hasToolchain, openElf, TOOLCHAIN } from '../test-support/places';
import { DebugInfo } from './debug-info';

const LIBRARY = '/usr/lib/x86_64-linux-gnu/libc.so.6';
/** A prime: meets every offset within instructions. */
const STEP = 127;

function debugFileOf(library: string): string {
  const digits = formatHex(openElf(library).buildId!);
  return join(TOOLCHAIN, 'usr/lib/debug/.build-id', digits.slice(0, 2), `${digits.slice(2)}.debug`);
}

const library = join(TOOLCHAIN, LIBRARY);
const hasDebugFile = hasToolchain && existsSync(library) && existsSync(debugFileOf(library));

describeWith({ 'debug file of libc': hasDebugFile }, 'addresses of libc.so.6', () => {
  let folder: CompiledFolder;
  beforeAll(() => {
    folder = makeCompiledFolder();
  });
  afterAll(() => folder.remove());

  test('equal addr2line', () => {
    const info = DebugInfo.open(openElf(debugFileOf(library)))!;
    const text = openElf(library).findSection('.text')!;
    const svmas = Array.from({ length: Math.floor(text.sizeBytes / STEP) }, (_, i) => text.svma + i * STEP);
    const elfutils = askAddr2line(folder, 'eu-addr2line', LIBRARY, svmas);
    const binutils = askAddr2line(folder, 'addr2line', LIBRARY, svmas);
    const counts = { elfutils: 0, binutils: 0, none: 0, lineOnly: 0, nothing: 0 };
    const disagreeing: unknown[] = [];
    svmas.forEach((svma, i) => {
      const ours = describeAddress(info, svma);
      if (ours.length === 0) {
        // Assembly has lines and no functions; tools name its functions by the symbol table.
        const line = info.findLine(svma);
        const theirs = elfutils[i][0];
        const agree =
          theirs === undefined || line === undefined ? (theirs?.line ?? 0) === 0 : line.line === theirs.line;
        counts[line ? 'lineOnly' : 'nothing']++;
        if (!agree) disagreeing.push({ svma: svma.toString(16), line, elfutils: elfutils[i] });
        return;
      }
      const agreement = findAgreement(ours, likeOurs(elfutils[i], ours), likeOurs(binutils[i], ours));
      counts[agreement]++;
      if (agreement === 'none')
        disagreeing.push({ svma: svma.toString(16), ours, elfutils: elfutils[i], binutils: binutils[i] });
    });
    expect(disagreeing.slice(0, 3)).toEqual([]);
    // Elfutils is right about nearly all; of the rest, binutils decides.
    expect(counts.elfutils).toBeGreaterThan(0.95 * svmas.length);
    expect(counts.binutils).toBeLessThan(0.01 * svmas.length);
    expect(info.findings).toEqual([]);
  });
});

/**
 * Answers with our spelling where it differs for a reason: binutils puts the relative folder of compilation before
 * relative names, and both name a function itself by one of its symbols.
 */
function likeOurs(theirs: readonly FramePosition[], ours: readonly FramePosition[]): FramePosition[] {
  return theirs.map((frame, i) => {
    const own = ours[i];
    if (!own) return frame;
    const file = frame.file.endsWith(own.file) ? own.file : frame.file;
    return { ...frame, file, name: i === theirs.length - 1 ? own.name : frame.name };
  });
}
