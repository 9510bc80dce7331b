/** Frames of s390x, big endian: the area of 160 bytes, registers kept in registers, back chain, signal trampolines. */

import { controlWord, type FdeSpec } from '../../../parser/sframe/test-support/sframe-builder';
import { libdw } from '../../policy/libdw';
import { CODE_SVMA, codeSegment, sframeProgram } from '../../test-support/sframe-program';
import { PERF_KERNEL_MODE, unwindOnce, type Scene } from '../../test-support/unwind-once';
import { s390x } from './architecture';

const ABI = 4;
const R11 = 11;
const R14 = 14;
const R15 = 15;
/** DWARF numbers of f0, f2 and f4; f1 has 20. */
const F0 = 16;
const F2 = 17;
const F4 = 18;

const PROGRAM = 0x400000;
const LIBRARY = 0x600000;
const at = (svma: number): number => PROGRAM + svma;
const LEAF = CODE_SVMA;
const FRAME = CODE_SVMA + 0x100;
const OUTERMOST = CODE_SVMA + 0x200;
const RA_IN_F4 = CODE_SVMA + 0x300;
const R11_IN_F0 = CODE_SVMA + 0x400;
const BY_R11 = CODE_SVMA + 0x500;
const STACK = 0x7f0000;

const functionOf = (start: number, words: number[], more: Partial<FdeSpec> = {}): FdeSpec => ({
  start,
  sizeBytes: 0x100,
  fres: [{ start: 0, words }],
  ...more,
});

/** CFA words are (offset - 160) / 8: the CFA is r15 + 160 at a function's entry. */
const program = sframeProgram(ABI, [
  functionOf(LEAF, [0]),
  functionOf(FRAME, [20, -48, -72]),
  functionOf(OUTERMOST, []),
  functionOf(RA_IN_F4, [controlWord(R15, false), 0, controlWord(F4, false), 0], { isFlex: true }),
  functionOf(R11_IN_F0, [controlWord(R15, false), 0, 0, controlWord(F0, false), 0], { isFlex: true }),
  functionOf(BY_R11, [20, -48, -72], {
    fres: [{ start: 0, words: [20, -48, -72], base: 'fp' }],
  }),
]);

function scene(more: Partial<Scene> & Pick<Scene, 'pc'>): Scene {
  return {
    arch: s390x,
    littleEndian: false,
    modules: { [PROGRAM]: program },
    registers: {},
    stack: Array<number>(64).fill(0),
    ...more,
  };
}

/** A stack with words at byte offsets from the stack pointer. */
function stackWith(words: Readonly<Record<number, number>>, count = 64): number[] {
  const stack = Array<number>(count).fill(0);
  for (const [offset, word] of Object.entries(words)) stack[Number(offset) / 8] = word;
  return stack;
}

describe('rows', () => {
  test('the return address is in r14, and the stack pointer is the CFA minus 160', () => {
    const { frames, reason } = unwindOnce(
      scene({
        pc: at(LEAF + 8),
        registers: { [R14]: at(FRAME + 0x10), [R15]: STACK },
        // FRAME's CFA is r15 + 320; its return address lies at CFA - 48.
        stack: stackWith({ [320 - 48]: at(OUTERMOST + 6) }),
      }),
    );
    expect(frames).toEqual(['401008', '40110f', '401205']);
    expect(reason).toBe('Outermost');
  });

  test('r11 is followed also where it is not a frame pointer, for a caller whose CFA it gives', () => {
    const { frames } = unwindOnce(
      scene({
        pc: at(FRAME + 8),
        registers: { [R11]: 0x1234, [R15]: STACK },
        stack: stackWith(
          {
            [320 - 48]: at(BY_R11 + 0x10),
            [320 - 72]: STACK + 0x100,
            [0x100 + 320 - 48]: at(OUTERMOST + 6),
          },
          128,
        ),
      }),
    );
    expect(frames).toEqual(['401108', '40150f', '401205']);
  });
});

describe('registers kept in floating-point registers', () => {
  const raInF4 = { pc: at(RA_IN_F4 + 8), registers: { [R14]: 0x77, [R15]: STACK, [F4]: at(OUTERMOST + 6) } };

  test('are good in samples of kernel mode', () => {
    const { frames, reason } = unwindOnce(scene({ ...raInF4, cpumode: PERF_KERNEL_MODE }));
    expect(frames).toEqual(['401308', '401205']);
    expect(reason).toBe('Outermost');
  });

  test('are not trusted in samples of user mode: the stack ends with that reason', () => {
    const { frames, reason } = unwindOnce(scene(raInF4));
    expect(frames).toEqual(['401308']);
    expect(reason).toBe('StaleRegister');
  });

  test('are printed as perf prints them, junk with all its digits', () => {
    const registers = { ...raInF4.registers, [F4]: 0x9a05d970eb8069a6n };
    const { frames } = unwindOnce(scene({ ...raInF4, registers, policy: libdw }));
    expect(frames).toEqual(['401308', '9a05d970eb8069a5']);
  });

  const r11InF0 = {
    pc: at(R11_IN_F0 + 8),
    registers: { [R14]: at(BY_R11 + 0x10), [R15]: STACK, [F0]: STACK },
    stack: stackWith({ [320 - 48]: at(OUTERMOST + 6) }),
  };

  test('a frame pointer that equals the caller’s stack pointer is confirmed by it', () => {
    expect(unwindOnce(scene(r11InF0)).frames).toEqual(['401408', '40150f', '401205']);
  });

  test('a frame pointer without such evidence is lost', () => {
    const registers = { ...r11InF0.registers, [F0]: STACK + 8 };
    const { frames, reason } = unwindOnce(scene({ ...r11InF0, registers }));
    expect(frames).toEqual(['401408', '40150f']);
    expect(reason).toBe('StaleRegister');
  });
});

