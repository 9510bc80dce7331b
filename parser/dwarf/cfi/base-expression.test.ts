import { Random } from '../../../test-data/fuzz/damage/random';
import { SectionBuilder } from '../test-support/section-builder';
import { readBaseExpression } from './base-expression';
import { evaluateExpression } from './expression';
import * as op from './expression-operations';

const read = (expression: SectionBuilder) => readBaseExpression(expression.build(), true);

describe('readBaseExpression', () => {
  test('a register plus a number, and the word there', () => {
    expect(read(new SectionBuilder().u8(op.DW_OP_breg0 + 7).sleb(40))).toEqual({
      register: 7,
      offset: 40,
      isDereferenced: false,
    });
    expect(
      read(
        new SectionBuilder()
          .u8(op.DW_OP_breg0 + 6)
          .sleb(-8)
          .u8(op.DW_OP_deref),
      ),
    ).toEqual({ register: 6, offset: -8, isDereferenced: true });
    expect(read(new SectionBuilder().u8(op.DW_OP_bregx).uleb(33).sleb(0))).toEqual({
      register: 33,
      offset: 0,
      isDereferenced: false,
    });
  });

  test.each([
    ['nothing', new SectionBuilder()],
    ['a number', new SectionBuilder().u8(op.DW_OP_lit0)],
    ['a register without its offset', new SectionBuilder().u8(op.DW_OP_breg0)],
    [
      'a word found through another',
      new SectionBuilder().u8(op.DW_OP_breg0, 0, op.DW_OP_deref, op.DW_OP_deref),
    ],
    [
      'the row of a PLT stub',
      new SectionBuilder().u8(0x77, 8, 0x80, 0, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22),
    ],
  ])('%s is none', (_name, expression) => {
    expect(read(expression)).toBeUndefined();
  });

  test('says what the evaluation says, whatever the bytes', () => {
    const random = new Random(11);
    const register = (number: number): number => (number < 17 ? 0x7ffc_0000_0000 + number * 4096 : NaN);
    const readMemory = (avma: number): number => avma / 8;
    let found = 0;
    for (let i = 0; i < 20_000; i++) {
      const length = random.below(5);
      const bytes = Uint8Array.from({ length }, (_, at) =>
        at === 0 ? op.DW_OP_breg0 + random.below(35) : [random.below(256), op.DW_OP_deref][random.below(2)],
      );
      const form = readBaseExpression(bytes, true);
      if (!form) continue;
      found++;
      const context = { littleEndian: true, wordSizeBytes: 8, loadBias: 0, cfa: NaN, register, readMemory };
      const sum = register(form.register) + form.offset;
      const value = form.isDereferenced ? readMemory(sum) : sum;
      const evaluated = evaluateExpression(bytes, 0, length, context);
      // The evaluation has no words beyond ±2^53.
      expect(evaluated).toBe(Number.isSafeInteger(value) ? value : NaN);
    }
    expect(found).toBeGreaterThan(1000);
  });
});
