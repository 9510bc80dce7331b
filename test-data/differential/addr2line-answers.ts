/** What `eu-addr2line -i -f` and `addr2line -i -f` of the toolchain root say about addresses of a program under /w/bin. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { askAddr2line } from '../../parser/dwarf/test-support/addr2line';
import { repositoryFolder, toolchainFolder } from '../test-support/places';
import { asPrinted, withoutClone, type PrintedFrame } from './script-frames';

/** Runs a command in the toolchain root, in `folder`, which is /w there. @throws Error where it fails */
export function runInRoot(folder: string, command: readonly string[], input = ''): string {
  return execFileSync(join(repositoryFolder, 'test-data/toolchain/enter.sh'), command, {
    encoding: 'latin1',
    maxBuffer: 1 << 30,
    input,
    env: { ...process.env, PERF_SFRAME_TOOLCHAIN: toolchainFolder, ENTER_BIND: `${folder}:/w` },
  });
}

export interface Answer {
  readonly svma: number;
  /**
   * Innermost first, names demangled. The last, into which the others are inlined, is called as the symbol table calls
   * it: so does perf, and DWARF has no full name of a function whose parameters are lambdas.
   */
  readonly elfutils: PrintedFrame[];
  /** The same of binutils, which may name the first one by the symbol table too. */
  readonly binutils: PrintedFrame[];
  /** The name of the last function by its debug information, as eu-addr2line says it. */
  readonly outermost: string;
}

/** Asks both tools. @param svmas addresses as the ELF file states them */
export function askBoth(folder: string, program: string, svmas: readonly number[]): Answer[] {
  const root = { run: (command: readonly string[], input?: string) => runInRoot(folder, command, input) };
  const demangle = (names: readonly string[]) => {
    const demangled = root.run(['c++filt'], `${names.join('\n')}\n`).split('\n');
    return demangled.map(withoutClone);
  };
  const symbols = demangle(askSymbols(root.run, program, svmas));
  const [elfutils, binutils] = (['eu-addr2line', 'addr2line'] as const).map((tool) => {
    const answers = askAddr2line(root, tool, `/w/bin/${program}`, svmas);
    const names = demangle(answers.flatMap((frames) => frames.map(({ name }) => name)));
    let at = 0;
    return answers.map((frames, i) => {
      const own = names.slice(at, (at += frames.length));
      return { outermost: own.at(-1)!, frames: asPrinted(frames, [...own.slice(0, -1), symbols[i]]) };
    });
  });
  return svmas.map((svma, i) => ({
    svma,
    elfutils: elfutils[i].frames,
    binutils: binutils[i].frames,
    outermost: elfutils[i].outermost,
  }));
}

/** The ELF symbols of addresses, as eu-addr2line finds them. */
function askSymbols(
  run: (command: readonly string[], input?: string) => string,
  program: string,
  svmas: readonly number[],
): string[] {
  const input = svmas.map((svma) => `0x${svma.toString(16)}\n`).join('');
  const output = run(['eu-addr2line', '-S', '-a', '-e', `/w/bin/${program}`], input);
  const blocks = output.split(/^0x[0-9a-f]+\n/m).slice(1);
  return blocks.map((block) => block.split('\n')[0].replace(/\+0x[0-9a-f]+( \(.*\))?$/, ''));
}

/** Whether both tools name the same lines: each has bugs, and not the same (parser/dwarf/test-support/addr2line.ts). */
export function agree({ elfutils, binutils }: Answer): boolean {
  const lines = (frames: PrintedFrame[]) => frames.map(({ position }) => position).join();
  return lines(elfutils) === lines(binutils);
}
