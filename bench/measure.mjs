// One process measured: perf in the toolchain root, perf-sframe outside, each in an empty environment.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, linkSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = dirname(fileURLToPath(import.meta.url));
const toolchain = resolve(process.env.PERF_SFRAME_TOOLCHAIN ?? join(folder, '../.toolchain/forky'));
export const work = join(folder, '.work');
export const program = join(folder, '../bin/perf-sframe.js');
const shared = join(work, 'root/w');

/** Runs a command inside the toolchain root; entering it is not part of what the stopwatch in there measures. */
export function enter(command) {
  const result = spawnSync(join(folder, '../test-data/toolchain/enter.sh'), command, {
    env: { ...process.env, PERF_SFRAME_TOOLCHAIN: toolchain, ENTER_BIND: `${shared}:/w` },
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`${command.join(' ')}: ${result.stderr}`);
  return result.stdout;
}

/** What stopwatch.c printed. */
function parseMeasurement(text) {
  const [seconds, cpuSeconds, peakKb, exitCode] = text.trim().split(' ').map(Number);
  if (exitCode !== 0) throw new Error(`a measured command failed with exit code ${exitCode}`);
  return { seconds, cpuSeconds, peakMb: peakKb / 1024 };
}

/** Measures on one recording; `end` removes what it put beside the recording. */
export class Measurement {
  #inside = join(shared, 'recording.data');
  #output = join(work, 'output.txt');
  #perfOutput = join(shared, 'output.txt');
  #stopwatch = join(shared, 'stopwatch');
  #caches = join(work, 'caches');
  #keepsAnswers = false;

  constructor(recording) {
    if (!existsSync(join(toolchain, '.complete')))
      throw new Error(`no toolchain root in ${toolchain}; run test-data/toolchain/setup.sh`);
    this.recording = recording;
    rmSync(this.#inside, { force: true });
    linkSync(recording, this.#inside);
    // Built static, the same file runs inside and outside the root.
    copyFileSync(join(folder, 'stopwatch.c'), `${this.#stopwatch}.c`);
    enter(['gcc', '-O2', '-static', '-o', '/w/stopwatch', '/w/stopwatch.c']);
  }

  perf(args) {
    return this.inside(['perf', ...args, '-i', '/w/recording.data']);
  }

  /** A command of the toolchain root, for which the recording is /w/recording.data. */
  inside(command) {
    return parseMeasurement(enter(['/w/stopwatch', '/w/output.txt', ...command]));
  }

  ours(args, nodeArgs = []) {
    const where = ['--symfs', join(work, 'root'), '-i', this.recording];
    return this.node([...nodeArgs, program, ...args, ...where]);
  }

  /** Whether runs of ours from now on find what those before them found out of binaries; the first finds nothing. */
  keepAnswers(isWanted) {
    rmSync(this.#caches, { recursive: true, force: true });
    this.#keepsAnswers = isWanted;
  }

  /** Node.js with any arguments. */
  node(args) {
    return this.outside([process.execPath, ...args]);
  }

  /** A command of this machine. */
  outside(command) {
    // With NODE_EXTRA_CA_CERTS set, Node 20 reads certificates at each start (0.08 s).
    const env = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' };
    if (this.#keepsAnswers) env.XDG_CACHE_HOME = this.#caches;
    else env.PERF_SFRAME_CACHE = 'off';
    const result = spawnSync(this.#stopwatch, [this.#output, ...command], { env, encoding: 'utf8' });
    return parseMeasurement(result.stdout);
  }

  /** Milliseconds that V8 collected garbage: of a run of its own, as its notes go to stdout. */
  garbageMs(args) {
    this.ours(args, ['--trace-gc']);
    const notes = readFileSync(this.#output, 'latin1').matchAll(/^\[\d+:.* (\d+\.\d+) \/ \d+\.\d+ +ms /gm);
    return [...notes].reduce((sum, [, ms]) => sum + Number(ms), 0);
  }

  /**
   * Whether perf's last text is ours with --as-perf: by default stacks are right where perf's are cut off (docs/as-perf.md).
   * perf cuts names of C++ in its reports after some thousand bytes.
   */
  printsTheSame(args) {
    // Answers of --as-perf are kept apart.
    if (this.#keepsAnswers) this.ours([...args, '--as-perf']);
    this.ours([...args, '--as-perf']);
    const tip = /^#\n# \(Tip: .*\)\n#\n/gm;
    const [ours, perfs] = [this.#output, this.#perfOutput].map((path) =>
      readFileSync(path, 'latin1')
        .replace(tip, '')
        .replace(/^(.{1000}).*$/gm, '$1'),
    );
    return ours === perfs;
  }

  end() {
    this.keepAnswers(false);
    for (const path of [this.#inside, this.#output, this.#perfOutput]) rmSync(path, { force: true });
  }
}

/** Puts a program of this folder and what it uses into one file; returns its path. */
export async function bundleProbe(name) {
  const outfile = join(work, `${name}.cjs`);
  await build({
    entryPoints: [join(folder, `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'error',
  });
  return outfile;
}

/** Least, middle and greatest of each number of some measurements. */
export function summarize(measurements) {
  const numbersOf = (key) => measurements.map((one) => one[key]).sort((left, right) => left - right);
  const of = (key) => {
    const numbers = numbersOf(key);
    return { min: numbers[0], median: numbers[numbers.length >> 1], max: numbers.at(-1) };
  };
  return { seconds: of('seconds'), cpuSeconds: of('cpuSeconds'), peakMb: of('peakMb') };
}
