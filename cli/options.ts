/**
 * Options that several commands share, as perf spells them where perf has them. A command adds its own.
 */

import type { Argv } from 'yargs';

const unwindChoices = ['auto', 'sframe', 'dwarf', 'fp', 'recorded'] as const;

/** perf's PERF_MAX_STACK_DEPTH. */
const DEFAULT_MAX_STACK = 127;

/** What the shared options parse to. */
export interface SharedArguments {
  input?: string;
  i?: string;
  /** One of {@link unwindChoices}. */
  unwind: string;
  'as-perf': boolean;
  'kernel-rules': boolean;
  synthesize: boolean;
  'merge-callchains': boolean;
  'max-stack': string;
  inline: boolean;
  symfs?: string[];
  kallsyms?: string;
  vmlinux?: string;
  vdso?: string;
  'debug-dir'?: string[];
  debuginfod: boolean;
  cache: boolean;
  comms?: string;
  pid?: string;
  tid?: string;
  cpu?: string;
  time?: string;
  dsos?: string;
  symbols?: string;
  /** Of the commands that have {@link addOffCpuOption}. */
  'off-cpu'?: boolean;
  strict: boolean;
  quiet: boolean;
  verbose: number;
  debug: boolean;
}

/** Adds the options that every command on one recording has. */
export function addSharedOptions<T>(yargs: Argv<T>) {
  return addSessionOptions(
    yargs.positional('input', {
      type: 'string',
      describe: 'recording to read; unless given what is piped in, else perf.data; - for standard input',
    }),
  );
}

/** Adds the options that every command on recordings has, but for the recordings. */
export function addSessionOptions<T>(yargs: Argv<T>) {
  const named = yargs.option('i', {
    alias: 'input-file',
    type: 'string',
    describe: 'the same as an option',
    requiresArg: true,
  });
  const grouped = addFilterOptions(addNameOptions(addUnwindOptions(named)));
  const loud = grouped
    .option('strict', {
      type: 'boolean',
      default: false,
      describe: 'fail (exit code 1) if any part of the input was damaged',
    })
    .option('quiet', {
      alias: 'q',
      type: 'boolean',
      default: false,
      describe: 'say nothing on stderr but errors (report: no headings either)',
    });
  return addTerminalOptions(loud)
    .option('verbose', { alias: 'v', type: 'count', describe: 'say more on stderr: how stacks were unwound' })
    .option('debug', {
      type: 'boolean',
      default: false,
      describe: 'print stack traces of errors',
    });
}

/** Adds how stacks are unwound. */
function addUnwindOptions<T>(yargs: Argv<T>) {
  return yargs
    .option('unwind', {
      choices: unwindChoices,
      requiresArg: true,
      default: 'auto',
      describe:
        'how to unwind user stacks: auto takes SFrame where a binary has it, else DWARF, else frame pointers; ' +
        'recorded takes the chain that the kernel recorded',
      group: 'Unwinding:',
    })
    .option('max-stack', {
      type: 'string',
      default: String(DEFAULT_MAX_STACK),
      describe: 'frames at most in a stack',
      group: 'Unwinding:',
      requiresArg: true,
    })
    .option('merge-callchains', {
      type: 'boolean',
      default: true,
      describe: 'join deferred callchains to their samples (--no-merge-callchains: show them by themselves)',
      group: 'Unwinding:',
    })
    .option('as-perf', {
      type: 'boolean',
      default: false,
      describe: 'print what perf 7.2 prints also where that is wrong (docs/as-perf.md)',
      group: 'Unwinding:',
    })
    .option('kernel-rules', {
      type: 'boolean',
      default: false,
      describe:
        'unwind by SFrame as the kernel would that accepts it (docs/kernel-rules.md); -v tells what it would refuse',
      group: 'Unwinding:',
    })
    .option('synthesize', {
      type: 'boolean',
      default: false,
      describe:
        'take for every binary the SFrame section that gas would have written, made from its .eh_frame',
      group: 'Unwinding:',
    });
}

