/** What the built program writes, by the rules of the format and by the front end's own code. */

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { breakpadId } from '../../profile/export/firefox/shared-tables';
import { describeWhere } from '../../test-data/test-support/left-out';
import { sharedRecordingsFolder } from '../../test-data/test-support/places';
import { violations, type FirefoxProfile } from './test-support/firefox-rules';
import { withProfile } from './test-support/profiler-cli';
import { named, reportedSelf } from './test-support/report-totals';
import { pathOf, run } from './test-support/run-export';

let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'firefox-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(recording: string, ...options: string[]): string {
  const path = join(folder, `${basename(recording)}.firefox.json`);
  const result = run('export', recording, '-o', path, ...options);
  expect(result).toMatchObject({ exitCode: 0 });
  return path;
}

function exported(recording: string, ...options: string[]): FirefoxProfile {
  return JSON.parse(readFileSync(written(recording, ...options), 'utf8')) as FirefoxProfile;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0);

test.each([
  ['blur-image-nofp'],
  ['blur-image-nofp.two-events'],
  ['shapes-fp', '--weight', 'samples'],
  ['own-signals-nofp'],
])('%s is as the format has it', (name, ...options) => {
  const profile = exported(pathOf(name), ...options);
  expect(violations(profile)).toEqual([]);
  expect(sum(profile.threads.map(({ samples }) => samples.length))).toBeGreaterThan(0);
});

interface Functions {
  readonly weightType: string;
  readonly functions: readonly { readonly name: string; readonly selfSamples: number }[];
}

test.each(['blur-image-nofp', 'shapes-fp', 'own-signals-nofp'])(
  '%s: functions weigh in the front end what report prints',
  async (name) => {
    const self = new Map<string, number>();
    await withProfile(written(pathOf(name), '--no-inline'), (profile) => {
      const { threads } = profile.ask<{ threads: { threadHandle: string }[] }>('thread', 'list');
      for (const { threadHandle } of threads) {
        const { weightType, functions } = profile.ask<Functions>(
          ...['thread', 'functions', '--include-idle', '--thread', threadHandle],
        );
        expect(weightType).toBe('tracing-ms');
        for (const { name, selfSamples } of functions) {
          self.set(name, (self.get(name) ?? 0) + selfSamples * 1e6);
        }
      }
    });
    const rounded = new Map([...self].map(([name, weight]) => [name, Math.round(weight)]));
    expect(named(rounded)).toEqual(reportedSelf(name));
    expect(rounded.size).toBeGreaterThan(1);
  },
  120_000,
);

test('the event with most samples is the call tree; others are markers, within the time that is shown', async () => {
  const path = written(pathOf('blur-image-nofp.two-events'));
  await withProfile(path, (profile) => {
    const { threads } = profile.ask<{ threads: { markerCount: number; cpuMs: number }[] }>('thread', 'list');
    // perf script of the recording: 4 samples of page-faults:u. The first sample of a thread uses no known time.
    expect(threads).toMatchObject([{ markerCount: 4 }]);
  });
  const { threads, shared } = JSON.parse(readFileSync(path, 'utf8')) as FirefoxProfile;
  const [{ markers }] = threads;
  expect(new Set(markers.name.map((name) => shared.stringArray[name]))).toEqual(new Set(['page-faults:u']));
}, 120_000);

test('frames say what is inlined, source lines, and categories; binaries their build ids', () => {
  const { shared, libs, meta } = exported(pathOf('blur-image-nofp'));
  const { frameTable, funcTable, stringArray, sources } = shared;
  const rows = frameTable.func.map((func, row) => ({
    name: stringArray[funcTable.name[func]],
    file: funcTable.source[func] === null ? null : stringArray[sources.filename[funcTable.source[func]]],
    depth: frameTable.inlineDepth[row],
    category: meta.categories[frameTable.category[row]].name,
  }));
  expect(rows.find(({ name }) => name === 'mix')).toEqual({
    name: 'mix',
    file: expect.stringMatching(/freestanding\.h$/) as string,
    depth: 1,
    category: 'Inlined',
  });
  expect(rows.find(({ name }) => name === '_start')).toMatchObject({ depth: 0, category: 'User' });
  expect(libs).toMatchObject([{ name: 'blur-image-nofp', arch: 'x86_64', path: '/w/bin/blur-image-nofp' }]);
});

// The example of Sentry's documentation of debug ids, and the same bytes in a big-endian binary.
test('ids of debug files are those of Breakpad', () => {
  const buildId = 'f1c3bcc0279865fe3058404b2831d9e64135386c';
  expect(breakpadId(buildId, true)).toBe('C0BCC3F19827FE653058404B2831D9E60');
  expect(breakpadId(buildId, false)).toBe('F1C3BCC0279865FE3058404B2831D9E60');
  expect(breakpadId('', true)).toBe('');
});

describeWhere(
  existsSync(sharedRecordingsFolder),
  'recordings of other machines and kernels',
  'the shared recordings',
  () => {
    const at = (...place: string[]): string => join(sharedRecordingsFolder, ...place);

    test.each([
      at('s390x', 'data', 'c-fpr-kernel.data'),
      at('aarch64', 'data', 'two-events.data'),
      at('x86_64-defer', 'data', 'wa-fp.ring.data'),
    ])('%s is as the format has it', (path) => {
      const profile = exported(path);
      expect(violations(profile)).toEqual([]);
      const { categories } = profile.meta;
      const met = new Set(profile.shared.frameTable.category.map((category) => categories[category].name));
      expect(met).toContain(path.includes('aarch64') ? 'User' : 'Kernel');
    });

    // perf script -D of the first: one PERF_RECORD_LOST, of 551 records; perf script of the second: samples of CPUs 0 and 1.
    test.each([
      ['wa-fp.lossy', 'perf-lost', 'count', [551]],
      ['wa-fp.sys', 'perf-cpu', 'cpu', [0, 1]],
    ])('%s: markers of type %s have a %s: %j', (name, type, field, expected) => {
      const profile = exported(at('x86_64-defer', 'data', `${name}.data`));
      expect(violations(profile)).toEqual([]);
      const markers = profile.threads.flatMap(({ markers }) => markers.data);
      const met = markers.filter((data) => data?.type === type).map((data) => data![field] as number);
      expect([...new Set(met)].sort()).toEqual(expected);
    });
  },
);
