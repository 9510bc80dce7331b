import { MemoryByteSource } from '../../bytes';
import * as c from '../constants';
import { Sample } from '../records/sample';
import { RecordingBuilder } from '../test-support/recording-builder';
import { Recording } from './recording';
import { RecordWindows } from './record-windows';

const sampleType =
  c.PERF_SAMPLE_IDENTIFIER | c.PERF_SAMPLE_TID | c.PERF_SAMPLE_TIME | c.PERF_SAMPLE_CALLCHAIN;
const CHAIN_LENGTH = 8000;
const RUNS = 3;
const RECORDS_OF_A_RUN = 250;

/** One round of 48 MB, as from three CPUs' buffers: the record of time t is filled with the byte t % 251. */
function hugeRound(littleEndian: boolean): Uint8Array {
  const builder = new RecordingBuilder(littleEndian).event({
    type: c.PERF_TYPE_SOFTWARE,
    sampleType,
    ids: [1],
  });
  for (let run = 0; run < RUNS; run++) {
    for (let i = 0; i < RECORDS_OF_A_RUN; i++) {
      const time = i * RUNS + run;
      const chain = new Uint8Array(CHAIN_LENGTH * 8).fill(time % 251);
      builder.record(c.RecordType.SAMPLE, (bytes) => {
        bytes.u64(1).u32(7, 7).u64(time, CHAIN_LENGTH).raw(chain);
      });
    }
  }
  return builder.finishedRound().toFile();
}

test.each([true, false])(
  'a round that does not fit is delivered in order, each record whole (%s)',
  (littleEndian) => {
    const recording = Recording.open(new MemoryByteSource('huge.data', hugeRound(littleEndian)));
    const sample = new Sample();
    const times: number[] = [];
    let wrongBytes = 0;
    const offsets = new Set<number>();
    recording.readRecords('time', (place) => {
      if (place.type !== c.RecordType.SAMPLE) return;
      recording.decodeSampleInto(place, sample);
      const time = sample.timeLow;
      times.push(time);
      offsets.add(place.fileOffset);
      const last = sample.callchainOffset + CHAIN_LENGTH * 8 - 1;
      for (let at = sample.callchainOffset; at <= last; at += 1009) {
        if (sample.bytes[at] !== time % 251 || sample.bytes[last] !== time % 251) wrongBytes++;
      }
      if (sample.callchainCount !== CHAIN_LENGTH) wrongBytes++;
    });
    const count = RUNS * RECORDS_OF_A_RUN;
    expect(times).toEqual(Array.from({ length: count }, (_, i) => i));
    expect(wrongBytes).toBe(0);
    expect(offsets.size).toBe(count);
  },
);

test('each run that is merged needs one window', () => {
  const runBytes = 1024 * 1024;
  const recordBytes = 1000;
  const runs = [0, 1, 2].map((run) => 3 * run * runBytes);
  const windows = new RecordWindows((bytes, fileOffset) => {
    const view = new DataView(bytes.buffer);
    for (let at = 0; at + 8 <= bytes.length; at++) {
      if ((fileOffset + at) % recordBytes === 0) view.setUint16(at + 6, recordBytes, true);
    }
    return bytes.length;
  }, true);
  const memory = new Set<ArrayBufferLike>();
  for (let at = 0; at < runBytes; at += recordBytes) {
    for (const start of runs) {
      const offset = Math.ceil(start / recordBytes) * recordBytes + at;
      const window = windows.find(offset);
      expect(window.fileOffset).toBeLessThanOrEqual(offset);
      expect(window.view.getUint16(offset - window.fileOffset + 6, true)).toBe(recordBytes);
      memory.add(window.bytes.buffer);
    }
  }
  expect(memory.size).toBe(runs.length);
});