/** Adds where names come from. */
function addNameOptions<T>(yargs: Argv<T>) {
  return yargs
    .option('inline', {
      type: 'boolean',
      default: true,
      describe: 'show inlined functions (--no-inline: do not)',
      group: 'Names:',
    })
    .option('symfs', {
      type: 'string',
      array: true,
      describe:
        'look for binaries and debug files below this folder; PID=FOLDER: those of a process, and of others in its container',
      group: 'Names:',
      requiresArg: true,
      nargs: 1,
    })
    .option('kallsyms', {
      type: 'string',
      describe: 'file with kernel symbols',
      group: 'Names:',
      requiresArg: true,
    })
    .option('vmlinux', {
      type: 'string',
      alias: 'k',
      describe: 'kernel image with symbols',
      group: 'Names:',
      requiresArg: true,
    })
    .option('vdso', {
      type: 'string',
      describe: "image of the recorded kernel's vDSO",
      group: 'Names:',
      requiresArg: true,
    })
    .option('debug-dir', {
      type: 'string',
      array: true,
      describe: 'more folders with debug files, laid out like /usr/lib/debug',
      group: 'Names:',
      requiresArg: true,
      nargs: 1,
    })
    .option('debuginfod', {
      type: 'boolean',
      default: false,
      describe:
        'fetch missing debug files from the servers in DEBUGINFOD_URLS, into the cache of its clients',
      group: 'Names:',
    })
    .option('cache', {
      type: 'boolean',
      default: true,
      describe:
        'keep what was found out of large binaries in ~/.cache/perf-sframe, for the next run (--no-cache: do not, nor use it)',
      group: 'Names:',
    });
}

/** Adds which samples count. */
function addFilterOptions<T>(yargs: Argv<T>) {
  return yargs
    .option('comms', {
      type: 'string',
      describe: 'only threads of these names: a,b',
      group: 'Filters:',
      requiresArg: true,
    })
    .option('pid', { type: 'string', describe: 'only these processes', group: 'Filters:', requiresArg: true })
    .option('tid', { type: 'string', describe: 'only these threads', group: 'Filters:', requiresArg: true })
    .option('cpu', {
      alias: 'C',
      type: 'string',
      describe: 'only these CPUs: 0-3,8',
      group: 'Filters:',
      requiresArg: true,
    })
    .option('time', {
      type: 'string',
      describe: 'only this time: 12.5,13 (seconds, either may be left out), 10%/2, 0%-10%,30%-40%',
      group: 'Filters:',
      requiresArg: true,
    })
    .option('dsos', {
      type: 'string',
      describe: 'only samples in these binaries',
      group: 'Filters:',
      requiresArg: true,
    })
    .option('symbols', {
      alias: 'S',
      type: 'string',
      describe: 'only samples in these functions',
      group: 'Filters:',
      requiresArg: true,
    });
}

/** Adds how text is shown on a terminal. */
function addTerminalOptions<T>(yargs: Argv<T>) {
  return yargs
    .option('full-names', {
      type: 'boolean',
      default: false,
      describe: 'names and lines whole, however wide the terminal is',
      group: 'Terminal:',
    })
    .option('color', {
      choices: ['auto', 'always', 'never'] as const,
      default: 'auto',
      describe: 'percentages in colours; auto: on terminals, unless NO_COLOR is set',
      group: 'Terminal:',
    })
    .option('pager', {
      type: 'boolean',
      default: true,
      describe: 'show long output with PAGER, or less (--no-pager: do not)',
      group: 'Terminal:',
    });
}

/** Adds the option of commands that add up what samples weigh. */
export function addOffCpuOption<T>(yargs: Argv<T>) {
  return yargs.option('off-cpu', {
    type: 'boolean',
    default: false,
    describe:
      'count the nanoseconds that threads were away from their CPUs, by where they left (docs/off-cpu.md: how to record it)',
    group: 'Stacks:',
  });
}
