/** `perf-sframe script`: every sample with its stack, as `perf script` prints it. */

import type { Behaviours } from '../as-perf';
import { ByteWriter, standardOutput } from '../text/byte-writer';
import type { EventChoice } from './event-options';
import { EventText } from './event-text';
import { ScriptLines } from './script-lines';
import { scriptSources } from './script-sources';
import { ScriptText, type ScriptTextOptions } from './script-text';
import { type FileSessionOptions, openSession } from '../../profile/node';
import { headerText, type HeaderChoice } from '../header/header-options';
import { finishRun } from '../finish-run';

/** What the command does besides the text of samples. */
export interface ScriptCommandOptions {
  readonly format: 'text' | 'json';
  /** Undefined where no header is to be printed. */
  readonly header: HeaderChoice | undefined;
  readonly shownEvents: EventChoice;
  readonly behaviours: Behaviours;
}

/** @returns the exit code @throws UsageError, ParseError, or the system's error */
export async function runScript(
  sessionOptions: FileSessionOptions,
  textOptions: ScriptTextOptions,
  { format, header, shownEvents, behaviours }: ScriptCommandOptions,
): Promise<number> {
  const session = await openSession(sessionOptions);
  const out = new ByteWriter(standardOutput);
  const { recording } = session;
  if (format === 'json') {
    const lines = new ScriptLines(out, session);
    lines.begin(sessionOptions.input);
    session.run((sample, event, thread, chain, isHidden) => {
      if (!isHidden) lines.writeSample(sample, event, thread, chain);
    });
    out.flush();
    return finishRun(session);
  }
  if (header) out.writeText(headerText(recording, header));
  if (header?.only) {
    out.flush();
    return 0;
  }
  const text = new ScriptText(out, scriptSources(session, behaviours.tracepoints), textOptions);
  const events = new EventText(out, session, text, shownEvents);
  session.run(
    (sample, event, thread, chain, isHidden) => {
      if (!isHidden) text.writeSample(sample, event, thread, chain);
    },
    {
      deferred: (...deferred) => text.writeDeferred(...deferred),
      record: (place) => events.write(place),
      inFileOrder: shownEvents.has('show-round-events'),
    },
  );
  out.flush();
  return finishRun(session);
}
