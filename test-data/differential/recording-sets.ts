/**
 * The recordings that the differential test knows, in sets. A set says where its recordings are, which option tells a program where
 * their binaries and kernel symbols lie, and which texts of perf are stored for them.
 *
 *   committed/…          test-data/recordings: our freestanding programs, complete in every clone
 *   fresh/…              test-data/.work/recordings: made by record.sh on this machine, with the toolchain root's libraries
 *   aarch64/… s390x/…    recordings of real kernels, shared between checkouts (../shared/recordings)
 *   x86_64-defer/…       the same, of Linux 7.2 with deferred callchains
 *   public/…             of public repositories, by many versions of perf and by simpleperf; no binaries are at hand
 *   written/…            made byte by byte in test-data/written: what needs hardware that is not at hand
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { repositoryFolder, sharedRecordingsFolder, workFolder } from '../test-support/places';
import { writtenFolder } from '../written';

export interface RecordingSet {
  name: string;
  /** Bound to /w inside the toolchain root when perf is run there. */
  folder: string;
  /** Folder of the recordings, relative to `folder`. */
  dataFolder: string;
  /** The `--symfs` folder, absolute. */
  symfs: string;
  /** The same folder as perf is given it inside the root; undefined where the root itself is the right one. */
  symfsInside?: string;
  /** Path of the kernel symbols for a recording, relative to `folder`, maybe compressed; undefined for none. */
  kallsyms(recording: string): string | undefined;
  /** Path, relative to `folder` and without compression suffix, of the text that perf printed with these options. */
  storedText(recording: string, perfOptions: string): string | undefined;
  /** Binaries that the stored texts were printed with and that are not there; empty for most recordings. */
  missingBinaries?(recording: string): string[];
  /** What to do when the recordings are not there. */
  howToGet: string;
}

function textPath(folder: string, recording: string, kind: string | undefined): string | undefined {
  return kind === undefined ? undefined : join(folder, `${recording}.${kind}.txt`);
}

/** record.sh stores these six of each recording. */
const recordShTexts: Record<string, string> = {
  'script --no-inline': 'noinline',
  script: 'script',
  'report --no-children -g none --stdio --no-inline': 'report-flat',
  'report --stdio --no-inline': 'report',
  'script --header-only': 'header',
  'script --no-inline --show-mmap-events --show-task-events': 'events',
};

const committed: RecordingSet = {
  name: 'committed',
  folder: join(repositoryFolder, 'test-data/recordings'),
  dataFolder: '.',
  symfs: join(repositoryFolder, 'test-data/recordings/root'),
  symfsInside: '/w/root',
  kallsyms: () => undefined,
  storedText: (recording, options) => textPath('.', recording, recordShTexts[options]),
  howToGet: 'they are part of the repository',
};

const fresh: RecordingSet = {
  name: 'fresh',
  folder: workFolder,
  dataFolder: 'recordings',
  symfs: join(workFolder, 'symfs'),
  kallsyms: () => 'recordings/kallsyms',
  storedText: (recording, options) => textPath('recordings', recording, recordShTexts[options]),
  howToGet: 'run test-data/toolchain/setup.sh, test-data/workloads/build.sh and test-data/record.sh',
};

/** Of the arm64 and s390x recordings; printed on the recording machine. (Its .script texts are cut off, its .header ones have a line of another command.) */
const guestTexts: Record<string, string> = {
  'script --no-inline': 'noinline',
  'report --stdio --no-inline --no-children -g none --sort comm,dso,sym': 'report-flat',
  'report --stdio --no-inline': 'report',
  'script --no-inline -F comm,tid,time,event,ip,sym,uregs': 'uregs',
};

/**
 * Programs that these recordings ran, and that are not among the shared files; neither are their sources. perf of the
 * toolchain root prints the recordings without them; the stored texts hold what is above the first of their frames.
 */
const missingBinaries: Record<string, string[]> = {
  'two-events': ['/w/wlcc-omit', '/w/libwl-omit.so', '/usr/lib/aarch64-linux-gnu/libstdc++.so.6.0.36'],
  'c-fpr-kernel': ['/w/wlfpr'],
};

const sharedHowToGet = 'they are not part of the repository; a checkout with ../shared beside it has them';

function otherArchitecture(name: string, kallsyms: (recording: string) => string): RecordingSet {
  const folder = join(sharedRecordingsFolder, name);
  return {
    name,
    folder,
    dataFolder: 'data',
    symfs: join(folder, 'root'),
    symfsInside: '/w/root',
    kallsyms,
    storedText: (recording, options) => textPath('expected', recording, guestTexts[options]),
    missingBinaries: (recording) => missingBinaries[recording] ?? [],
    howToGet: sharedHowToGet,
  };
}

