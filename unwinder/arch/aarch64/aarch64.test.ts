/** Frames of AArch64: what a row, the link register, frame records and a signal trampoline say. */

import { PERF_RECORD_MISC_KERNEL, PERF_RECORD_MISC_USER, Sample } from '../../../parser';
import { libdw } from '../../policy/libdw';
import { CODE_SVMA, codeSegment, sframeProgram } from '../../test-support/sframe-program';
import { unwindOnce, type Scene } from '../../test-support/unwind-once';
import { SampleRegisters } from '../../sample/sample-registers';
import { aarch64 } from './architecture';

const ABI = 2;
const FP = 29;
const LR = 30;
const SP = 31;

/** Where the program is mapped, and its functions: each 0x100 bytes long. */
const PROGRAM = 0x400000;
const LIBRARY = 0x600000;
const at = (svma: number): number => PROGRAM + svma;
const LEAF = CODE_SVMA;
const ONE_WORD_PUSHED = CODE_SVMA + 0x100;
const FRAME = CODE_SVMA + 0x200;
const OUTERMOST = CODE_SVMA + 0x300;
const STACK = 0x7f0000;
const SIGNATURE = 0x0055_0000_0000_0000n;

const functionOf = (start: number, words: number[], base: 'sp' | 'fp' = 'sp') => ({
  start,
  sizeBytes: 0x100,
  fres: [{ start: 0, words, base }],
});

/** A leaf without a frame; one that saved its return address alone; one with a frame record; the outermost. */
const program = sframeProgram(ABI, [
  functionOf(LEAF, [0]),
  functionOf(ONE_WORD_PUSHED, [16, -16]),
  functionOf(FRAME, [32, -24, -32], 'fp'),
  functionOf(OUTERMOST, []),
]);

function scene(more: Partial<Scene> & Pick<Scene, 'pc'>): Scene {
  return { arch: aarch64, modules: { [PROGRAM]: program }, registers: {}, stack: [0, 0], ...more };
}

describe('rows', () => {
  test('1 data word: the return address is in the link register, sp is the CFA', () => {
    const { frames, reason } = unwindOnce(
      scene({ pc: at(LEAF + 8), registers: { [LR]: at(OUTERMOST + 4), [SP]: STACK } }),
    );
    expect(frames).toEqual(['401008', '401303']);
    expect(reason).toBe('Outermost');
  });

  test('2 data words: CFA and return address', () => {
    const { frames } = unwindOnce(
      scene({
        pc: at(ONE_WORD_PUSHED + 8),
        registers: { [SP]: STACK, [LR]: 0x1234 },
        stack: [at(OUTERMOST + 4), 0],
      }),
    );
    expect(frames).toEqual(['401108', '401303']);
  });

  test('3 data words: CFA, return address and frame pointer; the caller goes on with them', () => {
    const { frames, reason } = unwindOnce(
      scene({
        pc: at(FRAME + 8),
        registers: { [SP]: STACK - 8, [FP]: STACK },
        stack: [0, STACK + 32, at(FRAME + 0x10), 0, 0, STACK + 64, at(OUTERMOST + 8)],
      }),
    );
    expect(frames).toEqual(['401208', '40120f', '401307']);
    expect(reason).toBe('Outermost');
  });

  test('a caller cannot have its return address in the link register: the stack ends there', () => {
    const lost = { pc: at(LEAF + 8), registers: { [LR]: at(LEAF + 0x20), [SP]: STACK } };
    const { frames, reason } = unwindOnce(scene(lost));
    expect(frames).toEqual(['401008', '40101f']);
    expect(reason).toBe('NoProgress');
    expect(unwindOnce(scene({ ...lost, policy: libdw })).frames).toEqual([
      '401008',
      ...Array<string>(19).fill('40101f'),
    ]);
  });
});

describe('signed return addresses', () => {
  const signedRegister = {
    pc: at(LEAF + 8),
    registers: { [LR]: BigInt(at(OUTERMOST + 4)) | SIGNATURE, [SP]: STACK },
  };

  test('lose their signature, in the link register and on the stack', () => {
    expect(unwindOnce(scene(signedRegister)).frames).toEqual(['401008', '401303']);
    const onStack = scene({
      pc: at(ONE_WORD_PUSHED + 8),
      registers: { [SP]: STACK },
      stack: [BigInt(at(OUTERMOST + 4)) | 0x007f_0000_0000_0000n, 0],
    });
    expect(unwindOnce(onStack).frames).toEqual(['401108', '401303']);
  });

  test('keep it as perf prints them', () => {
    const { frames } = unwindOnce(scene({ ...signedRegister, policy: libdw }));
    expect(frames.slice(0, 2)).toEqual(['401008', '55000000401303']);
  });
});

