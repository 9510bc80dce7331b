/**
 * Where `perf report -s srcline` of perf 7.2 is wrong (docs/as-perf.md, "Reports"), and what eu-addr2line says of the addresses that
 * were sampled. --as-perf does not reproduce these.
 */
import { describeWhere } from '../test-support/left-out';
import { hasToolchain } from '../test-support/places';
import { agree, askBoth, type Answer } from './addr2line-answers';
import { runPerfAnew } from './perf-output';
import { runProgram } from './program-output';
import { findSet, listRecordings } from './recording-sets';
import { parseStacks } from './script-frames';

const fresh = findSet('fresh/');
const programs = ['inlines-nopie-fp', 'inlines-nopie-nofp'];
const timeoutMs = 120_000;

interface Reports {
  readonly perf: string;
  readonly ours: string;
  /** About the addresses of the program that were sampled and have functions inlined, where both tools agree. */
  readonly answers: Answer[];
}

async function printReports(program: string, options: string): Promise<Reports> {
  const perf = (await runPerfAnew(fresh, program, options)).toString('latin1');
  const ours = (await runProgram(fresh, program, options)).stdout.toString('latin1');
  const script = (await runProgram(fresh, program, 'script -F +srcline,+dsoff')).stdout.toString('latin1');
  const sampled = parseStacks(script)
    .map(([innermost]) => innermost)
    .filter(({ binary }) => binary === `/w/bin/${program}`);
  const svmas = [...new Set(sampled.map(({ address }) => address))];
  const answers = askBoth(fresh.folder, program, svmas).filter(
    (answer) => agree(answer) && answer.elfutils.length > 1,
  );
  expect(answers.length).toBeGreaterThan(5);
  return { perf, ours, answers };
}

/** Share with children of each source line, percent. */
function childrenByLine(report: string): Map<string, number> {
  const rows = report.matchAll(/^ +(\d+\.\d+)% +\d+\.\d+% +(\S+:\d+) *$/gm);
  return new Map([...rows].map(([, children, line]) => [line, Number(children)]));
}

const hasFresh = hasToolchain() && listRecordings(fresh).length > 0;

describeWhere(hasFresh, 'perf report -s srcline is wrong about', fresh.howToGet, () => {
  test.each(programs)(
    'lines of callers that are inlined: ??:0, more than once for a stack, where addr2line says lines (%s)',
    async (program) => {
      const options = 'report --stdio --children -g none -s srcline';
      const { perf, ours, answers } = await printReports(program, options);
      const [perfLines, ourLines] = [perf, ours].map(childrenByLine);
      const missing: string[] = [];
      for (const { svma, elfutils } of answers) {
        const callers = elfutils.slice(1).map(({ position }) => position);
        const says = `0x${svma.toString(16)}: eu-addr2line -i says ${callers.join(' ')}`;
        expect({ says, lines: callers.filter((line) => ourLines.has(line)) }).toEqual({
          says,
          lines: callers,
        });
        missing.push(...callers.filter((line) => !perfLines.has(line)));
      }
      expect(missing).not.toEqual([]);
      expect(perfLines.get('??:0')).toBeGreaterThan(100);
      expect(Math.max(...ourLines.values())).toBe(100);
    },
    timeoutMs,
  );

  test.each(programs)(
    'the graph: addresses, where addr2line says functions (%s)',
    async (program) => {
      const options = 'report --stdio --no-children -g graph,0 -s srcline';
      const { perf, ours, answers } = await printReports(program, options);
      const printed = answers.filter(({ svma }) => new RegExp(`\\b0x${svma.toString(16)}$`, 'm').test(perf));
      expect(printed).not.toEqual([]);
      expect(ours).not.toMatch(/\b0x[0-9a-f]+$/m);
      for (const { svma, elfutils } of printed) {
        // The first one is the line's own and is in the graph only where there are several of that line.
        const names = elfutils.slice(1, -1).map(({ name }) => `${name} (inlined)`);
        const says = `0x${svma.toString(16)}: eu-addr2line -i -f says ${names.join(', ')}`;
        expect({ says, names: names.filter((name) => ours.includes(name)) }).toEqual({ says, names });
      }
    },
    timeoutMs,
  );
});
