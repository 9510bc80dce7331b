/**
 * How arguments as perf's users type them become arguments that our parser takes, and what is said of options of
 * perf 7.2 that are not done here: none of them is silently ignored.
 */

import { UsageError } from '../profile';

const traces = 'hardware traces (Intel PT, CoreSight, SPE…) are not decoded here';
const guests = 'recordings of guests are not followed here';
const disassembly = 'there is no disassembler here';
const scripting = 'scripts and filter plug-ins of perf do not run here; export the samples instead';
const summaries = 'info says what a recording holds';
const annotation = 'functions are not annotated here';
const tui = 'there is no terminal browser here; the text report is the default';
const memory = 'memory access samples are not analysed here';

/** Options that perf has for both commands or for one of them and that we have not, with the reason. */
const notDone = {
  both: {
    addr2line: 'no other program is started: inlined functions and source lines are read here',
    'addr2line-style': 'no other program is started: inlined functions and source lines are read here',
    demangle: 'names are always demangled',
    'demangle-kernel': 'kernel names are never mangled on the architectures read here',
    'dump-raw-trace': 'raw records are not dumped; info says what a recording holds',
    itrace: traces,
    'show-on-off-events': 'use --time to choose a part',
    'stitch-lbr': 'branch callchains are shown as recorded',
    'switch-off': 'use --time to choose a part',
    'switch-on': 'use --time to choose a part',
    'unwind-style': 'use --unwind',
  },
  script: {
    'addr-range': 'filter by --symbols or --dsos',
    'all-cpus': 'it belongs to live recording by scripts; recordings with -a need no option',
    'call-ret-trace': traces,
    'call-trace': traces,
    'debug-mode': 'it checks perf itself',
    dlarg: scripting,
    dlfilter: scripting,
    'dump-unsorted-raw-trace': 'raw records are not dumped; info says what a recording holds',
    'gen-script': scripting,
    'graph-function': traces,
    'guest-code': guests,
    guestkallsyms: guests,
    guestmodules: guests,
    guestmount: guests,
    guestvmlinux: guests,
    'insn-trace': traces,
    list: scripting,
    'list-dlfilters': scripting,
    Latency: 'the state of interrupts and preemption is not printed',
    'max-blocks': disassembly,
    'per-event-dump': 'redirect the output of -F for one type of event instead',
    script: scripting,
    'show-kernel-path':
      'kernel functions are printed with [kernel.kallsyms]; --kallsyms and --vmlinux choose the file',
    xed: disassembly,
  },
  report: {
    'asm-raw': disassembly,
    'branch-history':
      'stacks are not prolonged by the branches before them; report -b counts branches, and script -F brstack prints them in order',
    'disable-order': 'records are always put in order',
    'disassembler-style': disassembly,
    'group-sort-idx': 'groups are sorted by their first event',
    hierarchy: 'sort keys make one table',
    latency: 'it needs context switch accounting of the whole recording',
    mmaps: 'script --show-mmap-events prints the mappings',
    'mem-mode': memory,
    modules: "kernel modules are named by --kallsyms, which has the modules' symbols",
    objdump: disassembly,
    parallelism: 'it needs context switch accounting of the whole recording',
    'percent-type': annotation,
    prefix: disassembly,
    'prefix-strip': disassembly,
    'raw-trace': 'tracepoints are always printed by their format',
    pretty: 'counters are printed by script',
    samples: tui,
    'show-ref-call-graph': 'events without callchains are shown without',
    'socket-filter': 'filter by --cpu',
    source: annotation,
    stats: summaries,
    tasks: 'script --show-task-events prints forks and exits',
    threads: 'counters are printed by script',
    'total-cycles': 'report -b --sort symbol_from,symbol_to,cycles counts cycles of single branches',
    tui,
    gtk: tui,
  },
} satisfies Record<string, Readonly<Record<string, string>>>;

/** Options of perf that change nothing for a program that does what they ask anyway. */
const needless = new Set([
  '--stdio',
  '-f',
  '--force',
  '--ignore-vmlinux',
  '--demangle',
  '--no-demangle-kernel',
]);

