import { Random } from '../../../test-data/fuzz/damage/random';
import { SectionBuilder } from '../test-support/section-builder';
import { evaluateExpression, type ExpressionContext } from './expression';
import * as op from './expression-operations';

const RSP = 0x7ffc_1234_5678;

function context(overrides: Partial<ExpressionContext> = {}): ExpressionContext {
  return {
    littleEndian: true,
    wordSizeBytes: 8,
    loadBias: 0,
    cfa: NaN,
    register: (number) => (number === 7 ? RSP : number === 16 ? 0x5555_0000_102b : NaN),
    readMemory: () => NaN,
    ...overrides,
  };
}

function evaluate(
  expression: SectionBuilder,
  overrides: Partial<ExpressionContext> = {},
  initial?: number,
): number {
  const bytes = expression.build();
  return evaluateExpression(bytes, 0, bytes.length, context(overrides), initial);
}

describe('evaluateExpression', () => {
  // breg7 (rsp)+8; breg16 (rip)+0; lit15; and; lit11; ge; lit3; shl; plus: the row of every lazy PLT stub.
  const pltRow = [0x77, 0x08, 0x80, 0x00, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22];

  test('computes the row of a PLT stub before and after its push', () => {
    const rip = (value: number) => ({ register: (number: number) => (number === 7 ? RSP : value) });
    expect(evaluate(new SectionBuilder().u8(...pltRow), rip(0x40_1026))).toBe(RSP + 8);
    expect(evaluate(new SectionBuilder().u8(...pltRow), rip(0x40_102b))).toBe(RSP + 16);
  });

  test('reads saved registers of a signal frame (the rules of __restore_rt)', () => {
    // DW_OP_breg7 (rsp): 160; DW_OP_deref: the CFA is the interrupted stack pointer.
    const expression = new SectionBuilder()
      .u8(op.DW_OP_breg0 + 7)
      .sleb(160)
      .u8(op.DW_OP_deref);
    const readMemory = (avma: number, sizeBytes: number) =>
      avma === RSP + 160 && sizeBytes === 8 ? 0x7ffc_0000_0010 : NaN;
    expect(evaluate(expression, { readMemory })).toBe(0x7ffc_0000_0010);
  });

  test('reads memory of the size that DW_OP_deref_size gives', () => {
    const expression = new SectionBuilder().u8(op.DW_OP_deref_size, 2);
    expect(evaluate(expression, { readMemory: (_avma, sizeBytes) => sizeBytes }, RSP)).toBe(2);
  });

  test('adds the load bias to DW_OP_addr and answers for the CFA', () => {
    const address = new SectionBuilder().u8(op.DW_OP_addr).u64(0x1234);
    expect(evaluate(address, { loadBias: 0x7f00_0000_0000 })).toBe(0x7f00_0000_1234);
    expect(evaluate(new SectionBuilder().u8(op.DW_OP_call_frame_cfa), { cfa: RSP })).toBe(RSP);
  });

  test('computes modulo 2^32 on machines of 32 bits', () => {
    // breg4 (esp)-16; deref: the word is above 2^31; then less than nothing is taken off.
    const asked: [number, number][] = [];
    const esp = 0xffff_d008;
    const machine = {
      wordSizeBytes: 4,
      register: () => esp,
      readMemory: (avma: number, sizeBytes: number) => {
        asked.push([avma, sizeBytes]);
        return 8;
      },
    };
    const expression = new SectionBuilder().u8(
      0x74,
      0x70,
      op.DW_OP_deref,
      op.DW_OP_const1u,
      16,
      op.DW_OP_minus,
    );
    expect(evaluate(expression, machine)).toBe(0xffff_fff8);
    expect(asked).toEqual([[esp - 16, 4]]);
    expect(evaluate(new SectionBuilder().u8(op.DW_OP_addr).u32(0x1234), machine)).toBe(0x1234);
  });

  test('reads constants in the byte order of the target', () => {
    const big = new SectionBuilder(false)
      .u8(op.DW_OP_const2u)
      .u16(0x1234)
      .u8(op.DW_OP_const4s)
      .u32(0x1_0000_0000 - 5);
    expect(evaluate(big.u8(op.DW_OP_plus), { littleEndian: false })).toBe(0x1234 - 5);
    const wide = new SectionBuilder(false).u8(op.DW_OP_const8u).u64(0x1_2345_6789);
    expect(evaluate(wide, { littleEndian: false })).toBe(0x1_2345_6789);
  });

  test('branches: a loop that counts to ten', () => {
    // top = 0; do { top++ } while (top < 10)
    const loop = new SectionBuilder().u8(op.DW_OP_lit0);
    loop.u8(op.DW_OP_lit0 + 1, op.DW_OP_plus, op.DW_OP_dup, op.DW_OP_lit0 + 10, op.DW_OP_lt);
    loop.u8(op.DW_OP_bra).u16(0x1_0000 - 8);
    expect(evaluate(loop)).toBe(10);
  });

  test.each<[string, SectionBuilder]>([
    ['an endless loop', new SectionBuilder().u8(op.DW_OP_lit0, op.DW_OP_skip).u16(0x1_0000 - 3)],
    [
      'a jump before the expression',
      new SectionBuilder().u8(op.DW_OP_lit0, op.DW_OP_skip).u16(0x1_0000 - 30),
    ],
    ['a jump after the expression', new SectionBuilder().u8(op.DW_OP_lit0, op.DW_OP_skip).u16(30)],
    ['a stack that overflows', new SectionBuilder().u8(...new Array<number>(100).fill(op.DW_OP_lit0))],
    ['a stack that underflows', new SectionBuilder().u8(op.DW_OP_lit0, op.DW_OP_plus)],
    ['a pick below the stack', new SectionBuilder().u8(op.DW_OP_lit0, op.DW_OP_pick, 3)],
    ['nothing on the stack', new SectionBuilder().u8(op.DW_OP_nop)],
    ['a constant that is cut off', new SectionBuilder().u8(op.DW_OP_const4u, 1, 2)],
    ['division by zero', new SectionBuilder().u8(op.DW_OP_lit0 + 1, op.DW_OP_lit0, op.DW_OP_div)],
    ['an operation that is not allowed', new SectionBuilder().u8(op.DW_OP_lit0, 0x9b)],
    ['a register that is not known', new SectionBuilder().u8(op.DW_OP_breg0, 0)],
    ['memory that was not captured', new SectionBuilder().u8(op.DW_OP_lit0, op.DW_OP_deref)],
  ])('has no value for %s', (_name, expression) => {
    expect(evaluate(expression)).toBeNaN();
  });

  test('an evaluation within an evaluation keeps the outer stack', () => {
    const inner = new SectionBuilder().u8(op.DW_OP_lit0 + 9, op.DW_OP_lit0 + 8, op.DW_OP_plus).build();
    const register = () => evaluateExpression(inner, 0, inner.length, context());
    const outer = new SectionBuilder().u8(op.DW_OP_lit0 + 5, op.DW_OP_breg0, 1, op.DW_OP_minus);
    expect(evaluate(outer, { register })).toBe(5 - 18);
  });

  const signed = (word: bigint) => BigInt.asIntN(64, word);
  const shiftCount = (word: bigint) => (word > 64n ? 64n : word);
  const flag = (value: boolean) => (value ? 1n : 0n);
  const binary: [name: string, code: number, apply: (a: bigint, b: bigint) => bigint][] = [
    ['plus', op.DW_OP_plus, (a, b) => a + b],
    ['minus', op.DW_OP_minus, (a, b) => a - b],
    ['mul', op.DW_OP_mul, (a, b) => a * b],
    ['and', op.DW_OP_and, (a, b) => a & b],
    ['or', op.DW_OP_or, (a, b) => a | b],
    ['xor', op.DW_OP_xor, (a, b) => a ^ b],
    ['div', op.DW_OP_div, (a, b) => (b === 0n ? 0n : signed(a) / signed(b))],
    ['mod', op.DW_OP_mod, (a, b) => (b === 0n ? 0n : a % b)],
    ['shl', op.DW_OP_shl, (a, b) => a << shiftCount(b)],
    ['shr', op.DW_OP_shr, (a, b) => a >> shiftCount(b)],
    ['shra', op.DW_OP_shra, (a, b) => signed(a) >> shiftCount(b)],
    ['eq', op.DW_OP_eq, (a, b) => flag(a === b)],
    ['ne', op.DW_OP_ne, (a, b) => flag(a !== b)],
    ['lt', op.DW_OP_lt, (a, b) => flag(signed(a) < signed(b))],
    ['le', op.DW_OP_le, (a, b) => flag(signed(a) <= signed(b))],
    ['gt', op.DW_OP_gt, (a, b) => flag(signed(a) > signed(b))],
    ['ge', op.DW_OP_ge, (a, b) => flag(signed(a) >= signed(b))],
    ['neg of the top', op.DW_OP_neg, (_a, b) => -b],
    ['abs of the top', op.DW_OP_abs, (_a, b) => (signed(b) < 0n ? -b : b)],
    ['not of the top', op.DW_OP_not, (_a, b) => ~b],
    ['swap', op.DW_OP_swap, (a) => a],
    ['over', op.DW_OP_over, (a) => a],
    ['drop', op.DW_OP_drop, (a) => a],
  ];

  test.each(binary)('%s is exact in 64 bits', (_name, code, apply) => {
    const random = new Random(code + 1);
    for (let round = 0; round < 300; round++) {
      const [a, b] = [random.word(), round % 3 === 0 ? BigInt(random.below(70)) : random.word()];
      if (b === 0n && (code === op.DW_OP_div || code === op.DW_OP_mod)) continue;
      const halves = [0, 1].map((half) => {
        const expression = new SectionBuilder()
          .u8(op.DW_OP_const8u)
          .u64(a)
          .u8(op.DW_OP_const8s)
          .u64(b)
          .u8(code);
        if (half === 1) expression.u8(op.DW_OP_const1u, 32, op.DW_OP_shr);
        return evaluate(expression.u8(op.DW_OP_const4u).u32(0xffffffff).u8(op.DW_OP_and));
      });
      const got = (BigInt(halves[1]) << 32n) | BigInt(halves[0]);
      expect([a, b, got]).toEqual([a, b, BigInt.asUintN(64, apply(a, b))]);
    }
  });
});
