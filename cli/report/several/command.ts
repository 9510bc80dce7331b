/**
 * `perf-sframe report` of several recordings: the table of what was sampled, added up. perf has no such report; the text is laid out
 * as that of one recording, with a column for the recording unless --sort leaves it out.
 */

import { collectProfile, UsageError } from '../../../profile';
import { readEach, type SeveralRecordings } from '../../inputs';
import { ByteWriter, standardOutput } from '../../text/byte-writer';
import { buildReport } from '../build';
import { choosesBranches } from '../command';
import { titleOf } from '../headings';
import { isNumberColumn, type KeyColumn } from '../keys';
import { planReport, type ReportCommandOptions } from '../plan';
import { type FieldOptions, parseReportFields } from '../table/fields';
import { SummedRows } from './summed-rows';
import { writeSummed } from './summed-text';

const RECORDING_KEY = 'recording';
/** "rec" is enough, as with other keys; shorter it is none of perf's either. */
const LEAST_LETTERS = 3;

/** @returns the exit code @throws UsageError for what cannot be added up, and as `report` does */
export async function runReportOfSeveral(
  recordings: SeveralRecordings,
  given: ReportCommandOptions,
): Promise<number> {
  if (given.format !== 'text') {
    throw new UsageError(`--format ${given.format} is of one recording: give each by itself`);
  }
  const { sort, hasRecording, hasOtherKeys } = withoutRecording(given.sort);
  const options: ReportCommandOptions = { ...given, sort };
  const plan = planReport(options);
  if (options.children || plan.graph.style !== 'none') {
    throw new UsageError(
      `${recordings.inputs.length} recordings: a report of several has no callers: add --no-children -g none ` +
        '(flamegraph and view show their stacks)',
    );
  }
  if (options.branches === true) throw new UsageError('-b: branches are counted of one recording; name one');
  if (options.header) throw new UsageError('--header: each recording has its own; name one');
  const fieldOptions: FieldOptions = {
    ...options,
    hasParent: options.parent !== undefined,
    hasLatency: false,
    hasTracepointsOnly: false,
    countsBranches: false,
  };
  const { columns } = parseReportFields(fieldOptions);
  const isKey = (column: (typeof columns)[number]): column is KeyColumn => !isNumberColumn(column);
  const summed = new SummedRows(
    {
      numbers: columns.filter(isNumberColumn),
      keys: hasOtherKeys ? columns.filter(isKey) : [],
      hasRecording,
    },
    options.symbolFilter,
  );
  const exitCode = await readEach(
    { ...recordings, options: { ...recordings.options, keepsExitedThreads: true } },
    (session, name) => {
      if (!session.options.offCpu && choosesBranches(session.recording, given.branches)) {
        const summary =
          'samples are counted, and not branches, of which a report of this recording alone has a table (--no-branch-stack silences this)';
        session.diagnostics.addList({ summary, lines: [], share: 1 }, false);
      }
      const report = buildReport(session, collectProfile(session), plan, options, fieldOptions);
      summed.add(name, session, report, (table) =>
        titleOf(table, session, options.group, options.skipsEmpty),
      );
    },
  );
  const out = new ByteWriter(standardOutput);
  writeSummed(out, summed, {
    separator: options.separator,
    leastPercent: options.percentLimit ?? 0,
    isQuiet: options.isQuiet,
  });
  out.flush();
  return exitCode;
}

/** --sort without the key that perf does not have; recordings are kept apart unless --sort names only other keys. */
function withoutRecording(sort: string | undefined) {
  if (sort === undefined) return { sort, hasRecording: true, hasOtherKeys: true };
  const isAdded = sort.startsWith('+');
  const words = sort.replace(/^\+/, '').split(/[, ]+/).filter(Boolean);
  const others = words.filter(
    (word) => word.length < LEAST_LETTERS || !RECORDING_KEY.startsWith(word.toLowerCase()),
  );
  const hasRecording = isAdded || others.length < words.length;
  const rest = others.length === 0 ? undefined : `${isAdded ? '+' : ''}${others.join()}`;
  return { sort: rest, hasRecording, hasOtherKeys: isAdded || others.length > 0 };
}
