/**
 * A process that maps its jitdump file and runs code in memory of its own, where code is generated anew. The dump is
 * assembled by the layout of the kernel's jitdump-specification.txt.
 */

import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RecordedEvent } from '../../parser';
import { NodeFileSystem } from '../../parser/io';
import { GeneratedCode } from '../../symbolizer';
import { FrameTable, MappingTable } from '../../unwinder';
import { GeneratedNames } from './generated-names';

const PID = 77;
const CODE = 0x7f00_0000_1000;
const noImages = () => ({ image: undefined, debugImage: undefined });

function words(...values: (number | bigint)[]): Buffer {
  const parts = values.map((value) => {
    const part = Buffer.alloc(typeof value === 'bigint' ? 8 : 4);
    if (typeof value === 'bigint') part.writeBigUInt64LE(value);
    else part.writeUInt32LE(value);
    return part;
  });
  return Buffer.concat(parts);
}

function codeLoad(timeNs: bigint, address: number, index: bigint, name: string): Buffer {
  const code = Buffer.alloc(0x100);
  const size = BigInt(code.length);
  const numbers = words(PID, PID, BigInt(address), BigInt(address), size, index);
  const body = Buffer.concat([numbers, Buffer.from(`${name}\0`), code]);
  return Buffer.concat([words(0, 16 + body.length, timeNs), body]);
}

const dump = Buffer.concat([
  words(0x4a695444, 1, 40, 62, 0, PID, 0n, 0n),
  codeLoad(100n, CODE, 0n, 'first'),
  codeLoad(200n, CODE + 0x80, 1n, 'second'),
]);

describe('names of generated code', () => {
  let folder: string;
  const problems: string[] = [];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'perf-sframe-generated-'));
    mkdirSync(join(folder, 'tmp'));
    mkdirSync(join(folder, 'home'));
    writeFileSync(join(folder, `tmp/perf-${PID}.map`), `${CODE.toString(16)} 40 listed\n`);
    writeFileSync(join(folder, `home/jit-${PID}.dump`), dump);
    writeFileSync(join(folder, 'home/jit-5.dump'), 'no dump');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function setUp(flags: Partial<RecordedEvent['attr']>) {
    const frames = new FrameTable();
    const mappings = new MappingTable(noImages);
    const code = new GeneratedCode(new NodeFileSystem(), { symfs: folder }, (path, problem) =>
      problems.push(`${path} ${problem}`),
    );
    const events = [{ attr: flags }] as RecordedEvent[];
    const names = new GeneratedNames(code, frames, mappings, events);
    const memory = mappings.internModule(`/tmp/perf-${PID}.map`, undefined, false);
    const mapping = mappings.internMapping(memory, 0);
    const frameOf = (avma: number) =>
      frames.intern(mapping.index, avma % 2 ** 32, Math.floor(avma / 2 ** 32));
    const nameAt = (avma: number, timeNs: number) => {
      const frame = names.frameAt(frameOf(avma), timeNs);
      const { module, delta } = mappings.mappings[frames.mapping[frame]];
      const found = names.find(module, avma, avma - delta);
      return found && `${found.name}+${found.offset} (${module.path})`;
    };
    return { names, mappings, memory, nameAt, frameOf };
  }

  const map = `/tmp/perf-${PID}.map`;
  const dumpPath = `/home/jit-${PID}.dump`;
  const monotonic = { flagsLow: 1 << 25, clockId: 1 } as Partial<RecordedEvent['attr']>;

  test('by the map alone', () => {
    const { nameAt, names, memory } = setUp(monotonic);
    expect(names.knowsTimes).toBe(false);
    expect(names.hasList(memory)).toBe(true);
    expect(nameAt(CODE + 0x3f, 150)).toBe(`listed+63 (${map})`);
    expect(nameAt(CODE + 0x40, 150)).toBeUndefined();
  });

  test('by the dump: what lay there at the time; by the map before', () => {
    const { nameAt, names, mappings } = setUp(monotonic);
    names.noteMapping(PID, mappings.internModule(dumpPath, undefined, false));
    expect(nameAt(CODE + 0x90, 150)).toBe(`first+144 (${dumpPath})`);
    expect(nameAt(CODE + 0x90, 200)).toBe(`second+16 (${dumpPath})`);
    expect(nameAt(CODE + 0x70, 300)).toBe(`first+112 (${dumpPath})`);
    expect(nameAt(CODE + 8, 50)).toBe(`listed+8 (${map})`);
  });

  test('a recording with another clock gets what lay there last', () => {
    const { nameAt, names, mappings } = setUp({ flagsLow: 0, clockId: 0 });
    names.noteMapping(PID, mappings.internModule(dumpPath, undefined, false));
    expect(nameAt(CODE + 0x90, 50)).toBe(`second+16 (${dumpPath})`);
  });

  test('the dump of another process does not count, nor what is not a dump', () => {
    const { nameAt, names, mappings } = setUp(monotonic);
    names.noteMapping(PID + 1, mappings.internModule(dumpPath, undefined, false));
    expect(nameAt(CODE + 8, 150)).toBe(`listed+8 (${map})`);
    names.noteMapping(PID, mappings.internModule('/home/jit-5.dump', undefined, false));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('jit-5.dump');
    expect(nameAt(CODE + 8, 150)).toBe(`listed+8 (${map})`);
  });

  test('a process that left no list is reported', () => {
    const { names, mappings } = setUp(monotonic);
    const other = mappings.internModule('/tmp/perf-6.map', undefined, false);
    expect(names.owns(other)).toBe(true);
    expect(names.describe(other).problem?.text).toContain('/tmp/perf-6.map is not there');
  });
});
