/** What is said of files that are too large for their readers: against the sizes of the files that are written. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { collectProfile, exporters, ExportTables, type ExportChoices, type Exporter } from '../../profile';
import { openSession } from '../../profile/node';
import { repositoryFolder } from '../../test-data/test-support/places';
import { describeTooLarge, mostBytes } from './file-size';
import { pathOf, run } from './test-support/run-export';

const recordings = join(repositoryFolder, 'test-data/recordings');
const names = readdirSync(recordings)
  .filter((name) => name.endsWith('.data'))
  .map((name) => name.slice(0, -'.data'.length));
const withReader = exporters.filter(({ options }) => options.reader !== undefined);

async function tablesOf(name: string): Promise<ExportTables> {
  const session = await openSession({ input: pathOf(name), places: { symfs: join(recordings, 'root') } });
  const tables = new ExportTables({ lines: true, event: undefined });
  tables.add(pathOf(name), session, collectProfile(session, { keepsTimes: true, tellsCpus: true }));
  return tables;
}

/** An exporter whose reader opens no more than that. */
function withLimit(exporter: Exporter, mostBytes: number): Exporter {
  return { ...exporter, options: { ...exporter.options, reader: { name: 'the reader', mostBytes } } };
}

const choices: ExportChoices = { weight: 'period', by: 'thread' };

test.each(names)(
  '%s: a file of as many bytes as its reader opens is none to speak of, one byte more is',
  async (name) => {
    const tables = await tablesOf(name);
    for (const exporter of withReader) {
      const { length } = run('export', pathOf(name), '--format', exporter.name).bytes;
      expect(length).toBeLessThanOrEqual(mostBytes(tables));
      expect(await describeTooLarge(withLimit(exporter, length), tables, choices)).toBeUndefined();
      expect(await describeTooLarge(withLimit(exporter, length - 1), tables, choices)).toMatch(
        /^the file will have .* bytes, and the reader opens no more than .*: take a part of the samples by --time, --comms or --pid, or less of the stacks by --max-stack$/,
      );
    }
  },
);

test('readers of JSON have limits', () => {
  expect(withReader.map(({ name, options }) => [name, options.reader!.mostBytes])).toEqual([
    ['speedscope', 2_147_483_647],
    ['firefox', 536_870_888],
  ]);
});
