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

/** Options that perf has for script or report and that we have not, with the reason. */
const notDone: Readonly<Record<string, string>> = {
  'addr-range': 'filter by --symbols or --dsos',
  addr2line: 'no other program is started: inlined functions and source lines are read here',
  'addr2line-style': 'no other program is started: inlined functions and source lines are read here',
  'all-cpus': 'it belongs to live recording by scripts; recordings with -a need no option',
  'asm-raw': disassembly,
  'branch-history':
    'stacks are not prolonged by the branches before them; report -b counts branches, and script -F brstack prints them in order',
  'call-ret-trace': traces,
  'call-trace': traces,
  'debug-mode': 'it checks perf itself',
  demangle: 'names are always demangled',
  'demangle-kernel': 'kernel names are never mangled on the architectures read here',
  'disable-order': 'records are always put in order',
  'disassembler-style': disassembly,
  dlarg: scripting,
  dlfilter: scripting,
  'dump-raw-trace': 'raw records are not dumped; info says what a recording holds',
  'dump-unsorted-raw-trace': 'raw records are not dumped; info says what a recording holds',
  'gen-script': scripting,
  'graph-function': traces,
  'group-sort-idx': 'groups are sorted by their first event',
  'guest-code': guests,
  guestkallsyms: guests,
  guestmodules: guests,
  guestmount: guests,
  guestvmlinux: guests,
  hierarchy: 'sort keys make one table',
  'insn-trace': traces,
  itrace: traces,
  latency: 'it needs context switch accounting of the whole recording',
  list: scripting,
  'list-dlfilters': scripting,
  Latency: 'the state of interrupts and preemption is not printed',
  'max-blocks': disassembly,
  mmaps: 'script --show-mmap-events prints the mappings',
  'mem-mode': memory,
  modules: "kernel modules are named by --kallsyms, which has the modules' symbols",
  objdump: disassembly,
  parallelism: 'it needs context switch accounting of the whole recording',
  'per-event-dump': 'redirect the output of -F for one type of event instead',
  'percent-type': annotation,
  prefix: disassembly,
  'prefix-strip': disassembly,
  'raw-trace': 'tracepoints are always printed by their format',
  pretty: 'counters are printed by script',
  samples: tui,
  script: scripting,
  'show-kernel-path':
    'kernel functions are printed with [kernel.kallsyms]; --kallsyms and --vmlinux choose the file',
  'show-on-off-events': 'use --time to choose a part',
  'show-ref-call-graph': 'events without callchains are shown without',
  'socket-filter': 'filter by --cpu',
  source: annotation,
  stats: summaries,
  'stitch-lbr': 'branch callchains are shown as recorded',
  'switch-off': 'use --time to choose a part',
  'switch-on': 'use --time to choose a part',
  tasks: 'script --show-task-events prints forks and exits',
  threads: 'counters are printed by script',
  'time-quantum': 'it belongs to sort keys that are not done here',
  'total-cycles': 'report -b --sort symbol_from,symbol_to,cycles counts cycles of single branches',
  tui,
  gtk: tui,
  'unwind-style': 'use --unwind',
  xed: disassembly,
};

/** Options of perf that change nothing for a program that does what they ask anyway. */
const needless = new Set(['--stdio', '-f', '--force', '--ignore-vmlinux', '--no-demangle-kernel']);

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

/**
 * Arguments as our parser takes them: `-F -period` becomes `--fields=-period`, needless options go.
 * @throws UsageError for an option of perf that is not done here
 */
export function translatePerfArguments(argv: readonly string[]): string[] {
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
    const name = short?.get(argument) ?? /^--(?:no-)?([a-zA-Z0-9-]+)/.exec(argument)?.[1];
    const isTimeOfReport = name === 'ns' && argv[0] === 'report';
    const reason = name === undefined ? undefined : isTimeOfReport ? notDone['time-quantum'] : notDone[name];
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
