/** Real recordings: every "address symbol+offset (binary)" that perf 7.2 printed gets the same name from our tables. */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describeWhere } from '../../test-data/test-support/left-out';
import { addressFromBigInt } from '../../parser';
import { NodeFileSystem } from '../../parser/io/node-file-system';
import { BinaryLocator } from '../files/binary-locator';
import { KernelSymbols, type ReferenceSymbol } from '../kernel/kernel-symbols';
import { SymbolTable } from '../tables/symbol-table';
import { findRecordings, noRecordings } from '../test-support/perf-oracle';

const recordings = findRecordings();

const UNKNOWN = '[unknown]';

interface Recording {
  readonly name: string;
  readonly eventsPath: string;
  readonly scriptPath: string;
  readonly symfs: string;
  readonly kallsymsPath: string | undefined;
}

function listRecordings(): Recording[] {
  if (!recordings) return [];
  const found: Recording[] = [];
  const x86 = `${recordings}/x86_64-defer`;
  for (const file of readdirSync(`${x86}/expected-offline`)) {
    const match = /^(.*)\.symfs\.script\.txt\.xz$/.exec(file);
    if (!match) continue;
    found.push({
      name: `x86-64 ${match[1]}`,
      eventsPath: `${x86}/expected-guest/${match[1]}.events.txt.xz`,
      scriptPath: `${x86}/expected-offline/${file}`,
      symfs: `${x86}/root`,
      // These were made in another boot, whose kallsyms were not kept.
      kallsymsPath: /lossyu|dwarfu/.test(match[1]) ? undefined : `${x86}/kallsyms.gz`,
    });
  }
  for (const arch of ['aarch64', 's390x']) {
    const folder = `${recordings}/${arch}`;
    for (const file of readdirSync(`${folder}/expected`)) {
      const match = /^(.*)\.noinline\.txt(\.gz)?$/.exec(file);
      if (!match) continue;
      found.push({
        name: `${arch} ${match[1]}`,
        eventsPath: `${folder}/expected/${match[1]}.events.txt.gz`,
        scriptPath: `${folder}/expected/${file}`,
        symfs: `${folder}/root`,
        kallsymsPath: `${folder}/kallsyms-${match[1].includes('fpr') ? 'fpr' : 'main'}.gz`,
      });
    }
  }
  return found;
}

function readText(path: string): string {
  if (path.endsWith('.xz')) {
    return execFileSync('xz', ['-dc', path], { encoding: 'utf8', maxBuffer: 1 << 30 });
  }
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

function parseAddress(digits: string): number {
  return addressFromBigInt(BigInt(`0x${digits}`));
}

interface Mapping {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly fileOffset: number;
}

function readMappings(events: string): { mappings: Mapping[]; reference: ReferenceSymbol | undefined } {
  const mappings: Mapping[] = [];
  let reference: ReferenceSymbol | undefined;
  const pattern =
    /PERF_RECORD_MMAP2? -?\d+\/\d+: \[0x([0-9a-f]+)\(0x([0-9a-f]+)\) @ (?:0x)?([0-9a-f]+)[^\]]*\]: \S+ (.*)$/gm;
  for (const [, address, size, offset, path] of events.matchAll(pattern)) {
    const start = parseAddress(address);
    mappings.push({ path, start, end: start + parseInt(size, 16), fileOffset: parseAddress(offset) });
    if (path.startsWith('[kernel.kallsyms]')) {
      reference = { name: path.slice('[kernel.kallsyms]'.length), avma: parseAddress(offset) };
    }
  }
  return { mappings, reference };
}

describeWhere(recordings !== undefined, 'names in recordings', noRecordings, () => {
  const list = listRecordings();

  test.each(list.map((recording) => [recording.name, recording] as const))('%s', (_name, recording) => {
    const { mappings, reference } = readMappings(readText(recording.eventsPath));
    const { kallsymsPath } = recording;
    const kernel =
      kallsymsPath === undefined
        ? undefined
        : KernelSymbols.fromKallsyms(gunzipSync(readFileSync(kallsymsPath)), reference);
    const locator = new BinaryLocator(new NodeFileSystem(), { symfs: recording.symfs });
    const tables = new Map<string, SymbolTable>();
    const ours: string[] = [];
    const theirs: string[] = [];
    const lines = new Set(readText(recording.scriptPath).match(/^\s+[0-9a-f]+ .* \(.*\)$/gm));
    for (const line of lines) {
      const [, digits, name, dso] = /^\s+([0-9a-f]+) (.*) \((.*)\)$/.exec(line)!;
      const avma = parseAddress(digits);
      let answers: string[];
      if (dso.startsWith('[kernel') || dso === '[virtio_blk]') {
        if (kernel === undefined) continue;
        if (typeof kernel === 'string') throw new Error(kernel);
        const index = kernel.find(avma, dso.startsWith('[kernel') ? '' : dso);
        answers = [index < 0 ? UNKNOWN : describeSymbol(kernel.name(index), avma - kernel.start(index))];
      } else {
        // Programs that the folder of the recordings does not hold are left out, and so is memory without a file.
        if (!existsSync(recording.symfs + dso)) continue;
        let table = tables.get(dso);
        if (!table) {
          const { image, debugImage } = locator.locate(dso);
          table = SymbolTable.fromImages(image, debugImage);
          tables.set(dso, table);
        }
        // The text does not say of which process a line is: the mapping of any that has the address will do.
        const found = table;
        answers = mappings
          .filter(({ path, start, end }) => path === dso && avma >= start && avma < end)
          .map(({ start, fileOffset }) => {
            const place = avma - start + fileOffset;
            const index = found.findByFileOffset(place);
            if (index < 0) return UNKNOWN;
            return describeSymbol(found.name(index), place - found.startFileOffset(index));
          });
      }
      theirs.push(`${digits} ${name} (${dso})`);
      ours.push(`${digits} ${answers.includes(name) ? name : answers.join(' or ')} (${dso})`);
    }
    expect(ours).toEqual(theirs);
    expect(ours.length).toBeGreaterThan(4);
  });
});

function describeSymbol(name: string, offset: number): string {
  return `${name}+0x${offset.toString(16)}`;
}
