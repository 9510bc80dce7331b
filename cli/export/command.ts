/** `perf-sframe export`: recordings in the formats of other programs. */

import { collectProfile, ExportTables, type ExportChoices, type Exporter } from '../../profile';
import { collectGarbage } from '../collect-garbage';
import { filesRead, readEach, type SeveralRecordings } from '../inputs';
import { chooseEvent } from '../stacks/stack-choice';
import { describeTooLarge } from './file-size';
import { ExportFiles } from './files';
import { writeError } from '../text/error-output';

export interface ExportCommandOptions extends ExportChoices {
  readonly exporter: Exporter;
  /** The file to write; undefined and "-" for standard output. */
  readonly output: string | undefined;
  readonly event: string | undefined;
}

/** @returns the exit code @throws UsageError, ParseError, OutputError, or the system's error */
export async function runExport(
  recordings: SeveralRecordings,
  options: ExportCommandOptions,
): Promise<number> {
  const { exporter, output } = options;
  const { parts, needsTimes, needsLines, takesOneEvent } = exporter.options;
  const files = new ExportFiles(output, parts, filesRead(recordings));
  let tables: ExportTables | undefined;
  const exitCode = await readEach(recordings, (session, name) => {
    const collected = collectProfile(session, { keepsTimes: needsTimes, tellsCpus: needsTimes });
    const needsEvent = takesOneEvent || options.event !== undefined;
    const event = needsEvent ? chooseEvent(session, collected.profile, options.event) : undefined;
    tables ??= new ExportTables({
      lines: needsLines,
      event: event === undefined ? undefined : session.recording.events[event].name,
    });
    tables.add(name, session, collected);
  });
  if (tables!.samples.count === 0) {
    writeError('perf-sframe: no samples: the export is empty\n');
  }
  const tooLarge = await describeTooLarge(exporter, tables!, options);
  if (tooLarge !== undefined) writeError(`perf-sframe: ${tooLarge}\n`);
  // What reading left behind would add to what writing takes: a fifth of the peak.
  await collectGarbage();
  await exporter.write(tables!, files, options);
  files.commit();
  return exitCode;
}
