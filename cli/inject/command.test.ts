/**
 * `inject` as a person runs it: perf's texts of the recording that it writes are ours of the original, which the differential
 * test holds against perf's of the original.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Feature, hasFlag, PERF_SAMPLE_REGS_USER, PERF_SAMPLE_STACK_USER } from '../../parser';
import { openRecording } from '../../parser/io';
import { REPEATS } from '../../test-data/differential/perf-chance';
import { describeWhere } from '../../test-data/test-support/left-out';
import {
  hasToolchain,
  sharedRecordingsFolder,
  toolchainIsRequired,
} from '../../test-data/test-support/places';

const repository = resolve(__dirname, '../..');
const recordings = join(repository, 'test-data/recordings');
const root = join(recordings, 'root');
const enter = join(repository, 'test-data/toolchain/enter.sh');

/** One of each container, and what is unwound differently. */
const names = [
  'blur-image-nofp',
  'blur-image-nofp.compressed',
  'blur-image-nofp.directory',
  'blur-image-nofp.pipe',
  'blur-image-nofp.per-thread',
  'blur-image-nofp.two-events',
  'own-signals-nofp',
  'shapes-fp',
];

const texts = [
  ['script', '--no-inline'],
  ['report', '--stdio', '--no-inline', '--children', '-g', 'none', '-s', 'comm,dso,sym'],
  ['report', '--stdio', '--no-inline', '--no-children', '-g', 'none', '-s', 'comm,dso,sym'],
];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'perf-sframe-inject-'));
  mkdirSync(join(folder, 'data'));
  cpSync(root, join(folder, 'root'), { recursive: true, dereference: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]): { stdout: string; stderr: string; code: number | null } {
  const result = spawnSync(process.execPath, [join(repository, 'bin/perf-sframe.js'), ...args], {
    encoding: 'utf8',
    cwd: folder,
    maxBuffer: 1 << 27,
  });
  return { stdout: result.stdout, stderr: result.stderr, code: result.status };
}

function inject(name: string, ...options: string[]): { path: string; stderr: string } {
  const path = join(folder, 'data', `${name}.data`);
  const args = ['inject', join(recordings, `${name}.data`), '-o', path, '--symfs', root, ...options];
  const { stderr, code } = run(...args);
  expect({ stderr, code }).toMatchObject({ code: 0 });
  return { path, stderr };
}

/** perf's text without its tip. It can fail to name anything, by chance: it is asked again then, as in the differential tests. */
function expectPerfToPrint(expected: string, ...args: string[]): void {
  let printed = '';
  for (let i = 0; i <= REPEATS; i++) {
    printed = withoutTip(perf(...args));
    if (printed === withoutTip(expected)) return;
  }
  expect(printed).toBe(withoutTip(expected));
}

function perf(...args: string[]): string {
  // A stack that was unwound may be longer than the recorded chains that perf prints whole.
  return execFileSync(enter, ['perf', ...args, '--max-stack', '512'], {
    encoding: 'utf8',
    env: { ...process.env, ENTER_BIND: `${folder}:/w` },
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 27,
  });
}

describeWhere(
  hasToolchain() || toolchainIsRequired,
  'perf reads what inject writes',
  'the toolchain root (test-data/toolchain/setup.sh)',
  () => {
    test.each(names)('%s', (name) => {
      inject(name);
      for (const text of texts) {
        const { stdout } = run(...text, '-i', join(recordings, `${name}.data`), '--symfs', root);
        expectPerfToPrint(stdout, ...text, '-i', `data/${name}.data`, '--symfs', '/w/root');
      }
    });
  },
);

/**
 * Recordings of real kernels: attached, in rings, with compressed debug sections, lossy. Not among them are those with deferred
 * callchains of samples in `exec`, and of the frame pointers' junk, where the texts differ in some lines (docs/inject.md).
 */
const sharedNames = {
  aarch64: [
    'bare-fp',
    'bare-omit',
    'bare-pac',
    'c-omit-leaf',
    'c-omit-qsort',
    'c-sig-signal',
    'pac48-c-pac-leaf',
    'two-events',
  ],
  s390x: [
    'bare-backchain',
    'bare-fp',
    'bare-omit',
    'c-fpr-kernel',
    'c-omit-leaf',
    'c-omit-qsort',
    'c-sig-signal',
  ],
  'x86_64-defer': [
    'wa-fp.attach',
    'wa-fp.deferu',
    'wa-fp.dwarf',
    'wa-fp.dwarfz',
    'wa-fp.lossyu1',
    'wa-fp.ring',
  ],
};

/**
 * Recordings with samples in the vDSO. perf dumps the vDSO of the machine it runs on (machine__findnew_vdso, tools/perf/util/vdso.c),
 * which is that of the recording only there; its functions have no names for it elsewhere.
 */
