/**
 * profiler.firefox.com: one JSON file in the "processed profile format" (format.ts says where it is described).
 *
 *   meta      what is sampled; categories user, kernel, JIT and inlined; kinds of markers
 *   libs      binaries with their build ids
 *   shared    strings, functions, frames and stacks of all threads
 *   threads   samples of the event that has most; markers for those of the others, processors and lost records
 *
 * Left out on purpose: addresses of symbols (nativeSymbols), which only the view of disassembly uses.
 */

import type { Exporter } from '../exporter';
import type { ExportTables } from '../tables';
import { categories, GECKO_PROFILE_VERSION, markerSchema, PROCESSED_PROFILE_VERSION } from './format';
import { SharedTables } from './shared-tables';
import { ThreadTables } from './threads';

export const firefox: Exporter = {
  name: 'firefox',
  options: {
    describe: 'for profiler.firefox.com',
    extensions: ['.firefox.json'],
    takesOneEvent: false,
    needsTimes: true,
    needsLines: true,
    // The longest text of V8 (String::kMaxLength), of which Chrome and profiler-cli make the file one; front ends since May 2026
    // read longer ones piece by piece: github.com/firefox-devtools/profiler/pull/6016.
    reader: { name: 'Firefox Profiler in Chrome', mostBytes: 2 ** 29 - 24 },
    parts: [undefined],
  },
  write(tables, target, { weight }) {
    const file = target.open();
    const shared = new SharedTables(tables);
    const threads = new ThreadTables(tables, shared, weight);
    file.write(`{"meta":${JSON.stringify(meta(tables, threads))},\n`);
    shared.write(file);
    file.write(',\n');
    threads.write(file);
    file.write('}\n');
  },
};

function meta({ recordings, events }: ExportTables, { mainEvent, range, intervalMs }: ThreadTables) {
  const cpuTime = events.values.at(mainEvent)?.cpuTime;
  return {
    interval: intervalMs,
    // When that was in the calendar is not known of every recording.
    startTime: 0,
    // Else the front end shows the time of the samples only, and no marker outside it.
    ...(range && { profilingStartTime: range.startMs, profilingEndTime: range.endMs + intervalMs }),
    processType: 0,
    product: recordings.length === 1 ? recordings[0].name : `${recordings.length} recordings`,
    importedFrom: 'perf-sframe',
    stackwalk: 1,
    debug: false,
    version: GECKO_PROFILE_VERSION,
    preprocessedProfileVersion: PROCESSED_PROFILE_VERSION,
    categories,
    markerSchema,
    sampleUnits: {
      time: 'ms',
      eventDelay: 'ms',
      threadCPUDelta: cpuTime === 'cycles' ? 'variable CPU cycles' : 'ns',
    },
    symbolicated: true,
    usesOnlyOneStackType: true,
    sourceCodeIsNotOnSearchfox: true,
  };
}
