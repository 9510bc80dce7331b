/** `perf-sframe export`: a recording in the formats of other programs. */

import { collectProfile, ExportTables, type ExportChoices, type Exporter } from '../../profile';
import { type FileSessionOptions, openSession } from '../../profile/node';
import { finishRun } from '../finish-run';
import { namedFiles } from '../options';
import { chooseEvent } from '../stacks/stack-choice';
import { ExportFiles } from './files';

export interface ExportCommandOptions extends ExportChoices {
  readonly exporter: Exporter;
  /** The file to write; undefined and "-" for standard output. */
  readonly output: string | undefined;
  readonly event: string | undefined;
}

/** @returns the exit code @throws UsageError, ParseError, OutputError, or the system's error */
export async function runExport(
  sessionOptions: FileSessionOptions,
  options: ExportCommandOptions,
): Promise<number> {
  const { exporter, output } = options;
  const { parts, needsTimes, needsLines, takesOneEvent } = exporter.options;
  const files = new ExportFiles(output, parts, [sessionOptions.input, ...namedFiles(sessionOptions)]);
  const session = await openSession(sessionOptions);
  const collected = collectProfile(session, { keepsTimes: needsTimes, tellsCpus: needsTimes });
  const { events } = session.recording;
  const chosen =
    takesOneEvent || options.event !== undefined
      ? chooseEvent(session, collected.profile, options.event)
      : undefined;
  const tables = new ExportTables({
    lines: needsLines,
    event: chosen === undefined ? undefined : events[chosen].name,
  });
  tables.add(sessionOptions.input, session, collected);
  if (tables.samples.count === 0) {
    process.stderr.write('perf-sframe: no samples: the export is empty\n');
  }
  await exporter.write(tables, files, options);
  files.commit();
  return finishRun(session, { needsStacks: true });
}
