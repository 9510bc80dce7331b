import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describeWhere } from '../../test-data/test-support/left-out';
import { ElfImage, MemoryByteSource } from '../../parser';
import { KernelSymbols, type ReferenceSymbol } from './kernel-symbols';
import { buildElf, symbolSections, textSection } from '../test-support/elf-builder';
import {
  askPerf,
  findRecordings,
  findToolchain,
  type OracleMapping,
  noRecordings,
  noToolchain,
} from '../test-support/perf-oracle';

const KERNEL = -0x4d80_0000; // ffffffffb2800000

function parse(lines: readonly string[], reference?: ReferenceSymbol): KernelSymbols {
  const symbols = KernelSymbols.fromKallsyms(new TextEncoder().encode(lines.join('\n')), reference);
  if (typeof symbols === 'string') throw new Error(symbols);
  return symbols;
}

function describeAt(symbols: KernelSymbols, avma: number): string {
  const index = symbols.find(avma);
  return index < 0 ? '[unknown]' : `${symbols.name(index)}+${avma - symbols.start(index)}`;
}

describe('kallsyms text', () => {
  const lines = [
    '0000000000000000 A fixed_percpu_data',
    '0000000000000100 D a_percpu_variable',
    'ffffffffb2800000 T startup_64',
    'ffffffffb2800000 T _text',
    'ffffffffb2800100 t local_function',
    'ffffffffb2800180 r read_only_data',
    'not a line',
    'ffffffffb2800200 W weak_function',
    'ffffffffb2800200 t strong_alias',
    'ffffffffb2800300 T $x',
    'ffffffffb2800400 B _end',
    'ffffffffc0601000 t second\t[a_module]',
    'ffffffffc0600000 t first\t[a_module]',
    'ffffffffc0700000 t third\t[b_module]',
  ];
  const symbols = parse(lines);

  test.each([
    [0x100, 'a_percpu_variable+0'],
    [0x99, '[unknown]'],
    [KERNEL - 1, '[unknown]'],
    [KERNEL, '_text+0'],
    [KERNEL + 0x1ff, 'local_function+255'],
    [KERNEL + 0x2ff, 'strong_alias+255'],
    [KERNEL + 0x3ff, 'strong_alias+511'],
    // The last of the kernel ends with the page after it: before 0x1400 + 0x1000, rounded up.
    [KERNEL + 0x1fff, '_end+7167'],
    [KERNEL + 0x2000, '[unknown]'],
  ])('at %d is %s', (avma, expected) => {
    expect(describeAt(symbols, avma)).toBe(expected);
  });

  test('keeps modules apart', () => {
    const first = -0x3fa0_0000;
    expect(describeAt(symbols, first + 0xfff)).toBe('first+4095');
    expect(symbols.module(symbols.find(first))).toBe('[a_module]');
    expect(symbols.find(first, '[b_module]')).toBe(-1);
    expect(symbols.find(KERNEL, '')).toBe(symbols.find(KERNEL));
    expect(describeAt(symbols, first + 0x1000 + 0x1fff)).toBe('[unknown]');
  });

  test('of another boot is moved by the reference symbol, without its modules', () => {
    const moved = parse(lines, { name: '_text', avma: KERNEL - 0x20_0000 });
    expect(describeAt(moved, KERNEL - 0x20_0000 + 0x110)).toBe('local_function+16');
    expect(moved.find(-0x3fa0_0000)).toBe(-1);
    expect(moved.find(-0x3fa0_0000 - 0x20_0000)).toBe(-1);
  });

  test('that cannot be used says why', () => {
    const bytes = (text: string) => new TextEncoder().encode(text);
    expect(KernelSymbols.fromKallsyms(bytes(''))).toBe('empty');
    expect(KernelSymbols.fromKallsyms(bytes('0000000000000000 T _text\n0000000000000000 T b\n'))).toBe(
      'restricted',
    );
    const reference = { name: '_stext', avma: KERNEL };
    expect(KernelSymbols.fromKallsyms(bytes('ffffffffb2800000 T _text\n'), reference)).toBe('no-reference');
  });
});

