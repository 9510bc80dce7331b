/**
 * One process of bench/unwinding.mjs: unwinds the samples of a recording by one method and prints, as JSON, how many frames a
 * second that gave, and how many bytes of unwind tables the row of a frame takes that is met for the first time.
 *
 *   unwinding RECORDING SYMFS METHOD        METHOD: sframe, dwarf, fp
 *   unwinding open BINARY METHOD            the time to open the binary's table and find one row
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CfiTable,
  ElfImage,
  MemoryByteSource,
  readSFrameSections,
  Sample,
  SFrameFindings,
  SFrameRow,
  SFrameSection,
  type SFrameSections,
} from '../parser';
import { openSession } from '../profile/node';
import { synthesizeSFrame } from '../sframe';
import type { FrameUnwinder, Module, UnwindMethod } from '../unwinder';

/** What is called cold: the samples in which tables are opened, and code runs that V8 has not compiled yet. */
const COLD_SAMPLES = 500;
/** An entry of the search table of .eh_frame_hdr. */
const SEARCH_ENTRY_BYTES = 8;
/** Of version 3: what is between an FDE's index entry and its first FRE. */
const SFRAME_ATTRIBUTE_BYTES = 5;
/** Before a section that was made and kept: its address. */
const ADDRESS_BYTES = 8;

/**
 * A binary's own SFrame section; Debian's have none, and get what gas would have written. That is made in a run before, and only
 * read in those that count.
 */
function sframeOf(image: ElfImage): SFrameSections {
  const own = readSFrameSections(image);
  if (own.sections.length > 0) return own;
  const file = join(process.env.MADE!, Buffer.from(image.buildId ?? []).toString('hex'));
  if (!existsSync(file)) {
    const [made] = synthesizeSFrame(image).sections as (SFrameSection | undefined)[];
    mkdirSync(process.env.MADE!, { recursive: true });
    const address = Buffer.from(Float64Array.of(made?.svma ?? 0).buffer);
    writeFileSync(file, Buffer.concat([address, made?.bytes ?? Buffer.alloc(0)]));
  }
  const contents = readFileSync(file);
  if (contents.length === ADDRESS_BYTES) return own;
  const bytes = contents.subarray(ADDRESS_BYTES);
  return asSections(SFrameSection.parse(bytes, contents.readDoubleLE(0), image.littleEndian, image.name));
}

function asSections(section: SFrameSection): SFrameSections {
  return { sections: [section], placeNames: ['.sframe'], findings: new SFrameFindings() };
}

/** Samples that are kept for the warm passes; with 8 KB of stack each. */
const KEPT_SAMPLES = 4000;
const WARM_PASSES = 7;

type UnwindArguments = Parameters<FrameUnwinder['unwind']>;

/** A sample that outlives the piece that it was read in. */
function copyOf(sample: Sample): Sample {
  const copy = Object.assign(new Sample(), sample);
  copy.bytes = sample.bytes.slice(sample.recordStart, sample.recordEnd);
  copy.view = new DataView(copy.bytes.buffer);
  copy.userRegsOffset -= sample.recordStart;
  copy.stackOffset -= sample.recordStart;
  return copy;
}

async function unwindAll(input: string, symfs: string, method: UnwindMethod): Promise<object> {
  const session = await openSession({
    input,
    places: { symfs },
    unwind: method,
    inlines: false,
    readSFrame: method === 'sframe' ? sframeOf : undefined,
  });
  const unwinder = session.unwinding.unwinder as FrameUnwinder;
  const unwind = unwinder.unwind.bind(unwinder);
  const kept: UnwindArguments[] = [];
  let coldMs = 0;
  let coldFrames = 0;
  unwinder.unwind = (sample, registers, space) => {
    if (kept.length === KEPT_SAMPLES) return;
    const start = performance.now();
    unwind(sample, registers, space);
    if (kept.length < COLD_SAMPLES) {
      coldMs += performance.now() - start;
      coldFrames += unwinder.count;
    }
    kept.push([copyOf(sample), registers, space]);
  };
  const seen = new Set<number>();
  session.run((_sample, _event, _thread, chain) => {
    for (let i = 0; i < chain.count; i++) seen.add(chain.frames[i]);
  });
  let warmFrames = 0;
  const warmMs: number[] = [];
  for (let pass = 0; pass < WARM_PASSES; pass++) {
    warmFrames = 0;
    const start = performance.now();
    for (const sample of kept) {
      unwind(...sample);
      warmFrames += unwinder.count;
    }
    warmMs.push(performance.now() - start);
  }
  const tables = new TableBytes(method);
  for (const frame of seen) {
    const mapping = session.mappings.mappings[session.frames.mapping[frame]];
    if (!mapping) continue;
    tables.add(mapping.module, mapping.module.svmaOfFileOffset(session.names.avmaOf(frame) - mapping.delta));
  }
  return {
    framesPerSample: warmFrames / kept.length,
    coldPerSecond: (1000 * coldFrames) / coldMs,
    framesPerSecond: (1000 * warmFrames) / Math.min(...warmMs),
    distinctFrames: seen.size,
    bytesPerColdFrame: tables.average,
  };
}

