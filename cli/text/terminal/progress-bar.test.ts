import { ProgressBar } from './progress-bar';

/** A stream that keeps what is written. */
function makeStream(isTTY: boolean) {
  const written: string[] = [];
  const stream = { isTTY, write: (text: string) => written.push(text) > 0 };
  return { stream: stream as unknown as NodeJS.WriteStream, written };
}

test('at a terminal the bar is drawn, then taken away', () => {
  const { stream, written } = makeStream(true);
  const bar = new ProgressBar(4, stream);
  bar.update(2);
  expect(written).toEqual([`\r\x1b[K[${'#'.repeat(15)}${'.'.repeat(15)}] 2 of 4 files`]);
  bar.clear();
  bar.clear();
  expect(written.slice(1)).toEqual(['\r\x1b[K']);
});

test('it is not drawn more than ten times a second', () => {
  const { stream, written } = makeStream(true);
  const bar = new ProgressBar(1000, stream);
  for (let done = 0; done < 1000; done++) bar.update(done);
  expect(written.length).toBeLessThan(5);
});

test('into a file nothing is written', () => {
  const { stream, written } = makeStream(false);
  const bar = new ProgressBar(4, stream);
  bar.update(2);
  bar.clear();
  expect(written).toEqual([]);
});