describe('code that no table covers', () => {
  const uncovered: Scene['modules'] = { [PROGRAM]: program, [LIBRARY]: [codeSegment()] };
  const interrupted = {
    pc: LIBRARY + CODE_SVMA + 0x40,
    modules: uncovered,
    registers: { [FP]: STACK + 0x10, [LR]: at(FRAME + 0x10), [SP]: STACK },
    stack: [0, 0, STACK + 0x20, at(FRAME + 0x20), STACK + 0x40, at(OUTERMOST + 4), 0, 0, 0, 0],
  };

  test('a leaf returns to the link register and leaves the frame pointer to its caller', () => {
    const { frames } = unwindOnce(scene(interrupted));
    expect(frames).toEqual(['601040', '40120f', '40121f', '401303']);
  });

  test('a link register left over from a call of its own is not believed: the frame record is', () => {
    const registers = { ...interrupted.registers, [LR]: LIBRARY + CODE_SVMA + 0x30 };
    expect(unwindOnce(scene({ ...interrupted, registers })).frames).toEqual(['601040', '40121f', '401303']);
  });

  test('as perf does it, the link register comes first and the frame record belongs to the caller', () => {
    const { frames } = unwindOnce(scene({ ...interrupted, policy: libdw, method: 'dwarf' }));
    expect(frames).toEqual(['601040', '40120f', '40121f', '401303']);
  });

  test('SFrame alone ends there', () => {
    const { frames, reason } = unwindOnce(scene({ ...interrupted, method: 'sframe' }));
    expect(frames).toEqual(['601040']);
    expect(reason).toBe('NoRow');
  });
});

describe('the signal trampoline', () => {
  /** mov x8, #139; svc #0 */
  const TRAMPOLINE = LIBRARY + CODE_SVMA + 0x10;
  const code = [...Array<number>(0x10).fill(0), 0x68, 0x11, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4];
  const stack = Array<number>(80).fill(0);
  // ucontext.uc_mcontext: regs[0] is word 39 above the stack pointer, then sp and pc.
  stack[39 + LR] = at(OUTERMOST + 4);
  stack[39 + SP] = STACK + 0x1000;
  stack[39 + 32] = at(LEAF + 0x24);
  const handled: Partial<Scene> & Pick<Scene, 'pc'> = {
    pc: at(LEAF + 8),
    modules: { [PROGRAM]: program, [LIBRARY]: [codeSegment(code)] },
    registers: { [LR]: TRAMPOLINE, [SP]: STACK },
    stack,
  };

  test('gives the interrupted registers: a leaf goes on at its own link register', () => {
    const { frames, reason } = unwindOnce(scene(handled));
    expect(frames).toEqual(['401008', '601010', '401024', '401303']);
    expect(reason).toBe('Outermost');
  });

  test('is known in either of its instructions', () => {
    const pc = TRAMPOLINE;
    expect(unwindOnce(scene({ ...handled, pc })).frames).toEqual(['601010', '401024', '401303']);
    expect(unwindOnce(scene({ ...handled, pc: pc + 4 })).frames).toEqual(['601014', '401024', '401303']);
    const behind = { ...handled, pc: pc + 8, registers: { [SP]: STACK } };
    expect(unwindOnce(scene(behind)).frames).toEqual(['601018']);
  });

  test('is unknown to perf, which prints its address twice', () => {
    const { frames } = unwindOnce(scene({ ...handled, policy: libdw }));
    expect(frames.slice(0, 3)).toEqual(['401008', '60100f', '60100f']);
  });
});

describe('registers of a sample', () => {
  function registersOf(mask: bigint, words: number[]): { registers: SampleRegisters; sample: Sample } {
    const sample = new Sample();
    sample.view = new DataView(new BigUint64Array(words.map(BigInt)).buffer);
    sample.userRegsOffset = 0;
    return { registers: new SampleRegisters(aarch64, mask), sample };
  }

  test('are in the order of the mask, the vector length of SVE (46) after the pc', () => {
    const words = Array.from({ length: 34 }, (_, i) => 0x100 + i);
    const { registers, sample } = registersOf(0x1_ffff_ffffn | (1n << 46n), words);
    expect(registers.framePointer(sample)).toBe(0x100 + FP);
    expect(registers.linkRegister(sample)).toBe(0x100 + LR);
    expect(registers.stackPointer(sample)).toBe(0x100 + SP);
    expect(registers.instructionPointer(sample)).toBe(0x120);
  });

  test('the link register alone, as --call-graph fp records it, is not enough to unwind', () => {
    const { registers, sample } = registersOf(0x4000_0000n, [0x1234]);
    expect(registers.isSufficient).toBe(false);
    expect(registers.has(LR)).toBe(true);
    expect(registers.linkRegister(sample)).toBe(0x1234);
  });

  test('kernel mode or user mode makes no difference', () => {
    for (const cpumode of [PERF_RECORD_MISC_KERNEL, PERF_RECORD_MISC_USER]) {
      const registers = { [LR]: at(OUTERMOST + 4), [SP]: STACK };
      expect(unwindOnce(scene({ pc: at(LEAF + 8), registers, cpumode })).frames).toHaveLength(2);
    }
  });
});
