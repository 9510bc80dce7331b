/**
 * speedscope.app: one JSON file (schema: https://www.speedscope.app/file-format-schema.json, in the package speedscope).
 *
 *   shared.frames    functions, each with the file and line that it was first seen at
 *   profiles         for each event a profile of each thread, or with by "time" one of all: stacks in the order of time,
 *                    outermost frame first, and what each weighs
 *
 * Left out on purpose: binaries and their build ids, which the format has no place for; a function without symbol is
 * called by its binary.
 */

import { EMPTY_STACK } from '../../unwinder';
import type { ExportChoices, Exporter, ExportFile } from './exporter';
import type { ExportTables } from './tables';

export const speedscope: Exporter = {
  name: 'speedscope',
  options: {
    describe: 'for www.speedscope.app',
    extensions: ['.speedscope.json'],
    takesOneEvent: false,
    needsTimes: true,
    needsLines: true,
    // Users opened 1.5 GB, with patience, and no file above 2 GB: github.com/jlfwong/speedscope/issues/372. Chrome reads a file
    // into one ArrayBuffer of at most 2 GiB; texts longer than V8 can have were the limit until pull request 385 (2022).
    reader: { name: 'speedscope', mostBytes: 2 ** 31 - 1 },
    parts: [undefined],
  },
  write(tables, target, choices) {
    const file = target.open();
    const frames = new SpeedscopeFrames(tables);
    const first = tables.recordings[0]?.name ?? '';
    file.write(
      `{"$schema":"https://www.speedscope.app/file-format-schema.json","exporter":"perf-sframe","name":${JSON.stringify(first)},"activeProfileIndex":0,"profiles":[`,
    );
    let separator = '';
    for (const { name, event, rows } of listProfiles(tables, choices)) {
      file.write(separator);
      writeProfile(file, tables, frames, { name, event, rows }, choices);
      separator = ',\n';
    }
    file.write('],"shared":{"frames":[');
    frames.texts.forEach((text, index) => file.write(index === 0 ? text : `,\n${text}`));
    file.write(']}}\n');
  },
};

/** A profile of the file: the rows of the samples that it has. */
interface ProfileRows {
  readonly name: string;
  readonly event: number;
  readonly rows: readonly number[];
}

function listProfiles(
  { samples, threads, events, recordings }: ExportTables,
  { by }: ExportChoices,
): ProfileRows[] {
  // A thread that renamed itself is one profile, under its last name.
  const groupOfThread = new Map<string, number>();
  const names: string[] = [];
  const groupOf = threads.values.map(({ recording, pid, tid, comm }) => {
    const key = by === 'time' ? '' : `${recording} ${pid} ${tid}`;
    const group = groupOfThread.get(key) ?? groupOfThread.size;
    groupOfThread.set(key, group);
    const place = recordings.length > 1 ? ` ${recordings[recording].name}` : '';
    names[group] = by === 'time' ? 'all threads' : `${comm} (${pid}/${tid})${place}`;
    return group;
  });
  const count = events.values.length;
  return samples
    .groups((row) => groupOf[samples.thread[row]] * count + samples.event[row])
    .map((rows, group) => {
      const event = group % count;
      const thread = names[Math.floor(group / count)];
      return { name: count > 1 ? `${thread} ${events.values[event].name}` : thread, event, rows };
    })
    .filter(({ rows }) => rows !== undefined);
}

function writeProfile(
  file: ExportFile,
  { samples, events, threads }: ExportTables,
  frames: SpeedscopeFrames,
  { name, event, rows }: ProfileRows,
  { weight, by }: ExportChoices,
): void {
  const unit = weight === 'period' && events.values[event].unit === 'nanoseconds' ? 'nanoseconds' : 'none';
  const weights = samples[weight];
  let total = 0;
  for (const row of rows) total += weights[row];
  file.write(
    `{"type":"sampled","name":${JSON.stringify(name)},"unit":"${unit}","startValue":0,"endValue":${total},"samples":[`,
  );
  rows.forEach((row, index) => {
    const { pid, tid, comm } = threads.values[samples.thread[row]];
    const root = by === 'time' ? [frames.named(`${comm} (${pid}/${tid})`)] : [];
    file.write(`${index === 0 ? '' : ','}[${[...root, ...frames.ofStack(samples.stack[row])].join()}]`);
  });
  file.write('],"weights":[');
  rows.forEach((row, index) => file.write(`${index === 0 ? '' : ','}${weights[row]}`));
  file.write(']}');
}

/** Functions as the file numbers them. */
class SpeedscopeFrames {
  /** As JSON. */
  readonly texts: string[] = [];
  private readonly indexOfFunction: (number | undefined)[] = [];
  private readonly indexOfName = new Map<string, number>();
  private lastStack = EMPTY_STACK;
  private lastFrames: readonly number[] = [];

  constructor(private readonly tables: ExportTables) {}

  /** A frame that is not a function. */
  named(name: string): number {
    let index = this.indexOfName.get(name);
    if (index === undefined) {
      index = this.texts.push(JSON.stringify({ name })) - 1;
      this.indexOfName.set(name, index);
    }
    return index;
  }

  /** A stack's functions, outermost first. */
  ofStack(stack: number): readonly number[] {
    if (stack === this.lastStack) return this.lastFrames;
    const { stacks, frames } = this.tables;
    const found: number[] = [];
    for (let at = stack; at !== EMPTY_STACK; at = stacks.parent[at]) {
      for (const { function: index, line } of frames.lines(stacks.frame[at])) {
        found.push((this.indexOfFunction[index] ??= this.add(index, line)));
      }
    }
    this.lastStack = stack;
    return (this.lastFrames = found.reverse());
  }

  private add(index: number, line: number): number {
    const { name, file } = this.tables.functions.values[index];
    const place = file === '' ? {} : { file, line };
    return this.texts.push(JSON.stringify({ name, ...place })) - 1;
  }
}
