/**
 * What commands make of a damaged recording whose binaries are here: the text of script, pages, exports, and recordings that
 * are written anew. Names, addresses and counts that nothing checks before reach code here that believes its input.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePageData } from '../../../cli/page/page-data';
import { packColumns } from '../../../cli/page/page-format';
import { InjectedRecording } from '../../../cli/inject/injected-recording';
import { headerText } from '../../../cli/header/header-options';
import { scriptSources } from '../../../cli/script/script-sources';
import { ScriptText } from '../../../cli/script/script-text';
import { EventText } from '../../../cli/script/event-text';
import { eventChoice, type EventArguments } from '../../../cli/script/event-options';

import { ByteWriter } from '../../../cli/text/byte-writer';
import type { Recording } from '../../../parser';
import {
  collectProfile,
  exporters,
  ExportTables,
  startSession,
  UsageError,
  type Session,
  type SessionChoices,
} from '../../../profile';
import { MemoryFileSystem } from '../../../symbolizer';
import { perfDataLayout } from '../damage/layouts';
import { attempt, single, type Input, type Target } from '../target';
import {
  openInput,
  perfDirectory,
  perfFile,
  perfPipe,
  prepareZstd,
  recordingFiles,
  recordingsFolder,
} from './recordings';

let binaries: MemoryFileSystem | undefined;

export function startOn(recording: Recording, choices: SessionChoices = {}): Session {
  binaries ??= new MemoryFileSystem(
    new Map(
      [
        'blur-image-fp',
        'blur-image-nofp',
        'own-signals-fp',
        'own-signals-nofp',
        'shapes-fp',
        'shapes-nofp',
      ].map((name) => [
        `/w/bin/${name}`,
        new Uint8Array(readFileSync(join(recordingsFolder, 'root/w/bin', name))),
      ]),
    ),
  );
  return startSession(recording, { ...choices, files: binaries });
}

const common = {
  prepare: prepareZstd,
  layout: (_part: string, bytes: Uint8Array) => perfDataLayout(bytes),
  seeds: () => recordingFiles().map(single),
};

/** Runs what a user error may end: samples that cannot be printed as they were asked for. */
function orUsage(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
  }
}

const everyEvent = eventChoice(new Proxy({}, { get: () => true }) as EventArguments);

export const script: Target = {
  ...common,
  name: 'script',
  run(input) {
    const recording = openInput(input);
    attempt(() => headerText(recording, { only: false, full: true }));
    const session = startOn(recording);
    const out = new ByteWriter(() => undefined);
    orUsage(() => {
      const text = new ScriptText(out, scriptSources(session, { operators: 'c' }), {
        fields: [],
        nanoseconds: true,
        timeStyle: 'absolute',
        showsFullSourcePath: false,
        hidesCallGraph: false,
        stopSymbols: new Set(),
      });
      const events = new EventText(out, session, text, everyEvent);
      session.run((sample, event, thread, chain) => text.writeSample(sample, event, thread, chain), {
        deferred: (...deferred) => text.writeDeferred(...deferred),
        record: (place) => events.write(place),
      });
      out.flush();
      assertAccounted(session);
    });
  },
};

/** Nothing is lost unsaid. */
function assertAccounted({ accounting }: Session): void {
  const { read, shown, filtered, skipped } = accounting;
  if (read !== shown + filtered + skipped)
    throw new Error(
      `broken promise: ${read} samples read, ${shown} shown, ${filtered} filtered, ${skipped} skipped`,
    );
}

/** The identity alone, for many copies of each fixture: `npm run fuzz -- --target accounting --each 1000`. */
export const accounting: Target = {
  ...common,
  name: 'accounting',
  seeds: () => [...perfFile.seeds(), ...perfPipe.seeds(), ...perfDirectory.seeds()],
  run(input) {
    const session = startOn(openInput(input));
    session.run(() => undefined);
    assertAccounted(session);
  },
};

function writeAndReadAgain(input: Input, keepsRegisters: boolean): void {
  const session = startOn(openInput(input));
  const blocks: Uint8Array[] = [];
  const output = {
    write: (bytes: Uint8Array) => void blocks.push(bytes.slice()),
    writeAt: (bytes: Uint8Array, offset: number) => blocks[0].set(bytes, offset),
    commit: () => undefined,
    discard: () => undefined,
  };
  const injected = new InjectedRecording(session, output, keepsRegisters);
  session.run((sample, event, _thread, chain) => injected.addSample(sample, event, chain), {
    record: (place) => injected.addRecord(place),
    keepsGroups: true,
  });
  injected.finish();
  // What was written is a recording with as many samples, whatever the original was.
  const again = startOn(openInput(single(Buffer.concat(blocks))));
  let samples = 0;
  again.run(() => samples++, { keepsGroups: true });
  if (samples !== injected.sampleCount)
    throw new Error(`${samples} samples in what was written, ${injected.sampleCount} were written`);
}

export const inject: Target = {
  ...common,
  name: 'inject',
  run(input) {
    for (const keepsRegisters of [false, true]) writeAndReadAgain(input, keepsRegisters);
  },
};

export const exportFormats: Target = {
  ...common,
  name: 'export',
  async run(input: Input) {
    for (const exporter of exporters) {
      const { needsTimes, needsLines } = exporter.options;
      const session = startOn(openInput(input));
      const collected = collectProfile(session, { keepsTimes: needsTimes, tellsCpus: needsTimes });
      const tables = new ExportTables({ lines: needsLines, event: session.recording.events[0]?.name });
      tables.add('input', session, collected);
      await exporter.write(
        tables,
        { open: () => ({ write: () => undefined }) },
        { weight: 'period', by: 'time' },
      );
    }
  },
};

export const page: Target = {
  ...common,
  name: 'page',
  run(input) {
    const session = startOn(openInput(input));
    const collected = collectProfile(session, { keepsTimes: true });
    const side = {
      name: 'input',
      side: 0 as const,
      session,
      collected,
      firstEvent: undefined,
      rootsOf: () => [],
    };
    orUsage(() => {
      if (collected.times?.count === 0) return;
      packColumns(makePageData([side], { showsLines: true }).columns);
    });
  },
};
