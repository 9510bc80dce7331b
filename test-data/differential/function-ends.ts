/**
 * Samples that hit the end of a function, after the instruction that popped the frame pointer. By its row the register still
 * lies in the stack, in a word below the stack pointer that no copy holds: perf ends the stack at the next frame that needs it.
 * The register has it already, so ours goes on (unwinder/walk/returning-code.ts). What sets such a sample apart is checked here by
 * what others say: perf's stack is the beginning of ours, and objdump finds nothing but pops and a return at its address.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NodeFileSystem } from '../../parser/io';
import { workFolder } from '../test-support/places';
import { runInRoot } from './addr2line-answers';
import { readPerfOutput, runPerfAnew } from './perf-output';
import { runProgram } from './program-output';
import type { RecordingSet } from './recording-sets';
import { withoutChance } from './text-difference';

const FIELDS = 'script --no-inline -F comm,tid,time,ip,dso,dsoff';
/** Room for all registers that a function preserves, and the return. */
const LONGEST_END_BYTES = 17;
const ATTEMPTS = 3;

/** One sample whose stack is longer than perf's. */
export interface LongerStack {
  /** The sample's header line. */
  readonly title: string;
  readonly perfFrames: number;
  readonly ourFrames: number;
}

const known = new Map<string, Promise<LongerStack[]>>();

/**
 * The samples of a recording of x86-64 whose stacks perf cuts off at the end of a function.
 * @throws Error where a stack differs from perf's in another way
 */
export function findLongerStacks(set: RecordingSet, recording: string): Promise<LongerStack[]> {
  const key = `${set.name}/${recording}`;
  let found = known.get(key);
  if (!found) known.set(key, (found = compareStacks(set, recording)));
  return found;
}

async function compareStacks(set: RecordingSet, recording: string): Promise<LongerStack[]> {
  const [perfSamples, ours] = await Promise.all([
    readPerfSamples(set, recording),
    runProgram(set, recording, FIELDS),
  ]);
  const ourSamples = parseSamples(ours.stdout.toString('latin1'));
  if (perfSamples.length !== ourSamples.length) throw new Error(`${recording}: other samples than perf's`);
  return perfSamples.flatMap((theirs, i) => {
    const [title, ...frames] = theirs;
    const [, ...ourFrames] = ourSamples[i];
    if (frames.join('\n') === ourFrames.join('\n')) return [];
    const isBeginning = frames.every((frame, depth) => frame === ourFrames[depth]);
    if (title !== ourSamples[i][0] || !isBeginning || !onlyReturns(frames[0])) {
      throw new Error(
        `${recording}: a stack that is not perf's\n${theirs.join('\n')}\n${ourSamples[i].join('\n')}`,
      );
    }
    return [{ title, perfFrames: frames.length, ourFrames: ourFrames.length }];
  });
}

/** What perf prints; again where it lost stacks, as its libdw sometimes does (docs/as-perf.md). */
async function readPerfSamples(set: RecordingSet, recording: string): Promise<string[][]> {
  let text = await readPerfOutput(set, recording, FIELDS);
  for (let attempt = 1; ; attempt++) {
    const samples = parseSamples(withoutChance(text.toString('latin1')));
    if (attempt === ATTEMPTS || samples.every((lines) => lines.length > 1)) return samples;
    text = await runPerfAnew(set, recording, FIELDS);
  }
}

/** Samples as lines: header, then frames. Of a pipe perf prints names unasked (docs/as-perf.md, pipe-fields): without them. */
function parseSamples(text: string): string[][] {
  return text
    .split('\n\n')
    .filter((block) => block.trim() !== '')
    .map((block) =>
      block.split('\n').map((line) => line.replace(/^(\t *[0-9a-f]+) .*(\([^()]*\))$/, '$1 $2')),
    );
}

/** Whether objdump sees nothing but pops and a return at a printed frame. */
function onlyReturns(frame: string): boolean {
  const place = /\((\[vdso\]|\/\S+)\+0x([0-9a-f]+)\)$/.exec(frame);
  if (!place) return false;
  const offset = parseInt(place[2], 16);
  const range = [`--start-address=${offset}`, `--stop-address=${offset + LONGEST_END_BYTES}`];
  const path = place[1] === '[vdso]' ? copyVdso() : place[1];
  const text = runInRoot(workFolder, ['objdump', '-D', '-b', 'binary', '-m', 'i386:x86-64', ...range, path]);
  const instructions = [...text.matchAll(/^ +[0-9a-f]+:\t[^\t]*\t([^\n]*)$/gm)].map(([, words]) =>
    words.trim(),
  );
  const end = instructions.findIndex((instruction) => !instruction.startsWith('pop '));
  return end >= 0 && /^(?:repz |bnd )?ret\b/.test(instructions[end]);
}

/** Stores the running kernel's vDSO where objdump can read it. */
function copyVdso(): string {
  writeFileSync(join(workFolder, 'vdso.so'), new NodeFileSystem().readRunningVdso()!);
  return '/w/vdso.so';
}
