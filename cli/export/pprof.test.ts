/** What the built program writes, read by pprof-format, and by `go tool pprof` where Go is installed. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Profile } from 'pprof-format';
import { named, reportedSelf } from './test-support/report-totals';
import { pathOf, run } from './test-support/run-export';
import { testWhere } from '../../test-data/test-support/left-out';

function exported(recording: string, ...options: string[]) {
  const { bytes } = run('export', pathOf(recording), '--format', 'pprof', ...options);
  const profile = Profile.decode(gunzipSync(bytes));
  const text = (index: number | bigint): string => profile.stringTable.strings[Number(index)];
  return { bytes, profile, text };
}

test.each(['blur-image-nofp', 'shapes-fp', 'own-signals-nofp'])(
  '%s: functions weigh what report prints',
  (recording) => {
    const { profile, text } = exported(recording, '--no-inline');
    const nameOf = new Map(profile.function.map(({ id, name }) => [Number(id), text(name)]));
    const lineOf = new Map(profile.location.map(({ id, line }) => [Number(id), line]));
    const self = new Map<string, number>();
    for (const { locationId, value } of profile.sample) {
      const [{ functionId }] = lineOf.get(Number(locationId[0]))!;
      const name = nameOf.get(Number(functionId))!;
      self.set(name, (self.get(name) ?? 0) + Number(value[1]));
    }
    expect(named(self)).toEqual(reportedSelf(recording));
    expect(self.size).toBeGreaterThan(1);
  },
);

test('samples have threads, binaries build ids, frames the functions that are inlined there', () => {
  const { profile, text } = exported('blur-image-nofp');
  expect(profile.sampleType.map(({ type, unit }) => [text(type), text(unit)])).toEqual([
    ['cpu-clock:u samples', 'count'],
    ['cpu-clock:u', 'nanoseconds'],
  ]);
  expect(profile.sample[0].label.map(({ key }) => text(key))).toEqual(['comm', 'pid', 'tid']);
  const [binary] = profile.mapping;
  expect(text(binary.filename)).toBe('/w/bin/blur-image-nofp');
  expect(text(binary.buildId)).toMatch(/^[0-9a-f]{40}$/);
  expect(profile.location.some(({ line }) => line.length > 1)).toBe(true);
});

const hasGo = spawnSync('go', ['version']).status === 0;
testWhere(hasGo, 'go tool pprof -top prints the total of report', 'Go is not installed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pprof-'));
  try {
    const path = join(folder, 'out.pb.gz');
    writeFileSync(path, exported('blur-image-nofp').bytes);
    const { stdout } = spawnSync('go', ['tool', 'pprof', '-top', '-unit=ns', path], { encoding: 'utf8' });
    const total = [...reportedSelf('blur-image-nofp').values()].reduce((sum, value) => sum + value, 0);
    expect(stdout).toContain(`of ${total}ns total`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
