import { runScript } from './commands/script';
import type { UnwindChoice } from './pipeline/session';

const args = process.argv.slice(2);
const take = (name: string): string | undefined => {
  const i = args.indexOf(name);
  return i < 0 ? undefined : args[i + 1];
};
process.exitCode = runScript({
  input: take('-i') ?? 'perf.data',
  unwind: (take('--unwind') ?? 'auto') as UnwindChoice,
  asPerf: args.includes('--as-perf'),
  maxStack: 127,
  places: { symfs: take('--symfs') ?? '' },
});
