import { ElfImage, elf } from '../parser';
import { FileByteSource } from '../parser/io/file-byte-source';
import { SymbolTable } from './symbol-table';
import { askPerf, findRecordings, findToolchain, type OracleMapping } from './test-support/perf-oracle';

const toolchain = findToolchain();
const recordings = findRecordings();
if (!toolchain || !recordings) {
  console.warn(
    'symbol-table.test: no toolchain root or no recordings; comparing whole tables with perf is left out',
  );
}
const describeWithPerf = toolchain && recordings ? describe : describe.skip;

function open(path: string): ElfImage {
  return ElfImage.parse(FileByteSource.open(path));
}

const PAGE = 4096;
const BIAS = 0x7f00_0000_0000;

/** The mappings that a loader makes of an image. */
function mappingsOf(path: string, image: ElfImage): OracleMapping[] {
  const loads = image.segments.filter(({ type }) => type === elf.PT_LOAD);
  return loads.map(({ svma, fileOffset, memorySizeBytes }) => {
    const start = Math.floor(svma / PAGE) * PAGE;
    const end = Math.ceil((svma + memorySizeBytes) / PAGE) * PAGE;
    return {
      path,
      avma: BIAS + start,
      sizeBytes: end - start,
      fileOffset: Math.floor(fileOffset / PAGE) * PAGE,
    };
  });
}

/** Addresses that tell tables apart: of every symbol and section first, middle and last byte and one beyond. */
function interestingAddresses(images: readonly ElfImage[]): number[] {
  const code = images[0].segments.filter(
    ({ type, flags }) => type === elf.PT_LOAD && (flags & elf.PF_X) !== 0,
  );
  const svmas = new Set<number>();
  const add = (start: number, sizeBytes: number) => {
    for (const svma of [
      start - 1,
      start,
      start + (sizeBytes >> 1),
      start + sizeBytes - 1,
      start + sizeBytes,
    ]) {
      const holds = code.some(
        (segment) => svma >= segment.svma && svma < segment.svma + segment.fileSizeBytes,
      );
      if (holds) svmas.add(svma);
    }
  };
  for (const image of images) {
    for (const section of image.sections) add(section.svma, section.sizeBytes);
    for (const type of [elf.SHT_SYMTAB, elf.SHT_DYNSYM] as const) {
      const table = image.symbols(type);
      for (let i = 0; i < (table?.count ?? 0); i++) add(table!.svma[i], table!.sizeBytes[i]);
    }
  }
  for (const section of images[0].sections.filter(({ name }) => name.startsWith('.plt'))) {
    for (let at = 0; at < section.sizeBytes; at += 4) svmas.add(section.svma + at);
  }
  return [...svmas];
}

function nameAs(table: SymbolTable, svma: number, dso: string): string {
  const index = table.find(svma);
  if (index < 0) return `[unknown] (${dso})`;
  return `${table.name(index)}+0x${(svma - table.start(index)).toString(16)} (${dso})`;
}

describeWithPerf('every symbol of a real library gets the name that perf gives it', () => {
  const x86 = `${recordings}/x86_64-defer/root`;
  const x86Libraries = `${x86}/usr/lib/x86_64-linux-gnu`;
  const debugFiles = `${x86}/usr/lib/debug/.build-id`;
  const subjects: [string, string, string | undefined][] = [
    [
      'libc, x86-64, with debug file',
      `${x86Libraries}/libc.so.6`,
      `${debugFiles}/a2/26e0f150be89099d375c6b865b1dba794648ae.debug`,
    ],
    [
      'ld.so, x86-64, with debug file',
      `${x86Libraries}/ld-linux-x86-64.so.2`,
      `${debugFiles}/0a/8e9e6786b32d6e0071b94092410c732237d535.debug`,
    ],
    ['libc, x86-64, stripped', `${x86Libraries}/libc.so.6`, undefined],
    ['libm, x86-64, stripped', `${x86Libraries}/libm.so.6`, undefined],
    ['libgcc, x86-64, stripped', `${x86Libraries}/libgcc_s.so.1`, undefined],
    ['busybox, x86-64, static', `${x86}/usr/bin/busybox`, undefined],
    ['a program, x86-64', `${x86}/q/bin/wa.fp`, undefined],
    ...['aarch64', 's390x'].flatMap((arch): [string, string, undefined][] => {
      const root = `${recordings}/${arch}/root`;
      return [
        [`libc, ${arch}`, `${root}/usr/lib/${arch}-linux-gnu/libc.so.6`, undefined],
        [`libgcc, ${arch}`, `${root}/usr/lib/${arch}-linux-gnu/libgcc_s.so.1`, undefined],
        [`a program, ${arch}`, `${root}/w/wlc-omit`, undefined],
        [`a freestanding program, ${arch}`, `${root}/w/wlbare-fp`, undefined],
      ];
    }),
  ];

  test.each(subjects)('%s', (_name, imagePath, debugPath) => {
    const image = open(imagePath);
    const debug = debugPath === undefined ? undefined : open(debugPath);
    const table = SymbolTable.fromImages(image, debug);
    const svmas = interestingAddresses(debug ? [image, debug] : [image]);
    const files = new Map([['subject', imagePath]]);
    if (debugPath !== undefined) files.set(debugPath.slice(debugPath.indexOf('usr/lib/debug')), debugPath);
    const expected = askPerf(
      files,
      mappingsOf('/subject', image),
      svmas.map((svma) => BIAS + svma),
    );
    expect(svmas.map((svma) => `${svma.toString(16)} ${nameAs(table, svma, '/subject')}`)).toEqual(
      svmas.map((svma, i) => `${svma.toString(16)} ${expected[i]}`),
    );
  });
});
