/**
 * perf's texts of the recordings that `inject` writes are ours of the originals, which the table holds against perf's of the
 * originals: every recording of every set, deferred ones, zstd, pipes, folders, AArch64 and s390x among them.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWhere } from '../test-support/left-out';
import { hasToolchain, repositoryFolder, toolchainIsRequired, workFolder } from '../test-support/places';
import { REPEATS } from './perf-chance';
import { runPerfAnew } from './perf-output';
import { programArguments, runProgram } from './program-output';
import { kallsymsPath, listRecordings, type RecordingSet } from './recording-sets';

const texts = {
  script: 'script --no-inline',
  children: 'report --stdio --no-inline --children -g none -s comm,dso,sym',
  self: 'report --stdio --no-inline --no-children -g none -s comm,dso,sym',
};
type Text = keyof typeof texts;

/**
 * Recordings with samples in the vDSO. perf dumps the vDSO of the machine it runs on (machine__findnew_vdso, tools/perf/util/vdso.c),
 * which is that of the recording only there; its functions have no names for it elsewhere. They are compared without names.
 */
const withVdso = [
  'aarch64/c-omit-leaf',
  'aarch64/c-sig-signal',
  'aarch64/pac48-c-pac-leaf',
  's390x/c-sig-signal',
];

/**
 * What has another order in perf's text of the file (docs/inject.md). In a recording of all processors the samples of others
 * pass those that wait for a deferred callchain; joined, they come in the order of time. And lines of words that are no
 * addresses are ordered by differences that wrap around (`wrapped-differences` in docs/as-perf.md).
 */
const otherOrder: Record<string, Text> = {
  'x86_64-defer/wa-fp.sys': 'script',
  'x86_64-defer/wa-fp.fp': 'children',
  'x86_64-defer/wa-nofp.fp': 'children',
};

/** `bss-variable` (docs/as-perf.md): perf prints other names of any such recording, and so do we with `--as-perf`. */
const namedAsPerf = /^fresh\/own-signals-bss-/;

/** `jitdump`: perf has no names of generated code. The stacks are compared without any. */
const withoutNames = /^fresh\/python-jit/;
const textsWithoutNames = {
  script: 'script --no-inline -F comm,tid,time,event,ip',
  children: texts.children.replace('comm,dso,sym', 'comm'),
  self: texts.self.replace('comm,dso,sym', 'comm'),
};

/** What else the machine ran has binaries of its own, of which perf finds others at the same paths in the root. */
const ofTheMachine = 'fresh/whole-system';
const textsOfTheWorkload = { script: 'script --no-inline --comms fork-exec-nofp,swapper' };

/** The texts that are asked of a recording. */
function textsOf(name: string): Partial<Record<Text, string>> {
  if (name === ofTheMachine) return textsOfTheWorkload;
  return withoutNames.test(name) ? textsWithoutNames : texts;
}

/** A set of what `inject` writes of another set's recordings, with what perf needs to read them. */
function injectedSet(set: RecordingSet): { injected: RecordingSet; remove: () => void } {
  const isFresh = set.symfsInside === undefined;
  const folder = isFresh ? workFolder : mkdtempSync(join(tmpdir(), 'perf-sframe-injected-'));
  const dataFolder = `injected-${process.pid}`;
  const data = join(folder, dataFolder);
  mkdirSync(data);
  if (!isFresh) cpSync(set.symfs, join(folder, 'root'), { recursive: true, dereference: true });
  const injected: RecordingSet = {
    ...set,
    folder,
    dataFolder,
    symfsInside: isFresh ? undefined : '/w/root',
    kallsyms: (recording) => {
      const path = kallsymsPath(set, recording);
      if (path === undefined) return undefined;
      writeFileSync(join(data, 'kallsyms'), readFileSync(path));
      return join(dataFolder, 'kallsyms');
    },
  };
  const remove = (): void => rmSync(isFresh ? data : folder, { recursive: true, force: true });
  return { injected, remove };
}

const trimmed = (text: string): string => text.replace(/(^#\n)*# \(Tip: .*\n(^#\n)*/gm, '').trimEnd();

const withoutVdsoNames = (text: string): string => text.replace(/\S+ \(\[vdso\]\)$/gm, '[unknown] ([vdso])');

/** Samples, or lines, in an order that depends on nothing else. */
function inAnyOrder(text: string, kind: Text): string {
  const separator = kind === 'script' ? '\n\n' : '\n';
  return text.split(separator).sort().join(separator);
}

/** perf's text; where it is not the one that is expected, perf is asked again (perf-chance.ts). */
async function askPerf(
  set: RecordingSet,
  recording: string,
  options: string,
  isExpected: (text: string) => boolean,
): Promise<string> {
  let text = '';
  for (let i = 0; i <= REPEATS; i++) {
    // A stack that was unwound may be longer than the recorded chains that perf prints whole.
    text = trimmed((await runPerfAnew(set, recording, `${options} --max-stack 512`)).toString('latin1'));
    if (isExpected(text)) break;
  }
  return text;
}

/** Declares the tests of a set's recordings. */
export function testInjected(set: RecordingSet): void {
  const recordings = listRecordings(set);
  describeWhere(
    recordings.length > 0 && (hasToolchain() || toolchainIsRequired),
    'perf reads what inject writes',
    recordings.length > 0 ? 'the toolchain root (test-data/toolchain/setup.sh)' : set.howToGet,
    () => {
      let made: ReturnType<typeof injectedSet>;
      beforeAll(() => {
        made = injectedSet(set);
      });
      afterAll(() => made.remove());

      test.each(recordings)(
        '%s',
        async (recording) => {
          const { injected } = made;
          const path = join(injected.folder, injected.dataFolder, `${recording}.data`);
          const args = programArguments(set, recording, `inject -o ${path}`);
          execFileSync(process.execPath, [join(repositoryFolder, 'bin/perf-sframe.js'), ...args], {
            stdio: 'ignore',
          });
          const name = `${set.name}/${recording}`;
          const isVdso = withVdso.includes(name);
          const asPerf = namedAsPerf.test(name) ? ' --as-perf' : '';
          for (const [kind, options] of Object.entries(textsOf(name)) as [Text, string][]) {
            const words = isVdso ? options.replace('comm,dso,sym', 'comm,dso') : options;
            const { stdout } = await runProgram(set, recording, `${words}${asPerf}`);
            const ours = trimmed(stdout.toString('latin1'));
            const expected = isVdso ? withoutVdsoNames(ours) : ours;
            const printed = await askPerf(injected, recording, words, (text) => text === expected);
            if (otherOrder[name] === kind) {
              expect(printed).not.toBe(expected);
              expect(inAnyOrder(printed, kind)).toBe(inAnyOrder(expected, kind));
            } else expect(printed).toBe(expected);
          }
          rmSync(path);
        },
        180_000,
      );
    },
  );
}
