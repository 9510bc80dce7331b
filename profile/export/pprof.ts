/**
 * pprof: a gzip'd message of profile.proto (github.com/google/pprof, proto/profile.proto), as `go tool pprof`, Pyroscope and
 * Parca read it.
 *
 *   sample_type   of each event how many samples there were, and what they count; the last is what is shown first
 *   sample        stack (innermost location first), values, labels comm, pid, tid, and the recording where there are several
 *   location      binary and address in it as disassemblers show it; a line for each function, the innermost inlined first
 *   mapping       binary and build id. Processes map a binary at different addresses, so it begins at 0 here
 */

import { EMPTY_STACK } from '../../unwinder';
import type { Exporter } from './exporter';
import type { ExportTables } from './tables';

export const pprof: Exporter = {
  name: 'pprof',
  options: {
    describe: 'for go tool pprof, Pyroscope, Parca',
    extensions: ['.pb.gz', '.pprof'],
    takesOneEvent: false,
    needsTimes: false,
    needsLines: true,
    parts: [undefined],
  },
  async write(tables, target) {
    const [{ Profile, StringTable }, { gzipSync }] = await Promise.all([
      import('pprof-format'),
      import('fflate'),
    ]);
    const stringTable = new StringTable();
    const text = (value: string): number => stringTable.dedup(value);
    const values = tables.events.values.flatMap(({ name, unit }) => [
      { type: text(`${name} samples`), unit: text('count') },
      { type: text(name), unit: text(unit) },
    ]);
    const profile = new Profile({
      stringTable,
      sampleType: values,
      sample: listSamples(tables, values.length, text),
      mapping: listMappings(tables, text),
      location: tables.frames.values.map(({ binary, address, lines }, index) => ({
        id: index + 1,
        mappingId: binary + 1,
        address: unsigned(address),
        line: lines.map((line) => ({ functionId: line.function + 1, line: line.line })),
      })),
      function: tables.functions.values.map(({ name, file }, index) => ({
        id: index + 1,
        name: text(name),
        systemName: text(name),
        filename: text(file),
      })),
      defaultSampleType: values.at(1)?.type ?? 0,
    });
    // A name of the machine and a time would make two exports of one recording differ.
    target.open().write(gzipSync(profile.encode(), { mtime: 0 }));
  },
};

/** Rows of one stack and thread are one sample, whatever their event. */
function listSamples(tables: ExportTables, valueCount: number, text: (value: string) => number) {
  const { samples, threads, recordings } = tables;
  const valuesOf = new Map<string, { stack: number; thread: number; value: number[] }>();
  for (let row = 0; row < samples.count; row++) {
    const [stack, thread, event] = [samples.stack[row], samples.thread[row], samples.event[row]];
    const key = `${stack} ${thread}`;
    let sample = valuesOf.get(key);
    if (!sample)
      valuesOf.set(key, (sample = { stack, thread, value: new Array<number>(valueCount).fill(0) }));
    sample.value[event * 2] += samples.samples[row];
    sample.value[event * 2 + 1] += samples.period[row];
  }
  return [...valuesOf.values()].map(({ stack, thread, value }) => {
    const { pid, tid, comm, recording } = threads.values[thread];
    const label = [
      { key: text('comm'), str: text(comm) },
      { key: text('pid'), num: pid },
      { key: text('tid'), num: tid },
    ];
    if (recordings.length > 1) label.push({ key: text('recording'), str: text(recordings[recording].name) });
    return { locationId: locationsOf(tables, stack), value, label };
  });
}

function locationsOf({ stacks }: ExportTables, stack: number): number[] {
  const ids: number[] = [];
  for (let at = stack; at !== EMPTY_STACK; at = stacks.parent[at]) ids.push(stacks.frame[at] + 1);
  return ids;
}

function listMappings({ binaries, frames }: ExportTables, text: (value: string) => number) {
  const limits = binaries.values.map(() => 0n);
  for (const { binary, address } of frames.values) {
    const end = unsigned(address) + 1n;
    if (end > limits[binary]) limits[binary] = end;
  }
  return binaries.values.map(({ path, buildId }, index) => ({
    id: index + 1,
    memoryStart: 0,
    memoryLimit: limits[index],
    filename: text(path),
    buildId: text(buildId),
    hasFunctions: true,
    hasFilenames: true,
    hasLineNumbers: true,
    hasInlineFrames: true,
  }));
}

/** An address as 64 bits without sign: kernel addresses are negative here. */
function unsigned(address: number): bigint {
  return BigInt.asUintN(64, BigInt(address));
}
