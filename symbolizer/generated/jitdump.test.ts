import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryByteSource, ParseError } from '../../parser';
import { JitDump, isJitDumpPath } from './jitdump';
import { PerfMap } from './perf-map';

/** Assembles a jitdump file. */
class DumpBuilder {
  private readonly parts: Buffer[] = [];

  constructor(private readonly littleEndian = true) {
    const u = (value: number) => this.u32(value);
    this.parts.push(u(0x4a695444), u(1), u(40), u(62), u(0), u(77), this.u64(5), this.u64(0));
  }

  load(timeNs: number, address: number, sizeBytes: number, index: number, name: string): this {
    const ids = [this.u32(77), this.u32(78)];
    const numbers = [0xdead_0000, address, sizeBytes, index].map((value) => this.u64(value));
    const code = Buffer.alloc(sizeBytes, index);
    return this.record(0, timeNs, [...ids, ...numbers, Buffer.from(`${name}\0`), code]);
  }

  move(timeNs: number, from: number, to: number, sizeBytes: number, index: number): this {
    const ids = [this.u32(77), this.u32(78)];
    return this.record(1, timeNs, [
      ...ids,
      ...[to, from, to, sizeBytes, index].map((value) => this.u64(value)),
    ]);
  }

  debugInfo(address: number, entries: readonly (readonly [number, number, string])[]): this {
    const body = [this.u64(address), this.u64(entries.length)];
    for (const [avma, line, file] of entries) {
      body.push(this.u64(avma), this.u32(line), this.u32(0), Buffer.from(`${file}\0`, 'latin1'));
    }
    return this.record(2, 0, body);
  }

  unwinding(bytes: Buffer, headerSize: number): this {
    return this.record(4, 0, [
      this.u64(bytes.length),
      this.u64(headerSize),
      this.u64(0),
      bytes,
      Buffer.alloc(3),
    ]);
  }

  close(): this {
    return this.record(3, 0, []);
  }

  record(kind: number, timeNs: number, body: readonly Buffer[], size?: number): this {
    const length = body.reduce((sum, part) => sum + part.length, 16);
    this.parts.push(this.u32(kind), this.u32(size ?? length), this.u64(timeNs), ...body);
    return this;
  }

  bytes(): Uint8Array {
    return Uint8Array.from(Buffer.concat(this.parts));
  }

  parse(): JitDump {
    return JitDump.parse(new MemoryByteSource('jit-77.dump', this.bytes()));
  }

  private u32(value: number): Buffer {
    const bytes = Buffer.alloc(4);
    if (this.littleEndian) bytes.writeUInt32LE(value);
    else bytes.writeUInt32BE(value);
    return bytes;
  }

  private u64(value: number): Buffer {
    const bytes = Buffer.alloc(8);
    if (this.littleEndian) bytes.writeBigUInt64LE(BigInt(value));
    else bytes.writeBigUInt64BE(BigInt(value));
    return bytes;
  }
}

function nameAt(dump: JitDump, avma: number, timeNs?: number): string | undefined {
  const index = dump.find(avma, timeNs);
  return index < 0 ? undefined : dump.name(index);
}

describe.each([
  ['little endian', true],
  ['big endian', false],
])('%s', (_order, littleEndian) => {
  test('a name depends on address and time', () => {
    const dump = new DumpBuilder(littleEndian)
      .load(100, 0x1000, 0x100, 1, 'first')
      .load(200, 0x1080, 0x40, 2, 'second, over the end of first')
      .load(300, 0x2000, 0x100, 3, 'apart')
      .close()
      .parse();
    expect([dump.pid, dump.machine, dump.count, dump.damagedRecords]).toEqual([77, 62, 3, 0]);
    expect(nameAt(dump, 0x1090, 150)).toBe('first');
    expect(nameAt(dump, 0x1090, 200)).toBe('second, over the end of first');
    expect(nameAt(dump, 0x1090)).toBe('second, over the end of first');
    expect(nameAt(dump, 0x10c0)).toBe('first');
    expect(nameAt(dump, 0x1090, 50)).toBeUndefined();
    expect(nameAt(dump, 0x1100)).toBeUndefined();
    expect(nameAt(dump, 0x20ff, 1000)).toBe('apart');
  });

  test('moved code has its name at the new place from then on, lines too', () => {
    const dump = new DumpBuilder(littleEndian)
      .debugInfo(0x1000, [
        [0x1000, 10, 'a.js'],
        [0x1020, 12, '\xff'],
        [0x1010, 11, 'b.js'],
      ])
      .load(100, 0x1000, 0x40, 1, 'f')
      .move(200, 0x1000, 0x5000, 0x40, 1)
      .parse();
    expect(nameAt(dump, 0x1000, 199)).toBe('f');
    expect(nameAt(dump, 0x1000, 200)).toBeUndefined();
    expect(nameAt(dump, 0x1000)).toBeUndefined();
    expect(nameAt(dump, 0x5030, 200)).toBe('f');
    expect(nameAt(dump, 0x5030, 199)).toBeUndefined();
    const moved = dump.find(0x5000);
    expect(dump.line(moved, 0x500f)).toEqual({ file: 'a.js', line: 10 });
    expect(dump.line(moved, 0x5018)).toEqual({ file: 'b.js', line: 11 });
    // The entries were written in another order: "same as before" means a.js.
    expect(dump.line(moved, 0x5020)).toEqual({ file: 'a.js', line: 12 });
  });

  test('unwinding info belongs to the function that follows', () => {
    const dump = new DumpBuilder(littleEndian)
      .unwinding(Buffer.from([1, 2, 3, 4, 5]), 2)
      .load(1, 0x1000, 4, 7, 'f')
      .load(2, 0x2000, 4, 8, 'g')
      .parse();
    const unwinding = dump.unwindingInfo(dump.find(0x1000));
    expect([...unwinding!.bytes]).toEqual([1, 2, 3, 4, 5]);
    expect(unwinding!.ehFrameHdrSizeBytes).toBe(2);
    expect(dump.unwindingInfo(dump.find(0x2000))).toBeUndefined();
    expect([...dump.readCode(dump.find(0x1000))]).toEqual([7, 7, 7, 7]);
  });
});