/** Bytes that finding a row has to read: the steps of the binary search, the entry, and the rows up to the one that holds. */
class TableBytes {
  private total = 0;
  private count = 0;
  private readonly readers = new Map<Module, ((svma: number) => number) | undefined>();

  constructor(private readonly method: UnwindMethod) {}

  get average(): number {
    return this.count === 0 ? 0 : this.total / this.count;
  }

  add(module: Module, svma: number): void {
    if (!this.readers.has(module)) this.readers.set(module, this.open(module));
    const sizeBytes = this.readers.get(module)?.(svma) ?? 0;
    if (sizeBytes === 0) return;
    this.total += sizeBytes;
    this.count++;
  }

  private open({ images: { image } }: Module): ((svma: number) => number) | undefined {
    if (!image || this.method === 'fp') return undefined;
    if (this.method === 'sframe') {
      const [section] = sframeOf(image).sections;
      return (svma) => sframeBytes(section, svma);
    }
    const table = CfiTable.fromEhFrame(image);
    const place = image.findSection('.eh_frame');
    if (!table || !place) return undefined;
    const bytes = image.readSection(place);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return (svma) => cfiBytes(table, view, svma);
  }
}

function sframeBytes(section: SFrameSection, svma: number): number {
  const fde = section.findFde(svma);
  if (fde < 0) return 0;
  let end = section.freSectionOffset(fde);
  section.forEachRow(fde, (row: SFrameRow, fre) => {
    if (row.startSvma <= svma) end = Math.max(end, fre.endOfFre);
  });
  const search = Math.ceil(Math.log2(section.fdeCount + 1)) * section.plan.layout.entrySizeBytes;
  return search + SFRAME_ATTRIBUTE_BYTES + end - section.freSectionOffset(fde);
}

/** The whole entry and its CIE, at most: the instructions are run up to the address. */
function cfiBytes(table: CfiTable, view: DataView, svma: number): number {
  const fde = table.findFde(svma);
  if (fde < 0) return 0;
  const at = table.fdeSectionOffset(fde);
  const cieAt = at + 4 - view.getUint32(at + 4, true);
  const entries = view.getUint32(at, true) + 4 + view.getUint32(cieAt, true) + 4;
  return Math.ceil(Math.log2(table.fdeCount + 1)) * SEARCH_ENTRY_BYTES + entries;
}

function openTable(path: string, method: UnwindMethod): object {
  const image = ElfImage.parse(new MemoryByteSource(path, readFileSync(path)));
  const given = method === 'sframe' ? sframeOf(image).sections[0] : undefined;
  const start = performance.now();
  let count: number;
  if (given) {
    const section = SFrameSection.parse(given.bytes, given.svma, given.littleEndian, given.where);
    count = section.fdeCount;
    section.decodeRowInto(section.fdeStart(count >> 1), new SFrameRow());
  } else {
    const table = CfiTable.fromEhFrame(image)!;
    count = table.fdeCount;
    table.findFde(table.fdeStartSvma[count >> 1]);
  }
  return { milliseconds: performance.now() - start, functions: count };
}

const [first, second, third] = process.argv.slice(2);
const work =
  first === 'open'
    ? Promise.resolve(openTable(second, third as UnwindMethod))
    : unwindAll(first, second, third as UnwindMethod);
void work.then((result) => process.stdout.write(JSON.stringify(result)));
