/** Lists of names: kernel symbols, perf-PID.map, jitdump files. */

import { MemoryByteSource } from '../../../parser';
import { ByteBuilder } from '../../../parser/perf-data/test-support/recording-builder';
import { JitDump, KernelSymbols, PerfMap } from '../../../symbolizer';
import { jitDumpLayout, textLayout } from '../damage/layouts';
import { single, type Target } from '../target';

const MOST_QUESTIONS = 64;

/** A text of lines made from their numbers. */
function lines(count: number, line: (i: number) => string): Uint8Array {
  return new TextEncoder().encode(Array.from({ length: count }, (_, i) => `${line(i)}\n`).join(''));
}

export const kallsyms: Target = {
  name: 'kallsyms',
  layout: (_part, bytes) => textLayout(bytes),
  seeds: () => [
    single(
      lines(200, (i) => {
        const module = i % 5 === 0 ? `\t[module${i % 3}]` : '';
        return `${(0xffffffff81000000 + i * 96).toString(16)} ${'tTdDbBwWaA'[i % 10]} symbol_${i}${module}`;
      }),
    ),
    single(lines(20, (i) => `0000000000000000 T hidden_${i}`)),
    single(lines(50, (i) => `${(0x1000 * i).toString(16).padStart(16, '0')} T s390_${i}`)),
  ],
  run(input) {
    const [text] = input.values();
    for (const reference of [undefined, { name: 'symbol_3', avma: -0x7efffee0 }]) {
      const symbols = KernelSymbols.fromKallsyms(text, reference);
      if (typeof symbols === 'string') continue;
      for (let i = 0; i < Math.min(symbols.count, MOST_QUESTIONS); i++) {
        symbols.find(symbols.start(i));
        void [symbols.end(i), symbols.name(i), symbols.module(i)];
      }
    }
  },
};

export const perfMap: Target = {
  name: 'perf-map',
  layout: (_part, bytes) => textLayout(bytes),
  seeds: () => [
    single(
      lines(200, (i) => `${(0x7f4a3c001000 + i * 64).toString(16)} 40 LazyCompile:*f${i} /app/é.js:${i}`),
    ),
    single(lines(50, (i) => `0x${(0x1000 + (i % 7) * 16).toString(16)} 0x${(i * 3).toString(16)} f${i}`)),
  ],
  run(input) {
    const map = PerfMap.parse([...input.values()][0]);
    for (let i = 0; i < Math.min(map.count, MOST_QUESTIONS); i++) {
      map.find(map.start(i));
      void [map.end(i), map.name(i)];
    }
  },
};

/** Functions loaded, with lines and call frame information, and moved. */
function dump(littleEndian: boolean): Uint8Array {
  const out = new ByteBuilder(littleEndian);
  out.u32(0x4a695444, 1, 40, 62, 0, 77).u64(5, 0);
  const record = (kind: number, timeNs: number, body: ByteBuilder): void => {
    out
      .u32(kind, body.size + 16)
      .u64(timeNs)
      .raw(body.finish());
  };
  for (let i = 0; i < 20; i++) {
    const address = 0x7f0000001000 + i * 64;
    const linesOfCode = new ByteBuilder(littleEndian).u64(address, 3);
    for (let line = 0; line < 3; line++)
      linesOfCode
        .u64(address + line * 4)
        .u32(line + 1, 0)
        .text(line === 1 ? '\u00ff' : 'app.js', 1);
    record(2, i, linesOfCode);
    record(4, i, new ByteBuilder(littleEndian).u64(24, 12, 0).zeros(24));
    const load = new ByteBuilder(littleEndian)
      .u32(77, 78)
      .u64(address, address, 32, i)
      .text(`f${i}`, 1)
      .zeros(32);
    record(0, i, load);
    if (i % 3 === 0)
      record(1, i + 100, new ByteBuilder(littleEndian).u32(77, 78).u64(0, address, address + 0x10000, 32, i));
  }
  record(3, 200, new ByteBuilder(littleEndian));
  return out.finish();
}

export const jitDump: Target = {
  name: 'jitdump',
  layout: (_part, bytes) => jitDumpLayout(bytes),
  seeds: () => [single(dump(true)), single(dump(false))],
  run(input) {
    const parsed = JitDump.parse(new MemoryByteSource('jit-77.dump', [...input.values()][0]));
    for (let i = 0; i < Math.min(parsed.count, MOST_QUESTIONS); i++) {
      const start = parsed.start(i);
      for (const time of [0, 50, undefined]) parsed.find(start, time);
      parsed.findByCodeOffset(parsed.codeOffset(i));
      void [
        parsed.end(i),
        parsed.name(i),
        parsed.line(i, start),
        parsed.unwindingInfo(i),
        parsed.readCode(i),
      ];
    }
  },
};