/** Of the deferred-callchain recordings; printed with --symfs and --kallsyms on another machine. */
const offlineTexts: Record<string, string> = {
  'script --no-inline': 'symfs.script',
  script: 'symfs.inline.script',
  'script --no-inline --no-merge-callchains': 'symfs.nomerge',
  'report --no-children -g none -F overhead,sample,comm,dso,sym --no-inline': 'symfs.flat',
};

const deferred: RecordingSet = {
  name: 'x86_64-defer',
  folder: join(sharedRecordingsFolder, 'x86_64-defer'),
  dataFolder: 'data',
  symfs: join(sharedRecordingsFolder, 'x86_64-defer/root'),
  symfsInside: '/w/root',
  // Recorded after another boot of the kernel.
  kallsyms: (recording) => (/lossyu|dwarfu/.test(recording) ? undefined : 'kallsyms.gz'),
  storedText: (recording, options) =>
    options === 'script --header-only'
      ? textPath('expected-guest', recording, 'header')
      : textPath('expected-offline', recording, offlineTexts[options]),
  howToGet: sharedHowToGet,
};

const showsEveryRecord = [
  '--show-mmap-events',
  '--show-task-events',
  '--show-switch-events',
  '--show-lost-events',
  '--show-namespace-events',
].join(' ');

/** Options of the texts beside the public recordings. */
export const publicTexts: Record<string, string> = {
  'script --no-inline': 'script',
  'report --stdio --no-inline --no-children -g none': 'flat',
  'report --stdio --no-inline': 'report',
  'report --header-only -I': 'header',
  [`script -G --no-inline ${showsEveryRecord}`]: 'events',
};

const publicRecordings: RecordingSet = {
  name: 'public',
  folder: join(sharedRecordingsFolder, 'public'),
  dataFolder: '.',
  // Nothing but texts is in there, and no binary.
  symfs: join(sharedRecordingsFolder, 'public/expected'),
  symfsInside: '/w/expected',
  kallsyms: () => undefined,
  storedText: (recording, options) => textPath('expected', recording, publicTexts[options]),
  howToGet: sharedHowToGet,
};

const written: RecordingSet = {
  name: 'written',
  folder: writtenFolder,
  dataFolder: 'data',
  symfs: join(repositoryFolder, 'test-data/recordings/root'),
  symfsInside: '/w/root',
  kallsyms: () => undefined,
  storedText: () => undefined,
  howToGet: 'run test-data/toolchain/setup.sh: only perf itself says what they mean',
};

export const recordingSets: RecordingSet[] = [
  committed,
  fresh,
  written,
  otherArchitecture('aarch64', () => 'kallsyms-main.gz'),
  otherArchitecture('s390x', (recording) =>
    recording.includes('fpr') ? 'kallsyms-fpr.gz' : 'kallsyms-main.gz',
  ),
  deferred,
  publicRecordings,
];

/** The set that a name like `fresh/recursion-fp` begins with. */
export function findSet(name: string): RecordingSet {
  const set = recordingSets.find((candidate) => name.startsWith(`${candidate.name}/`));
  if (set === undefined) throw new Error(`no set of recordings is called ${name.split('/')[0]}`);
  return set;
}

/** Names of the recordings of a set, without `.data`; empty when the set is absent. */
export function listRecordings(set: RecordingSet): string[] {
  const folder = join(set.folder, set.dataFolder);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.data'))
    .map((name) => basename(name, '.data'))
    .sort();
}

/** Path of a recording: a file, or a folder for `perf record --threads`. */
export function recordingPath(set: RecordingSet, recording: string): string {
  return join(set.folder, set.dataFolder, `${recording}.data`);
}

/** The kernel symbols of a recording as a plain file; a compressed one is unpacked into the work folder once. */
export function kallsymsPath(set: RecordingSet, recording: string): string | undefined {
  const relative = set.kallsyms(recording);
  if (relative === undefined) return undefined;
  const path = join(set.folder, relative);
  if (!existsSync(path)) return undefined;
  if (!path.endsWith('.gz')) return path;
  const folder = join(workFolder, 'unpacked', set.name);
  const plain = join(folder, basename(relative, '.gz'));
  if (!existsSync(plain)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${plain}.${process.pid}`, gunzipSync(readFileSync(path)));
    renameSync(`${plain}.${process.pid}`, plain);
  }
  return plain;
}
