/** Writes a profile in a format, reads it back by what others read it with, and adds up what it counts. */

import { gunzipSync } from 'node:zlib';
import { Profile } from 'pprof-format';
import type { ExportTables, Exporter, ExportTarget } from '../../../profile';
import type { FirefoxProfile } from './firefox-rules';

type Weight = 'samples' | 'period';

/** What an exporter wrote, by part; of a format of one file, by ''. */
export type WrittenParts = ReadonlyMap<string, Buffer>;

/** How each format is read. */
const readers: Readonly<Record<string, (parts: WrittenParts, weight: Weight) => number | Promise<number>>> = {
  speedscope: (parts) => {
    const { profiles } = JSON.parse(parts.get('')!.toString()) as { profiles: { weights: number[] }[] };
    return sum(profiles.flatMap(({ weights }) => weights));
  },
  firefox: (parts) => {
    const { threads } = JSON.parse(parts.get('')!.toString()) as FirefoxProfile;
    // Of nanoseconds as milliseconds the sum of many has an error in its last digits.
    return threads.reduce((total, { samples: { weight, weightType } }) => {
      const scale = weightType === 'tracing-ms' ? 1e6 : 1;
      return total + Math.round(sum(weight) * scale);
    }, 0);
  },
  pprof: (parts, weight) => {
    const { sample } = Profile.decode(gunzipSync(parts.get('')!));
    return sum(sample.map(({ value }) => Number(value[weight === 'samples' ? 0 : 1])));
  },
  parquet: async (parts, weight) => {
    const { parquetReadObjects } = await import('hyparquet');
    const { buffer, byteOffset, byteLength } = parts.get('samples')!;
    const file = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
    return sum((await parquetReadObjects({ file })).map((row) => Number(row[weight])));
  },
  folded: (parts) =>
    sum(
      parts
        .get('')!
        .toString()
        .trimEnd()
        .split('\n')
        .map((line) => Number(line.slice(line.lastIndexOf(' ') + 1))),
    ),
};

/** @throws Error for a format that has no reader here: a format is not done before its totals are checked */
export async function readTotals(exporter: Exporter, tables: ExportTables, weight: Weight): Promise<number> {
  const reader = readers[exporter.name];
  if (!reader) throw new Error(`${exporter.name}: say here how it is read back`);
  return reader(await writeParts(exporter, tables, weight), weight);
}

/** Writes into memory. */
async function writeParts(exporter: Exporter, tables: ExportTables, weight: Weight): Promise<WrittenParts> {
  const blocks = new Map<string, Buffer[]>();
  const target: ExportTarget = {
    open(part = '') {
      const list: Buffer[] = [];
      blocks.set(part, list);
      return { write: (block) => list.push(Buffer.from(block as Uint8Array)) };
    },
  };
  await exporter.write(tables, target, { weight, by: 'thread' });
  return new Map([...blocks].map(([part, list]) => [part, Buffer.concat(list)]));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0);
}