const withVdso = [
  'aarch64/c-omit-leaf',
  'aarch64/c-sig-signal',
  'aarch64/pac48-c-pac-leaf',
  's390x/c-sig-signal',
];
const textsWithoutSymbols = texts.map((text) => text.map((word) => word.replace('comm,dso,sym', 'comm,dso')));

function withoutVdsoNames(text: string): string {
  return text.replace(/\S+ \(\[vdso\]\)$/gm, '[unknown] ([vdso])');
}

describeWhere(
  existsSync(sharedRecordingsFolder) && (hasToolchain() || toolchainIsRequired),
  'perf reads what inject writes of recordings of real kernels',
  'the shared recordings, or the toolchain root',
  () => {
    describe.each(Object.entries(sharedNames))('%s', (set, recorded) => {
      const setFolder = join(sharedRecordingsFolder, set);
      beforeAll(() => {
        cpSync(join(setFolder, 'root'), join(folder, set), { recursive: true, dereference: true });
        for (const name of ['kallsyms-main.gz', 'kallsyms.gz', 'kallsyms-fpr.gz']) {
          const path = join(setFolder, name);
          if (existsSync(path)) writeFileSync(join(folder, `${set}.${name}`), gunzipSync(readFileSync(path)));
        }
      });
      test.each(recorded)('%s', (name) => {
        const symbols =
          set === 'x86_64-defer'
            ? 'kallsyms.gz'
            : name.includes('fpr')
              ? 'kallsyms-fpr.gz'
              : 'kallsyms-main.gz';
        const original = join(setFolder, 'data', `${name}.data`);
        const places = ['--symfs', join(folder, set), '--kallsyms', join(folder, `${set}.${symbols}`)];
        const inside = ['--symfs', `/w/${set}`, '--kallsyms', `/w/${set}.${symbols}`];
        expect(run('inject', original, '-o', 'data/shared.data', ...places)).toMatchObject({ code: 0 });
        const hasVdso = withVdso.includes(`${set}/${name}`);
        for (const text of hasVdso ? textsWithoutSymbols : texts) {
          const { stdout } = run(...text, '-i', original, ...places);
          const expected = hasVdso ? withoutVdsoNames(stdout) : stdout;
          expectPerfToPrint(expected, ...text, '-i', 'data/shared.data', ...inside);
        }
      });
    });
  },
);

test('the file is smaller, and its attributes have neither registers nor stack copies', async () => {
  const { path, stderr } = inject('blur-image-nofp.compressed');
  expect(stderr).toMatch(/data: [\d.]+K of [\d.]+K; 82 of 82 samples have new callchains\n$/);
  const recording = await openRecording(path);
  for (const { attr } of recording.events) {
    expect(attr.sampleType & (PERF_SAMPLE_REGS_USER | PERF_SAMPLE_STACK_USER)).toBe(0);
    expect(hasFlag(attr, 'exclude_callchain_user')).toBe(false);
  }
  const { features } = await openRecording(join(recordings, 'blur-image-nofp.compressed.data'));
  expect(features.numbers).toContain(Feature.COMPRESSED);
  expect(recording.features.numbers).toEqual(
    features.numbers.filter((number) => number !== Feature.COMPRESSED),
  );
  const original = statSync(join(recordings, 'blur-image-nofp.data')).size;
  expect(statSync(inject('blur-image-nofp').path).size * 5).toBeLessThan(original);
});

test('what was injected is copied when it is injected again, and it is said that nothing was unwound', () => {
  const { path } = inject('shapes-nofp');
  const again = join(folder, 'again.data');
  const { stderr, code } = run('inject', path, '-o', again, '--symfs', root);
  expect(code).toBe(0);
  expect(stderr).toContain('nothing was unwound: no event has registers and stack copies');
  expect(readFileSync(again).equals(readFileSync(path))).toBe(true);
});

test('filters leave samples out', () => {
  const { stderr } = inject('shapes-nofp', '--time', '0%-50%');
  const [, kept] = /(\d+) of \d+ samples have/.exec(stderr)!;
  const lines = run(
    'script',
    '-G',
    '-i',
    join(recordings, 'shapes-nofp.data'),
    '--symfs',
    root,
    '--time',
    '0%-50%',
  );
  expect(Number(kept)).toBe(lines.stdout.trimEnd().split('\n').length);
});

test('an output must be named, and be a file', () => {
  const input = join(recordings, 'shapes-nofp.data');
  const unnamed = run('inject', input);
  expect(unnamed.code).toBe(2);
  expect(unnamed.stderr).toContain('-o FILE');
  expect(run('inject', input, '-o', '/dev/null')).toMatchObject({ code: 2 });
});

function withoutTip(text: string): string {
  return text.replace(/(^#\n)*# \(Tip: .*\n(^#\n)*/gm, '').trimEnd();
}
