import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describeWhere } from '../../test-data/test-support/left-out';
import { ParseError } from '../../parser';
import { unpackXz } from './xz-stream';

const MOST = 1 << 26;

function hasXz(): boolean {
  try {
    execFileSync('xz', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function pack(bytes: Uint8Array, ...options: string[]): Buffer {
  return execFileSync('xz', ['-c', ...options], { input: bytes, maxBuffer: MOST });
}

/** Bytes without pattern, the same in every run. */
function noise(size: number): Uint8Array {
  let state = 12345;
  return Uint8Array.from({ length: size }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 24;
  });
}

const subjects: [string, () => Uint8Array][] = [
  ['nothing', () => new Uint8Array(0)],
  ['one byte', () => Uint8Array.of(7)],
  ['a long repetition', () => new Uint8Array(1_000_000).fill(0x61)],
  ['noise, which stays plain', () => noise(150_000)],
  ['noise, then its repetition', () => Uint8Array.from([...noise(70_000), ...noise(70_000)])],
  ['machine code', () => readFileSync(process.execPath).subarray(0x10_0000, 0x18_0000)],
  ['text', () => readFileSync(__filename)],
];

const options: [string, string[]][] = [
  ['as it is', []],
  ['-9e, no check', ['-9e', '--check=none']],
  ['-0, CRC-32', ['-0', '--check=crc32']],
  ['SHA-256', ['--check=sha256']],
  ['other literal and position bits', ['--lzma2=lc=1,lp=3,pb=0']],
  ['several blocks with sizes', ['-T2', '--block-size=100000']],
];

describeWhere(hasXz(), 'what the program xz packs', 'it is not on this machine', () => {
  describe.each(subjects)('unpacks %s', (_name, subject) => {
    test.each(options)('packed %s', (_how, flags) => {
      const bytes = subject();
      const unpacked = unpackXz(pack(bytes, ...flags), 'x', MOST);
      expect(Buffer.compare(unpacked, bytes)).toBe(0);
    });
  });

  test('refuses what it cannot unpack', () => {
    const packed = pack(noise(5000));
    expect(() => unpackXz(packed, 'x', 4999)).toThrow(ParseError);
    expect(() => unpackXz(pack(noise(5000), '--x86', '--lzma2'), 'x', MOST)).toThrow(
      /x: \.xz filters: found 2/,
    );
    expect(() => unpackXz(new TextEncoder().encode('some text, not packed at all'), 'x', MOST)).toThrow(
      ParseError,
    );
  });

  test('damage is found out, wherever it is', () => {
    const bytes = new TextEncoder().encode('a function, another function, '.repeat(300));
    const packed = pack(bytes);
    // What follows the check of the only block (the index, which is not read) can be damaged without harm.
    const checkEnd = packed.length - 12 - packed.readUInt32LE(packed.length - 8) * 4 - 4;
    for (let at = 0; at < checkEnd; at++) {
      const damaged = Buffer.from(packed);
      damaged[at] ^= 0x55;
      expect([at, attempt(damaged)]).toEqual([at, 'refused']);
      expect(() => unpackXz(packed.subarray(0, at), 'x', MOST)).toThrow(ParseError);
    }
  });
});

function attempt(packed: Uint8Array): string {
  try {
    unpackXz(packed, 'x', MOST);
    return 'unpacked';
  } catch (error) {
    return error instanceof ParseError ? 'refused' : String(error);
  }
}
