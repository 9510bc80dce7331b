/**
 * What perf 7.2 prints of a recording: the stored text where there is one that fits the binaries at hand, else the real perf of the toolchain root is run
 * now, and its text kept under test-data/.work/expected until the recording changes.
 */
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { hasToolchain, repositoryFolder, toolchainFolder, workFolder } from '../test-support/places';
import { kallsymsPath, recordingPath, type RecordingSet } from './recording-sets';

const run = promisify(execFile);

/** Splits options as a shell would, as far as the table needs it: words, with "quotes" around what holds a space. */
export function splitOptions(options: string): string[] {
  return [...options.matchAll(/(?:"[^"]*"|[^\s"])+/g)].map(([word]) => word.replace(/"/g, ''));
}

/** The options that perf has: ours are left out. */
function perfOptions(options: string): string {
  return options.replace(/ --as-perf\b/g, '').replace(/ --unwind[ =]\S+/g, '');
}

/** Path of the text that is stored for these options, with its compression suffix; undefined for none. */
function findStoredText(set: RecordingSet, recording: string, options: string): string | undefined {
  const relative = set.storedText(recording, options);
  if (relative === undefined) return undefined;
  const path = join(set.folder, relative);
  return [path, `${path}.gz`, `${path}.xz`].find((candidate) => existsSync(candidate));
}

function readMaybeCompressed(path: string): Buffer {
  if (path.endsWith('.gz')) return gunzipSync(readFileSync(path));
  if (path.endsWith('.xz')) return execFileSync('xz', ['-dc', path], { maxBuffer: 1 << 30 });
  return readFileSync(path);
}

/** A folder that can be bound to /w with the kernel symbols in it: the set's own, or a copy of a shared one. */
function folderForPerf(set: RecordingSet, kallsyms: string | undefined): string {
  if (kallsyms === undefined || kallsyms.startsWith(set.folder)) return set.folder;
  const copy = join(workFolder, 'unpacked', set.name);
  if (!existsSync(join(copy, 'root'))) {
    cpSync(join(set.folder, set.dataFolder), join(copy, set.dataFolder), { recursive: true });
    cpSync(join(set.folder, 'root'), join(copy, 'root'), { recursive: true, verbatimSymlinks: true });
  }
  return copy;
}

/** Changes when the recording does. */
function stamp(path: string): string {
  const stats = statSync(path);
  return `${stats.mtimeMs} ${stats.size}`;
}

/** The text that an earlier run of perf printed, or else what perf prints now, which is kept. */
async function runPerfOnce(set: RecordingSet, recording: string, options: string): Promise<Buffer> {
  const data = recordingPath(set, recording);
  const key = createHash('sha256')
    .update(`${data} ${stamp(data)} ${options}`)
    .digest('hex')
    .slice(0, 24);
  const cached = join(workFolder, 'expected', key);
  if (existsSync(cached)) return readFileSync(cached);
  const text = await runPerf(set, recording, options);
  mkdirSync(join(workFolder, 'expected'), { recursive: true });
  writeFileSync(`${cached}.${process.pid}`, text);
  renameSync(`${cached}.${process.pid}`, cached);
  return text;
}

/**
 * Runs perf inside the toolchain root, among processes of its own: where a pid of the recording is that of a live process,
 * perf enters its mount namespace to read the binaries, and does not find back into the root.
 */
async function runPerf(set: RecordingSet, recording: string, options: string): Promise<Buffer> {
  const kallsyms = kallsymsPath(set, recording);
  const folder = folderForPerf(set, kallsyms);
  // perf's reader of debug information does not look into --symfs: without the programs under the paths that they were
  // recorded with, perf asks the external addr2line instead.
  const programs = existsSync(join(folder, 'root/w/bin')) ? '/recorded/root/w' : undefined;
  const place = programs === undefined ? '/w' : '/recorded';
  const inside = (path: string): string => path.replace(folder, place);
  const where = ['-i', `${place}/${set.dataFolder}/${recording}.data`];
  if (set.symfsInside !== undefined) {
    where.push('--symfs', set.symfsInside.replace('/w', place));
    if (kallsyms !== undefined) where.push('--kallsyms', inside(kallsyms));
  }
  const { stdout } = await run(
    join(repositoryFolder, 'test-data/toolchain/enter.sh'),
    [
      ...(programs === undefined
        ? []
        : ['sh', '-ec', `mkdir -p /w; mount --bind ${programs} /w; exec "$@"`, 'sh']),
      'unshare',
      '--pid',
      '--fork',
      '--mount-proc',
      '--propagation',
      'unchanged',
      'perf',
      ...splitOptions(options),
      ...where,
    ],
    {
      env: { ...process.env, PERF_SFRAME_TOOLCHAIN: toolchainFolder, ENTER_BIND: `${folder}:${place}` },
      encoding: 'buffer',
      maxBuffer: 1 << 30,
    },
  );
  return stdout;
}

/** Path of a stored text that was printed with the binaries that are here. */
function findFittingText(set: RecordingSet, recording: string, options: string): string | undefined {
  const isComplete = (set.missingBinaries?.(recording) ?? []).length === 0;
  return isComplete ? findStoredText(set, recording, options) : undefined;
}

/** The text of perf that is stored for these options, also where binaries that it was printed with are missing. */
export function readStoredText(set: RecordingSet, recording: string, options: string): Buffer | undefined {
  const path = findStoredText(set, recording, perfOptions(options));
  return path === undefined ? undefined : readMaybeCompressed(path);
}

/** Says whether {@link readPerfOutput} can answer. */
export function canReadPerfOutput(set: RecordingSet, recording: string, options: string): boolean {
  return hasToolchain() || findFittingText(set, recording, perfOptions(options)) !== undefined;
}

/**
 * The bytes that perf prints on stdout.
 *
 * @param options ours as well as perf's; ours are left out
 * @throws Error when there is no stored text and no toolchain root, or perf itself fails
 */
export async function readPerfOutput(set: RecordingSet, recording: string, options: string): Promise<Buffer> {
  const ofPerf = perfOptions(options);
  const stored = findFittingText(set, recording, ofPerf);
  if (stored !== undefined) return readMaybeCompressed(stored);
  if (!hasToolchain()) {
    throw new Error(`no text of "perf ${ofPerf}" is stored for ${recording} and there is no toolchain root`);
  }
  return await runPerfOnce(set, recording, ofPerf);
}

/**
 * What perf prints when it is run anew, whatever text is stored.
 *
 * @param options ours as well as perf's; ours are left out
 * @throws Error when perf fails; needs the toolchain root
 */
export async function runPerfAnew(set: RecordingSet, recording: string, options: string): Promise<Buffer> {
  return await runPerf(set, recording, perfOptions(options));
}