/** Short names of options that are not done, by command. */
const shortNotDone: Readonly<Record<string, ReadonlyMap<string, string>>> = {
  script: new Map([
    ['-a', 'all-cpus'],
    ['-d', 'debug-mode'],
    ['-D', 'dump-raw-trace'],
    ['-g', 'gen-script'],
    ['-l', 'list'],
    ['-L', 'Latency'],
    ['-s', 'script'],
  ]),
  report: new Map([
    ['-D', 'dump-raw-trace'],
    ['-H', 'hierarchy'],
    ['-m', 'modules'],
    ['-M', 'disassembler-style'],
    ['-T', 'threads'],
  ]),
};

/** Options that have another name here. */
const renamed = new Map([
  ['--input', '-i'],
  ['--stdio-color', '--color'],
]);

/** Options whose argument may begin with a minus sign. */
const signedArguments = new Map([
  ['-F', '--fields'],
  ['--fields', '--fields'],
  ['-s', '--sort'],
  ['--sort', '--sort'],
]);

/** One-letter options that take a value, by command: the value may follow without a space. */
const shortWithValue: Readonly<Record<string, string>> = { report: 'cCdFgikopsStw', script: 'cCFgikSs' };

/**
 * One-letter options that were typed as one word, apart: `-nUsdso` is -n, -U and -s=dso. Other words are given as they are.
 * @param withValue letters of options that take what follows as their value
 */
function splitShortOptions(word: string, withValue: string): string[] {
  if (!/^-[a-zA-Z][^=]/.test(word)) return [word];
  if (withValue.includes(word[1])) return [`${word.slice(0, 2)}=${word.slice(2)}`];
  if (!/^[a-zA-Z]/.test(word.slice(2))) return [word];
  return [word.slice(0, 2), ...splitShortOptions(`-${word.slice(2)}`, withValue)];
}

/**
 * Arguments as our parser takes them: `-F -period` becomes `--fields=-period`, `-sdso` becomes `-s=dso`, needless options go.
 * @throws UsageError for an option of perf that is not done here
 */
export function translatePerfArguments(argv: readonly string[]): string[] {
  const withValue = shortWithValue[argv[0]];
  const words = withValue === undefined ? argv : splitAll(argv, withValue);
  return translateWords(words);
}

/** What follows `--`, or an option whose value may begin with a minus sign, is a value. */
function splitAll(argv: readonly string[], withValue: string): string[] {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  return argv.flatMap((word, i) =>
    i > end || signedArguments.has(argv[i - 1]) ? [word] : splitShortOptions(word, withValue),
  );
}

function translateWords(argv: readonly string[]): string[] {
  const translated: string[] = [];
  const short = shortNotDone[argv[0]];
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i];
    if (argument === '--') return [...translated, ...argv.slice(i)];
    if (needless.has(argument)) continue;
    const [given] = argument.split('=', 1);
    const own = renamed.get(given);
    if (own !== undefined) {
      translated.push(own + argument.slice(given.length));
      continue;
    }
    const signed = signedArguments.get(given);
    if (signed !== undefined && argument !== given) {
      translated.push(signed + argument.slice(given.length));
      continue;
    }
    const name = short?.get(given) ?? /^--(?:no-)?([a-zA-Z0-9-]+)/.exec(argument)?.[1];
    const reason = name === undefined ? undefined : reasons[name];
    if (reason !== undefined) throw new UsageError(`--${name} of perf is not done here: ${reason}`);
    const long = signedArguments.get(argument);
    if (long !== undefined && i + 1 < argv.length) {
      translated.push(`${long}=${argv[++i]}`);
      continue;
    }
    translated.push(argument);
  }
  return translated;
}

/** Reasons by option, of whichever command: it is the same answer where the other command is meant. */
const reasons: Readonly<Record<string, string>> = { ...notDone.both, ...notDone.script, ...notDone.report };

/** Names of options that perf's command has and ours has not: one that is shortened may mean them. */
export function namesNotDone(command: string): string[] {
  if (command !== 'script' && command !== 'report') return [];
  return Object.keys({ ...notDone.both, ...notDone[command] });
}
