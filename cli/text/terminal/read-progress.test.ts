import { ReadProgress } from './read-progress';

const MIB = 1024 * 1024;

function progress(isTTY = true) {
  const written: string[] = [];
  let nowMs = 0;
  const stream = { isTTY, columns: 80, write: (text: string) => written.push(text) > 0 };
  const shown = new ReadProgress(stream, () => nowMs);
  return { written, shown, wait: (ms: number) => (nowMs += ms) };
}

test('nothing is said in the first second; then bytes, samples and the time left', () => {
  const { written, shown, wait } = progress();
  wait(900);
  shown.update(10 * MIB, 400 * MIB, 1000);
  expect(written).toEqual([]);
  wait(1100);
  // A quarter in two seconds: six are left.
  shown.update(100 * MIB, 400 * MIB, 12_345);
  expect(written).toEqual(['\r\x1b[K100M of 400M, 12,345 samples, 6 s left']);
  wait(100);
  shown.update(110 * MIB, 400 * MIB, 13_000);
  expect(written).toHaveLength(1);
  shown.end();
  expect(written.at(-1)).toBe('\r\x1b[K');
  wait(5000);
  shown.update(200 * MIB, 400 * MIB, 13_000);
  expect(written).toHaveLength(2);
});

test('of a pipe the size is not known; where stderr is not a terminal nothing is written', () => {
  const piped = progress();
  piped.wait(2000);
  piped.shown.update(100 * MIB, undefined, 5);
  expect(piped.written).toEqual(['\r\x1b[K100M, 5 samples']);
  const file = progress(false);
  file.wait(2000);
  file.shown.update(100 * MIB, undefined, 5);
  file.shown.end();
  expect(file.written).toEqual([]);
});
