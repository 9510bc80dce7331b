/** What `fold`, `flamegraph` and every export count of a recording is what `report` of the built program prints. */

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { collectProfile, exporters, ExportTables, foldStacks } from '../../profile';
import { readTotals } from '../export/test-support/read-totals';
import { openSession } from '../../profile/node';
import { makePageData } from '../page/page-data';
import { repositoryFolder, sharedRecordingsFolder } from '../../test-data/test-support/places';

const committed = join(repositoryFolder, 'test-data/recordings');

interface Fixture {
  readonly path: string;
  readonly symfs?: string;
}

function fixturesIn(folder: string, symfs?: string): Fixture[] {
  let names: string[] = [];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.data'));
  } catch {
    // Recordings that are shared between checkouts are not everywhere.
  }
  return names.map((name) => ({ path: join(folder, name), symfs }));
}

const shared = (machine: string): Fixture[] =>
  fixturesIn(join(sharedRecordingsFolder, machine, 'data'), join(sharedRecordingsFolder, machine, 'root'));

const fixtures: readonly Fixture[] = [
  ...fixturesIn(committed, join(committed, 'root')),
  ...['aarch64', 's390x', 'x86_64-defer'].flatMap(shared),
  // In branch mode report counts branches.
  ...fixturesIn(join(sharedRecordingsFolder, 'public')).filter(({ path }) => !/branch/.test(path)),
];

const sum = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0);

/** What the rows of `report` add up to, for each event that has samples. */
function reportTotals({ path, symfs }: Fixture): { samples: number; period: number }[] {
  const program = join(repositoryFolder, 'bin/perf-sframe.js');
  const { stdout } = spawnSync(
    process.execPath,
    `${program} report --no-children -g none -F sample,period -t ; -q --no-group`
      .split(' ')
      .concat(['-i', path, ...(symfs === undefined ? [] : ['--symfs', symfs])]),
    { encoding: 'utf8', maxBuffer: 1 << 30 },
  );
  return stdout
    .split(/\n\s*\n/)
    .filter((table) => table.trim() !== '')
    .map((table) => {
      const rows = table
        .trim()
        .split('\n')
        .map((line) => line.split(';').map(Number));
      return {
        samples: sum(rows.map(([samples]) => samples)),
        period: sum(rows.map(([, period]) => period)),
      };
    });
}

async function collect({ path, symfs }: Fixture) {
  const session = await openSession({
    input: path,
    unwind: 'auto',
    mergesDeferred: true,
    maxStack: 127,
    inlines: false,
    places: { symfs },
    filter: {},
    isStrict: false,
    isVerbose: false,
  });
  return { session, collected: collectProfile(session, { keepsTimes: true, tellsCpus: true }) };
}

test.each(fixtures.map((fixture) => [fixture.path.replace(/.*\//, ''), fixture] as const))(
  '%s',
  async (_name, fixture) => {
    const tables = reportTotals(fixture);
    const { session, collected } = await collect(fixture);
    const { profile } = collected;
    const events = [...new Set(profile.samples.event.subarray(0, profile.samples.count))].sort(
      (a, b) => a - b,
    );
    expect(tables.length).toBe(events.length);
    expect(tables.length).toBeGreaterThan(0);
    for (const [index, event] of events.entries()) {
      const expected = tables[index];
      for (const weight of ['samples', 'period'] as const) {
        const folded = foldStacks(profile, {
          event,
          weight,
          rootName: () => 'thread',
          frameNames: (frame) => [session.names.resolve(frame).symbol ?? ''],
        });
        expect(sum(folded.map((stack) => stack.weight))).toBe(expected[weight]);
      }
      const { name } = session.recording.events[event];
      const found: Record<string, number> = {};
      const wanted: Record<string, number> = {};
      for (const exporter of exporters) {
        const { needsLines: lines, needsTimes } = exporter.options;
        const tables = new ExportTables({ lines, event: name });
        tables.add('recording', session, needsTimes ? collected : { ...collected, times: undefined });
        for (const weight of ['samples', 'period'] as const) {
          const key = `${exporter.name} ${weight}`;
          found[key] = await readTotals(exporter, tables, weight);
          wanted[key] = expected[weight];
        }
      }
      expect(found).toEqual(wanted);
    }
    const { columns } = makePageData(
      [{ name: '', side: 0, session, collected, firstEvent: undefined, rootsOf: () => [] }],
      {
        showsLines: false,
      },
    );
    for (const [index, event] of events.entries()) {
      const ofEvent = (column: ArrayLike<number>): number =>
        sum(Array.from(column, (value, i) => (columns.sampleEvent[i] === event ? value : 0)));
      expect(ofEvent(columns.sampleCount)).toBe(tables[index].samples);
      expect(ofEvent(columns.samplePeriod)).toBe(tables[index].period);
    }
  },
);
