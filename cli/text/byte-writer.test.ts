/** The oracle is JavaScript's own formatting of strings and numbers. */
import { ByteWriter } from './byte-writer';
import { TextStore } from './text-store';

/** What a writer hands to its sink, as one text, and the sizes of the blocks. */
function written(write: (out: ByteWriter) => void): { text: string; blocks: number[] } {
  const parts: Buffer[] = [];
  const out = new ByteWriter((bytes) => parts.push(Buffer.from(bytes)));
  write(out);
  out.flush();
  return { text: Buffer.concat(parts).toString(), blocks: parts.map(({ length }) => length) };
}

const numbers = [
  0,
  1,
  9,
  10,
  99_999,
  100_000,
  999_999_999,
  4_294_967_296,
  Number.MAX_SAFE_INTEGER,
  -1,
  -17,
  2 ** 60,
];
const widths = [0, 1, 5, 6, 9, 10, 16, 20];

test.each(numbers)('%d is at the right of its field, after spaces or zeros', (number) => {
  for (const width of widths) {
    const { text } = written((out) => {
      out.writeNumber(number, width);
      out.writeCode(0x7c);
      out.writeZeroFilled(number, width);
    });
    // The sign is before the zeros, as of printf's %05d.
    const digits = String(Math.abs(number));
    const zeroFilled = number < 0 ? `-${digits.padStart(width - 1, '0')}` : digits.padStart(width, '0');
    expect(text).toBe(`${String(number).padStart(width)}|${zeroFilled}`);
  }
});

test('texts of any length come out whole, in blocks that are not larger than a quarter of a megabyte', () => {
  const texts = [
    'a',
    'frame\n',
    'ünïcödé ⟶ 函数\n',
    'x'.repeat(1000),
    'y'.repeat(300_000),
    'ß'.repeat(200_000),
    '',
  ];
  const store = new TextStore();
  const indices = texts.map((text) => store.add(text));
  let expected = '';
  const { text, blocks } = written((out) => {
    for (let round = 0; round < 700; round++) {
      const index = indices[round % indices.length];
      const other = texts[(round * 3) % texts.length];
      out.writeStored(store, index);
      out.writeNumber(round, 7);
      out.writeText(other);
      expected += `${texts[index]}${String(round).padStart(7)}${other}`;
    }
  });
  expect(text === expected).toBe(true);
  // Larger texts than a block go out by themselves.
  const tooLarge = texts.map((each) => Buffer.byteLength(each)).filter((size) => size > 256 * 1024);
  for (const size of blocks) expect(size <= 256 * 1024 || tooLarge.includes(size)).toBe(true);
});

test('kept texts stay what they were while others are added', () => {
  const store = new TextStore();
  const texts = Array.from({ length: 5000 }, (_, i) => `frame ${i} ${'·'.repeat(i % 90)}\n`);
  const indices = texts.map((text) => store.add(text));
  const { text } = written((out) => {
    for (const index of indices) out.writeStored(store, index);
  });
  expect(text === texts.join('')).toBe(true);
  expect(Buffer.from(store.bytesOf(indices[4321])).toString()).toBe(texts[4321]);
});
