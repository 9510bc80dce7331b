/**
 * Every option that the help of perf 7.2 names is either done here or refused with a reason: none is unknown. The same of the
 * fields of `perf script -F`.
 */
import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { resolveFields } from '../../cli/script/script-fields';
import { MemoryByteSource, Recording } from '../../parser';
import { translatePerfArguments } from '../../cli/perf-options';
import { describeWhere } from '../test-support/left-out';
import { hasToolchain, repositoryFolder, toolchainFolder } from '../test-support/places';
import { writeRecordings, writtenFolder } from '../written';

const run = promisify(execFile);
const recording = join(repositoryFolder, 'test-data/recordings/blur-image-nofp.data');
/** Its samples say on which CPU they were taken. */
const recordingWithCpus = join(writtenFolder, 'data/records.data');
const symfs = join(repositoryFolder, 'test-data/recordings/root');

/** Arguments that make sense, of options that take one and are done; of the others any will do. */
const sensible: Record<string, string> = {
  '--fields': 'comm,sym',
  '--input': recording,
  '--vmlinux': process.execPath,
  '--kallsyms': '/proc/kallsyms',
  '--symfs': symfs,
  '--sort': 'comm',
  '--call-graph': 'flat',
  '--percentage': 'relative',
  '--stdio-color': 'never',
  '--time': '10%/1',
  '--time-quantum': '1ms',
};

interface PerfOption {
  names: string[];
  takesArgument: boolean;
}

function perfHelp(command: string): string {
  const enter = join(repositoryFolder, 'test-data/toolchain/enter.sh');
  const env = { ...process.env, PERF_SFRAME_TOOLCHAIN: toolchainFolder };
  try {
    return execFileSync(enter, ['perf', command, '-h'], { env, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    // perf counts being asked for help as a wrong call.
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return stdout + stderr;
  }
}

/** `    -c, --comms <comm[,comm...]>`, `        --itrace[=<opts>]`: what is in brackets may be left out. */
function parseOptions(help: string): PerfOption[] {
  return [...help.matchAll(/^ {4}(?:(-\w), | {4})(--[\w-]+)(\[=.*\])?( +<.*>)?/gm)].map((match) => {
    const [, short, long, , argument] = match;
    return {
      names: [...((short as string | undefined) ? [short] : []), long],
      takesArgument: argument !== undefined,
    };
  });
}

/** Undefined where the option is done; else what is said of it. */
async function refusalOf(
  command: string,
  { names, takesArgument }: PerfOption,
  name: string,
): Promise<string | undefined> {
  const long = names[names.length - 1];
  const words = takesArgument ? [name, sensible[long] ?? '1'] : [name];
  try {
    translatePerfArguments([command, ...words]);
    const where = long === '--input' ? [] : ['-i', long === '--cpu' ? recordingWithCpus : recording];
    // Unknown options are found before anything is read.
    const headerOnly = ['--header-only', '--symfs', symfs].filter(
      (word) => long !== '--symfs' || word === '--header-only',
    );
    await run(process.execPath, [
      join(repositoryFolder, 'bin/perf-sframe.js'),
      command,
      ...words,
      ...headerOnly,
      ...where,
    ]);
    return undefined;
  } catch (error) {
    return (error as { stderr?: string }).stderr ?? (error as Error).message;
  }
}

describeWhere(hasToolchain(), 'the options of perf', 'run test-data/toolchain/setup.sh', () => {
  beforeAll(writeRecordings);

  test.each(['script', 'report'])(
    'of %s are done or refused with a reason',
    async (command) => {
      const options = parseOptions(perfHelp(command));
      expect(options.length).toBeGreaterThan(50);
      let done = 0;
      for (const option of options) {
        for (const name of option.names) {
          const refusal = await refusalOf(command, option, name);
          if (refusal === undefined) done++;
          else
            expect(`${name}: ${refusal}`).toMatch(
              / of perf is not done here: \w|; record with perf record -\w/,
            );
        }
      }
      expect(done).toBeGreaterThan(30);
    },
    180_000,
  );

  test('fields of script are done, refused with a reason, or of events that hold more', () => {
    const fields = /Fields: ([\w,-]+)/.exec(perfHelp('script'))?.[1].split(',') ?? [];
    expect(fields.length).toBeGreaterThan(40);
    const bytes = new Uint8Array(readFileSync(recording));
    const { events } = Recording.open(new MemoryByteSource(recording, bytes));
    let done = 0;
    for (const field of fields) {
      try {
        resolveFields(events, [`+${field}`], false);
        done++;
      } catch (error) {
        const refusal = new RegExp(
          `the field '${field}' of perf is not done here: |^-F ${field}: samples of .* do not hold it`,
        );
        expect((error as Error).message).toMatch(refusal);
      }
    }
    expect(done).toBeGreaterThan(15);
  });
});