describe('vmlinux', () => {
  const text = textSection(0x1000, 0x100);
  const functions = [
    { name: '_text', value: 0x1000, type: 0 },
    { name: 'start_kernel', value: 0x1000, sizeBytes: 0x20 },
    { name: 'schedule', value: 0x1040, sizeBytes: 0x20 },
  ];
  const image = ElfImage.parse(
    new MemoryByteSource('vmlinux', buildElf([text, ...symbolSections(functions, [text])])),
  );

  test('is moved to where the recording says', () => {
    const symbols = KernelSymbols.fromVmlinux(image, { name: '_text', avma: KERNEL });
    expect(symbols).toBeInstanceOf(KernelSymbols);
    expect(describeAt(symbols as KernelSymbols, KERNEL + 4)).toBe('start_kernel+4');
    expect(describeAt(symbols as KernelSymbols, KERNEL + 0x30)).toBe('[unknown]');
    expect(describeAt(symbols as KernelSymbols, KERNEL + 0x5f)).toBe('schedule+31');
  });

  test('without the reference symbol is refused', () => {
    expect(KernelSymbols.fromVmlinux(image, { name: '_stext', avma: KERNEL })).toBe('no-reference');
  });
});

const toolchain = findToolchain();
const recordings = findRecordings();
const isHere = toolchain !== undefined && recordings !== undefined;
const missing = toolchain ? noRecordings : noToolchain;

describeWhere(isHere, 'symbols of a real kernel get the names that perf gives them', missing, () => {
  test.each([
    ['x86-64', 'x86_64-defer/kallsyms.gz'],
    ['aarch64', 'aarch64/kallsyms-main.gz'],
    ['s390x', 's390x/kallsyms-main.gz'],
  ])('%s', (_arch, file) => {
    const moduleName = '[virtio_blk]';
    const text = gunzipSync(readFileSync(`${recordings}/${file}`));
    const lines = text.toString('latin1').split('\n');
    const rows = lines
      .map((line) => /^([0-9a-f]+) (.) (\S+)(?:\t(.*))?$/.exec(line))
      .filter((row) => row !== null)
      .map(([, address, type, name, module]) => ({
        avma: Number(BigInt.asIntN(64, BigInt(`0x${address}`))),
        type,
        name,
        module,
      }));
    const reference = { name: '_text', avma: rows.find(({ name }) => name === '_text')!.avma };
    const kernelEnd = rows.reduce((end, row) => (row.module ? end : Math.max(end, row.avma)), -Infinity);
    const mappings: OracleMapping[] = [
      {
        path: '[kernel.kallsyms]_text',
        avma: reference.avma,
        sizeBytes: kernelEnd - reference.avma,
        fileOffset: reference.avma,
      },
    ];
    const moduleText = rows.filter((row) => row.module === moduleName && /t/i.test(row.type));
    if (moduleText.length > 0) {
      const start = Math.floor(Math.min(...moduleText.map(({ avma }) => avma)) / 4096) * 4096;
      mappings.push({ path: moduleName, avma: start, sizeBytes: 0x9000, fileOffset: 0 });
    }
    const isMapped = (avma: number) =>
      mappings.some((mapping) => avma >= mapping.avma && avma < mapping.avma + mapping.sizeBytes);
    // Every address of the text would be some 200,000: take symbols by a stride, aliases with them, and all modules'.
    const chosen = rows.filter((row, i) => row.module !== undefined || i % 17 === 0);
    const avmas = [...new Set(chosen.flatMap(({ avma }) => [avma - 1, avma, avma + 3]))].filter(isMapped);
    expect(avmas.length).toBeGreaterThan(5000);
    const symbols = KernelSymbols.fromKallsyms(text, reference);
    if (typeof symbols === 'string') throw new Error(symbols);
    const expected = askPerf(new Map(), mappings, avmas, { kallsyms: text });
    const names = avmas.map((avma) => {
      const dso =
        avma >= mappings[0].avma && avma < mappings[0].avma + mappings[0].sizeBytes ? '' : moduleName;
      const index = symbols.find(avma, dso);
      const where = `(${dso || '[kernel.kallsyms]'})`;
      if (index < 0) return `[unknown] ${where}`;
      return `${symbols.name(index)}+0x${(avma - symbols.start(index)).toString(16)} ${where}`;
    });
    expect(names).toEqual(expected);
  });
});