describe('the back chain', () => {
  const chained = {
    modules: { [PROGRAM]: [codeSegment()] },
    pc: at(0x1008),
    registers: { [R14]: 0, [R15]: STACK },
    stack: stackWith({
      0: STACK + 168,
      [168 + 112]: at(0x1100),
      168: STACK + 336,
      [336 + 112]: at(0x1200),
    }),
  };

  test('leads from stack pointer to stack pointer, return addresses 112 bytes above each', () => {
    const { frames, reason } = unwindOnce(scene({ ...chained, method: 'fp' }));
    expect(frames).toEqual(['401008', '4010ff', '4011ff']);
    expect(reason).toBe('BadFramePointer');
  });

  test('is not believed where it leads to no code, down, or to no multiple of 8', () => {
    for (const [offset, word] of [
      [168 + 112, 0x99],
      [0, STACK - 168],
      [0, STACK + 164],
    ]) {
      const stack = [...chained.stack];
      stack[offset / 8] = word;
      expect(unwindOnce(scene({ ...chained, stack })).frames).toEqual(['401008']);
    }
  });

  test('a leaf without a table returns to r14 if that leads to code of another binary', () => {
    const modules = { [PROGRAM]: program, [LIBRARY]: [codeSegment()] };
    const registers = { [R14]: at(OUTERMOST + 6), [R15]: STACK };
    const { frames } = unwindOnce(scene({ modules, pc: LIBRARY + CODE_SVMA, registers }));
    expect(frames).toEqual(['601000', '401205']);
  });

  test('is not looked at by libdw', () => {
    expect(unwindOnce(scene({ ...chained, policy: libdw })).frames).toEqual(['401008']);
  });
});

describe('signal trampolines', () => {
  const TRAMPOLINE = LIBRARY + CODE_SVMA + 0x10;
  const pad = Array<number>(0x10).fill(0);
  const withCode = (...code: number[]): Scene['modules'] => ({
    [PROGRAM]: program,
    [LIBRARY]: [codeSegment([...pad, ...code])],
  });
  /** A register area at an offset from the stack pointer: interrupted in RA_IN_F4, called from OUTERMOST. */
  const areaAt = (offset: number): Record<number, number> => ({
    [offset + 8]: at(RA_IN_F4 + 0x20),
    [offset + 16 + 15 * 8]: STACK + 0x400,
    // f4 is the fifth floating-point register of the area.
    [offset + 216 + 4 * 8]: at(OUTERMOST + 6),
  });
  const handler = { pc: at(LEAF + 8), registers: { [R14]: TRAMPOLINE, [R15]: STACK } };
  const interrupted = ['401008', '601010', '401320', '401205'];

  test('sigreturn: svc 119, the register area where a pointer says', () => {
    const stack = stackWith({ 168: STACK + 200, ...areaAt(200) }, 160);
    expect(unwindOnce(scene({ ...handler, modules: withCode(0x0a, 119), stack })).frames).toEqual(
      interrupted,
    );
  });

  test('rt_sigreturn: svc 173, the register area after siginfo and the head of ucontext', () => {
    const stack = stackWith(areaAt(336), 160);
    expect(unwindOnce(scene({ ...handler, modules: withCode(0x0a, 173), stack })).frames).toEqual(
      interrupted,
    );
  });

  test('perf knows sigreturn, with f0 to f15 taken for the DWARF numbers 16 to 31 in order, and not rt_sigreturn', () => {
    const stack = stackWith({ 168: STACK + 200, ...areaAt(200) }, 160);
    // DWARF number 18 (f4) gets what the kernel saved of f2.
    stack[(200 + 216 + 2 * 8) / 8] = at(OUTERMOST + 0x40);
    const old = unwindOnce(scene({ ...handler, modules: withCode(0x0a, 119), stack, policy: libdw }));
    expect(old.frames.slice(0, 4)).toEqual(['401008', '601010', '401320', '40123f']);
    const rt = unwindOnce(scene({ ...handler, modules: withCode(0x0a, 173), stack, policy: libdw }));
    expect(rt.frames).toEqual(['401008', '60100f']);
  });

  test('another supervisor call is none', () => {
    expect(unwindOnce(scene({ ...handler, modules: withCode(0x0a, 7) })).frames).toEqual([
      '401008',
      '60100f',
    ]);
  });
});

test('floating-point registers of a sample have the ABI’s numbers: f0 f2 f4 f6 f1 …', () => {
  const registers = { [R15]: STACK, [F2]: at(OUTERMOST + 6) };
  const raInF2 = sframeProgram(ABI, [
    functionOf(LEAF, [controlWord(R15, false), 0, controlWord(F2, false), 0], { isFlex: true }),
    functionOf(OUTERMOST, []),
  ]);
  // perf's 18th word is f2.
  expect(s390x.dwarfRegisterOfPerf.slice(16, 22)).toEqual([16, 20, 17, 21, 18, 22]);
  const { frames } = unwindOnce(
    scene({ modules: { [PROGRAM]: raInF2 }, pc: at(LEAF), registers, cpumode: PERF_KERNEL_MODE }),
  );
  expect(frames).toEqual(['401000', '401205']);
});
