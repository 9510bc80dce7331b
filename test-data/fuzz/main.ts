/**
 * The fuzz harness. A worker damages inputs and runs targets on them; a watchdog beside it looks how long one input takes and
 * how much memory, and ends the worker where that is too much; then another is started. What fails is made smaller and kept in
 * the corpus. Worker and watchdog have a process of their own: memory that the system has not got back counts for no other.
 *
 *   main ──── target, seed, seconds ───► watchdog ───► worker   for each round: damage an input, copy it to shared memory, run
 *        ◄─── counts, failures ───────── reads shared memory: which round, which input, since when
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { readCorpus, writeCase } from './corpus';
import { minimise } from './minimise';
import { fuzz, type RoundFailure } from './rounds';
import { SharedState } from './shared-state';
import { runTarget, type Input, type Target } from './target';
import { targets } from './targets';
import { watchWorker, type Limits, type Watched } from './watchdog';

const LIMITS: Limits = {
  // Far above what any input takes, far below an endless loop.
  longestRoundMs: 5000,
  // What the program may take, whatever the input. The worker holds all sound inputs besides.
  mostBytes: 600 * 1024 * 1024,
};
const USUAL_SECONDS = 60;
const MOST_FAILURES = 20;

const HELP = `Damages sound inputs of each format, runs the program's readers on them, and keeps what fails.

    npm run fuzz -- [options]

    --target NAME    this target alone (repeatable); --list prints them
    --seed N         the same inputs again; a fresh seed, which is printed, unless given
    --seconds S      for each target; ${USUAL_SECONDS} unless given
    --each N         N damaged copies of each sound input, however long that takes
    --list           print the targets
    --help           print this

A failure is anything thrown that is not a ParseError, a broken promise (such as samples that are not accounted for), more than
${LIMITS.longestRoundMs / 1000} s of processor time for one input, or more than ${LIMITS.mostBytes / 2 ** 20} MiB. It is made smaller and kept in test-data/corpus/, which the tests
replay. Exit code 0: nothing failed; 1: something did. docs/security-testing.md has more.`;

const OF_WATCHDOG = '--watchdog';

interface Job {
  readonly target: string;
  readonly seed: number;
  readonly seconds: number;
  /** Damaged copies of each sound input; undefined for as many of any as the time allows. */
  readonly copiesOfEach?: number;
  /** The only input to run; undefined where inputs are made. */
  readonly only?: Input;
}

interface WorkerData extends Job {
  readonly state: SharedArrayBuffer;
}

type Amount = Pick<Job, 'seed' | 'seconds' | 'copiesOfEach'>;

interface TargetSummary {
  executions: number;
  failures: string[];
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      target: { type: 'string', multiple: true },
      seed: { type: 'string' },
      seconds: { type: 'string' },
      each: { type: 'string' },
      list: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  if (values.list) {
    for (const { name } of targets) console.log(name);
    return;
  }
  const chosen = values.target ? values.target.map(findTarget) : targets;
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  const copiesOfEach = values.each === undefined ? undefined : Number(values.each);
  const seconds = copiesOfEach === undefined ? Number(values.seconds ?? USUAL_SECONDS) : Infinity;
  let failures = 0;
  let executions = 0;
  const amount =
    copiesOfEach === undefined
      ? `${seconds} s for each of ${chosen.length} targets`
      : `${copiesOfEach} copies of each input`;
  console.log(`seed ${seed}, ${amount}, Node ${process.version}`);
  for (const target of chosen) {
    if (target.missing !== undefined) {
      console.log(`${target.name.padEnd(16)} left out: not here: ${target.missing}`);
      continue;
    }
    const summary = await runOne(target, { seed, seconds, copiesOfEach });
    failures += summary.failures.length;
    executions += summary.executions;
    console.log(
      `${target.name.padEnd(16)} seed ${seed}, ${String(summary.executions).padStart(9)} executions, ${summary.failures.length} failures`,
    );
    for (const text of summary.failures) console.log(text.replace(/^/gm, '    '));
  }
  console.log(`${executions} executions, ${failures} failures`);
  process.exitCode = failures > 0 ? 1 : 0;
}

function findTarget(name: string): Target {
  const target = targets.find((each) => each.name === name);
  if (!target) throw new Error(`no target ${name}; there are ${targets.map((each) => each.name).join(', ')}`);
  return target;
}

/** Fuzzes one target for some seconds, with as many workers one after the other as that takes. */
async function runOne(target: Target, { seed, seconds, copiesOfEach }: Amount): Promise<TargetSummary> {
  const summary: TargetSummary = { executions: 0, failures: [] };
  const seen = new Set<string>();
  // A worker that ends well has used up the time; one that was ended is followed by another.
  for (let left = seconds, start = 0; left > 0 && summary.failures.length < MOST_FAILURES; start++) {
    const begun = Date.now();
    const { executions, failures, isEnded } = await runInProcess({
      target: target.name,
      seed: seed + start * 1_000_003,
      seconds: left,
      copiesOfEach,
    });
    left = isEnded ? left - (Date.now() - begun) / 1000 : 0;
    summary.executions += executions;
    for (const failure of failures) {
      if (seen.has(failure.kind)) continue;
      if (!failure.isThrown && !(await failsAlone(target, failure))) continue;
      seen.add(failure.kind);
      const smaller = failure.isThrown ? await minimise(target, failure) : failure.input;
      summary.failures.push(`${failure.text}\nkept in ${writeCase(target.name, smaller)}`);
    }
  }
  return summary;
}

/** Runs an input by itself: what rounds before it left behind, or a busy machine, is not its failure. */
async function failsAlone(target: Target, { input }: RoundFailure): Promise<boolean> {
  const { failures } = await runInProcess({ target: target.name, seed: 0, seconds: 0, only: input });
  return failures.length > 0;
}

/** @throws Error where the process ends without an answer */
async function runInProcess(job: Job): Promise<Watched> {
  const child = fork(__filename, [OF_WATCHDOG], { serialization: 'advanced' });
  child.send(job);
  let watched: Watched | undefined;
  child.on('message', (message) => (watched = message as Watched));
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  if (!watched)
    throw new Error(`the process of ${job.target}, seed ${job.seed}, ended with ${signal ?? String(code)}`);
  return watched;
}

/** In the process of a worker. */
function answerParent(): void {
  process.once('message', (job) => {
    void runWatched(job as Job).then((watched) => process.send!(watched, () => process.disconnect()));
  });
}

function runWatched(job: Job): Promise<Watched> {
  const shared = new SharedState();
  const data: WorkerData = { ...job, state: shared.buffer };
  // As much stack as the main thread has.
  const worker = new Worker(__filename, { workerData: data, resourceLimits: { stackSizeMb: 1 } });
  return watchWorker(worker, shared, job.seed, LIMITS);
}

async function work({ target: name, seed, seconds, copiesOfEach, state, only }: WorkerData): Promise<void> {
  const target = findTarget(name);
  if (only) {
    await target.prepare?.();
    new SharedState(state).begin(only);
    await runTarget(target, only);
    return;
  }
  const corpus = readCorpus().filter((each) => each.target === name);
  await fuzz(target, {
    seed,
    seconds,
    copiesOfEach,
    corpus: corpus.map(({ input }) => input),
    state: new SharedState(state),
    onFailure: (failure) => parentPort!.postMessage(failure),
  });
}

if (!isMainThread) void work(workerData as WorkerData);
else if (process.argv.includes(OF_WATCHDOG)) answerParent();
else void main();
