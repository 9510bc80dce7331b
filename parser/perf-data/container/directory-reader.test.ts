import { announceSeed, Random } from '../../../test-data/fuzz/damage/random';
import { MemoryByteSource } from '../../bytes';
import { RecordType } from '../constants';
import { DirectoryReader } from './directory-reader';
import { SourceRange } from './record-input';
import type { Piece } from './piece';
import { RecordReader } from './record-stream';
import { RoundSorter } from './round-sorter';
import { RecordingBuilder } from '../test-support/recording-builder';

/** Files of records that hold a time and nothing else. */
function makeFiles(times: readonly (readonly number[])[]): (() => RecordReader)[] {
  return times.map((ofFile, i) => {
    const builder = new RecordingBuilder();
    for (const time of ofFile) builder.record(RecordType.SAMPLE, (bytes) => bytes.u64(time));
    const bytes = builder.toData();
    const source = new MemoryByteSource(`data.${i}`, bytes);
    const options = { name: source.name, fileOffset: 0, littleEndian: true, pieceSizeBytes: 64 };
    return () => new RecordReader(new SourceRange(source, 0, bytes.length), options);
  });
}

const timeOf = (piece: Piece, at: number): number => Number(piece.view.getBigUint64(at + 8, true));

/** The times in the order of their delivery, and the most records that waited. */
function readAll(
  times: readonly (readonly number[])[],
  sliceBytes: number,
): { order: number[]; mostWaiting: number } {
  const order: number[] = [];
  const sorter = new RoundSorter((piece, at) => order.push(timeOf(piece, at)));
  const reader = new DirectoryReader(makeFiles(times), () => {
    throw new Error('nothing is compressed here');
  }, timeOf, sliceBytes); // prettier-ignore
  let mostWaiting = 0;
  reader.read(
    (piece, at) => {
      sorter.push(timeOf(piece, at), piece, at);
      mostWaiting = Math.max(mostWaiting, sorter.pendingCount);
    },
    (time) => sorter.deliverBefore(time),
  );
  sorter.finish();
  expect(reader.problems).toEqual([]);
  return { order, mostWaiting };
}

const RECORD_BYTES = 16;

test('files whose buffers follow one another are put in order together', () => {
  const random = new Random(announceSeed('directories', 100));
  for (let round = 0; round < 100; round++) {
    const times = Array.from({ length: 1 + random.below(4) }, () => {
      const file: number[] = [];
      for (let buffer = random.below(6); buffer > 0; buffer--) {
        let time = random.below(50);
        for (let record = random.below(20); record > 0; record--) file.push((time += random.below(5)));
      }
      return file;
    });
    const sorted = times.flat().sort((a, b) => a - b);
    for (const records of [1, 3, 1000]) {
      expect(readAll(times, records * RECORD_BYTES).order).toEqual(sorted);
    }
  }
});

test('of files that are in order, no more than a slice of each waits', () => {
  const times = [0, 1, 2].map((file) => Array.from({ length: 1000 }, (_, i) => i * 3 + file));
  const { order, mostWaiting } = readAll(times, 10 * RECORD_BYTES);
  expect(order).toEqual(Array.from({ length: 3000 }, (_, i) => i));
  expect(mostWaiting).toBeLessThanOrEqual(3 * 11);
});