describe('damage', () => {
  test('what is not a jitdump file is refused', () => {
    for (const bytes of [
      new Uint8Array(0),
      new TextEncoder().encode('not a dump, but some forty bytes of text'),
    ]) {
      expect(() => JitDump.parse(new MemoryByteSource('x', bytes))).toThrow(ParseError);
    }
  });

  test('a record cut off, or with sizes that lie, costs only itself', () => {
    const whole = new DumpBuilder().load(1, 0x1000, 64, 1, 'f').load(2, 0x2000, 64, 2, 'g').bytes();
    const cut = JitDump.parse(new MemoryByteSource('x', whole.subarray(0, whole.length - 10)));
    expect([cut.count, cut.damagedRecords]).toEqual([1, 1]);
    const zeroSize = new DumpBuilder()
      .load(1, 0x1000, 64, 1, 'f')
      .record(0, 2, [], 0)
      .load(2, 0x2000, 4, 2, 'g');
    expect([zeroSize.parse().count, zeroSize.parse().damagedRecords]).toEqual([1, 1]);
    const lies = new DumpBuilder()
      .record(0, 1, [Buffer.alloc(48, 0x7f), Buffer.from('a\0')])
      .load(2, 1, 4, 2, 'g');
    expect([lies.parse().count, lies.parse().damagedRecords]).toEqual([1, 1]);
    const strangeMove = new DumpBuilder().move(1, 0x1000, 0x2000, 4, 9);
    expect(strangeMove.parse().damagedRecords).toBe(1);
  });

  test.each([2 ** 32 - 1, 2 ** 31, 200])(
    'a header of %d bytes, more than the file has, is not silent',
    (size) => {
      const bytes = Buffer.from(new DumpBuilder().load(1, 0x1000, 64, 1, 'f').bytes());
      bytes.writeUInt32LE(size, 8);
      const dump = JitDump.parse(new MemoryByteSource('x', bytes));
      expect([dump.count, dump.damagedRecords]).toEqual([0, 1]);
    },
  );

  test('a file with nothing but its header is whole', () => {
    expect(new DumpBuilder().parse().damagedRecords).toBe(0);
  });
});

test('code that is moved again and again shares its lines', () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => [0x1000 + i, i + 1, '\xff'] as const);
  const moves = 20_000;
  const builder = new DumpBuilder().debugInfo(0x1000, lines).load(1, 0x1000, 20_000, 1, 'f');
  for (let i = 1; i <= moves; i++) builder.move(i + 1, i * 0x10_000, (i + 1) * 0x10_000, 20_000, 1);
  const bytes = builder.bytes();
  const before = process.memoryUsage();
  const dump = JitDump.parse(new MemoryByteSource('x', bytes));
  const after = process.memoryUsage();
  // Copies of the lines would be 20,000 times 20,000 times 8 bytes.
  expect(after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed).toBeLessThan(100 << 20);
  const last = dump.find((moves + 1) * 0x10_000 + 7);
  expect(dump.line(last, (moves + 1) * 0x10_000 + 7)).toEqual({ file: '', line: 8 });
});

test('a jitdump file is known by its name', () => {
  expect(isJitDumpPath('/home/u/.debug/jit/x/jit-123.dump')).toBe(true);
  expect(isJitDumpPath('jit-1.dump')).toBe(true);
  expect(isJitDumpPath('/tmp/jit-1.dump.so')).toBe(false);
  expect(isJitDumpPath('/tmp/ajit-1.dump')).toBe(false);
});

test('what V8 writes as jitdump and as perf map agree, function by function', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jitdump-'));
  const program = `function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
    for (let i = 0; i < 30; i++) fib(20); console.log(process.pid);`;
  const flags = ['--perf-prof', '--perf-basic-prof', '--perf-prof-unwinding-info'];
  let mapPath: string | undefined;
  try {
    const pid = execFileSync(process.execPath, [...flags, '-e', program], {
      cwd: folder,
      encoding: 'utf8',
    }).trim();
    mapPath = `/tmp/perf-${pid}.map`;
    const dumpName = readdirSync(folder).find(isJitDumpPath)!;
    const dump = JitDump.parse(new MemoryByteSource(dumpName, readFileSync(join(folder, dumpName))));
    const map = PerfMap.parse(readFileSync(mapPath));
    expect(dump.pid).toBe(Number(pid));
    expect([dump.damagedRecords, map.skippedLines]).toEqual([0, 0]);
    const fromDump = new Set<string>();
    for (let i = 0; i < dump.count; i++) fromDump.add(`${dump.start(i)} ${dump.end(i)} ${dump.name(i)}`);
    const missing: string[] = [];
    let functions = 0;
    for (let i = 0; i < map.count; i++) {
      // Built-in code and bytecode ("~") are in the map only.
      if (!/^JS:[^~]/.test(map.name(i))) continue;
      functions++;
      const entry = `${map.start(i)} ${map.end(i)} ${map.name(i)}`;
      if (!fromDump.has(entry)) missing.push(entry);
    }
    expect(missing).toEqual([]);
    expect(functions).toBeGreaterThan(1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    if (mapPath) rmSync(mapPath, { force: true });
  }
});
