/**
 * One process of bench/floor.mjs: does what a command cannot do without, up to a step, and nothing after it.
 *
 *   floor start|read|records RECORDING
 *   floor stacks RECORDING SYMFS TIMES
 */

import { closeSync, openSync, readSync } from 'node:fs';
import { RecordType, Sample } from '../parser';
import { openRecording } from '../parser/io';
import { openSession } from '../profile/node';

/** As the program reads (parser/perf-data/container/record-stream.ts). */
const PIECE_BYTES = 4 * 1024 * 1024;

/** The bytes of the file, each copied out of the system's cache once. */
function readBytes(path: string): number {
  const piece = new Uint8Array(PIECE_BYTES);
  const file = openSync(path, 'r');
  let total = 0;
  for (let count = -1; count !== 0; total += count) count = readSync(file, piece);
  closeSync(file);
  return total;
}

/** The records in order of time, and the fields of samples. */
async function readRecords(path: string): Promise<number> {
  const recording = await openRecording(path);
  const sample = new Sample();
  let total = 0;
  recording.readRecords('time', (place) => {
    if (place.type !== RecordType.SAMPLE) return;
    recording.decodeSampleInto(place, sample);
    total += sample.period;
  });
  return total;
}

/** The same, with the state of processes, and each sample's stack unwound. No names. */
async function unwindStacks(path: string, symfs: string): Promise<number> {
  const session = await openSession({ input: path, places: { symfs }, inlines: false });
  let total = 0;
  session.run((_sample, _event, _thread, chain) => {
    total += chain.count;
  });
  return total;
}

async function main([step, path, symfs, times]: string[]): Promise<void> {
  if (step === 'read') console.log(readBytes(path));
  else if (step === 'records') console.log(await readRecords(path));
  for (let time = 0; step === 'stacks' && time < Number(times); time++) {
    console.log(await unwindStacks(path, symfs));
  }
}

void main(process.argv.slice(2));
