/** The options of `perf-sframe sframe` and its help. */

import type { Argv } from 'yargs';
import { coverageSortKeys } from '../../sframe';
import { reportFormats } from './ci/reports';

const DEFAULT_LIMIT = 20;

/** Lines of help longer than this are folded. */
export const HELP_WIDTH = 80;

/** As for all commands, but that several files are several: elsewhere the last of an option's values counts alone. */
const parserConfiguration = { 'duplicate-arguments-array': true, 'camel-case-expansion': false };

function addFiles<T>(yargs: Argv<T>) {
  return yargs
    .positional('files', {
      type: 'string',
      array: true,
      default: [] as string[],
      describe:
        'programs, libraries, .o and .a files, or folders, which are searched for the first two; - is standard input',
    })
    .option('json', {
      type: 'boolean',
      default: false,
      describe: 'print JSON (docs/sframe.md describes it)',
    })
    .parserConfiguration(parserConfiguration)
    .wrap(HELP_WIDTH);
}

export function addDumpOptions<T>(yargs: Argv<T>) {
  const list = { type: 'string', requiresArg: true } as const;
  return addFiles(yargs)
    .option('function', { ...list, describe: 'print this function alone (repeatable, as the next two)' })
    .option('addr', { ...list, describe: 'print the function at this address, e.g. 0x401136' })
    .option('section', { ...list, describe: 'print the functions in this section of code, e.g. .plt' })
    .usage(
      [
        '$0 sframe dump FILE…',
        '',
        'Prints the SFrame table of each file, as readelf --sframe of binutils 2.47',
        'does. A row holds from its address to the next:',
        '',
        '| STARTPC           CFA       FP        RA',
        '| 0000000000001020  sp+16     c-16      f',
        '',
        'CFA: canonical frame address, the stack pointer before the call: sp+16,',
        'fp+16, r10+0; (fp-16) is the word at fp-16. FP: where the caller’s frame',
        'pointer is; c-16: saved at CFA-16; u: unchanged, still in its register.',
        'RA: where the return address is; f: at the fixed place that the header',
        'states; u, c-8 as above; [s]: signed (pointer authentication).',
        '',
        '"RA undefined": there is no caller. attr "S": signal trampoline; "F":',
        'flexible rows. STARTPC[m]: the rows repeat, as those of a PLT do.',
      ].join('\n'),
    )
    .example('$0 sframe dump a.out', 'one file')
    .example('$0 sframe dump --function main a.out', 'one function')
    .example('$0 sframe dump --json lib.so', 'for programs')
    .epilogue(
      'Exit code: 0; 1 if a file or its table cannot be read; 4 if a file that is named has no table.',
    );
}

function addLimit<T>(yargs: Argv<T>, what: string) {
  return yargs.option('limit', {
    type: 'string',
    default: String(DEFAULT_LIMIT),
    requiresArg: true,
    describe: `${what}; 0 for all`,
  });
}

export function addCoverageOptions<T>(yargs: Argv<T>) {
  return addLimit(addFiles(yargs), 'functions without rows to list for a file')
    .option('sort', {
      choices: coverageSortKeys,
      requiresArg: true,
      default: 'name' as const,
      describe:
        'order of the table: code (bytes of code), sframe (least covered first), ' +
        'missing (bytes that only .eh_frame covers), functions (without rows), size (of .sframe)',
    })
    .option('with-sframe', {
      type: 'boolean',
      default: false,
      describe: 'list only files that have an SFrame section (totals are of all)',
    })
    .option('fail-under', {
      type: 'string',
      requiresArg: true,
      describe: 'exit code 3 if the table of a file covers less than this percentage of what any table does',
    })
    .option('predict', {
      type: 'boolean',
      default: false,
      describe:
        'measure the tables that the files would have, made from their .eh_frame as `sframe make` does',
    })
    .usage(
      [
        '$0 sframe coverage FILE|FOLDER…',
        '',
        'Says how many bytes of code and how many functions the SFrame table covers,',
        'beside .eh_frame, and lists the functions that it leaves out: a stack that',
        'passes through one of them ends there. That a file has a table says little:',
        'it may have come with the start-up objects and cover four functions of 347.',
        '',
        'A folder gives a table of all programs and libraries below it:',
        '',
        'CODE       bytes of executable code',
        'SFRAME     share of it that the SFrame table covers',
        'EH_FRAME   share of it that .eh_frame covers',
        'FUNCTIONS  functions with SFrame rows / all functions',
        '.sframe    size of the section',
        '.eh_frame  size of the section, with .eh_frame_hdr',
        'V          version of the table; 2 is the old format',
        '',
        'With --predict: .sframe is the size it would have, OF CODE its share of CODE,',
        'LOST functions that it cannot describe, FLEX the share of flexible FDEs.',
        '',
        'Links to folders are not followed, no file is counted twice; .o files and',
        'files for other machines are counted as left out.',
      ].join('\n'),
    )
    .example('$0 sframe coverage a.out', 'one file')
    .example('$0 sframe coverage --sort missing /usr', 'worst first')
    .example('$0 sframe coverage --json /usr/bin', 'for programs')
    .epilogue(
      'Exit code: 0; 1 if a file, or a part of it that is needed, cannot be read or is damaged; 3 if the ' +
        'table of a file covers less than --fail-under.',
    );
}

export function addMakeOptions<T>(yargs: Argv<T>) {
  return addLimit(addFiles(yargs), 'functions left out to list for a file')
    .option('output', {
      alias: 'o',
      type: 'string',
      demandOption: true,
      requiresArg: true,
      describe: 'folder that the files are written to, as .build-id/ab/cdef….sframe',
    })
    .usage(
      [
        '$0 sframe make FILE… -o FOLDER',
        '',
        'Makes the SFrame section (version 3) that gcc and gas would have written for',
        'each file, from its .eh_frame or .debug_frame, and writes it as an ELF file of',
        'its own. Functions that SFrame cannot describe are left out and listed with',
        'the cause. The files themselves are not changed.',
        '',
        'The section’s address is the one that it has to have beside the binary: mapped',
        'at the load bias plus that, its functions are found.',
      ].join('\n'),
    )
    .example('$0 sframe make /lib/x86_64-linux-gnu/libc.so.6 -o made', 'one file')
    .epilogue(
      'Exit code: 0; 1 if a file cannot be read, or its call frame information is damaged or missing.',
    );
}

export function addDiffOptions<T>(yargs: Argv<T>) {
  return addLimit(addFiles(yargs), 'functions to list of each kind')
    .usage(
      [
        '$0 sframe diff OLD NEW',
        '',
        'Compares the SFrame tables of two builds: functions that lost or gained rows,',
        'those whose rows changed, sizes. Functions are matched by name.',
      ].join('\n'),
    )
    .example('$0 sframe diff old/lib.so new/lib.so', 'after a new toolchain')
    .epilogue(
      'Exit code: 0; 1 if a file cannot be read or is damaged; 3 if a function lost or changed its rows; 4 if ' +
        'neither file has a table.',
    );
}

export function addVerifyOptions<T>(yargs: Argv<T>) {
  return addLimit(addFiles(yargs), 'functions with differences to print for a file')
    .option('skip-section', {
      type: 'string',
      array: true,
      nargs: 1,
      requiresArg: true,
      default: [] as string[],
      describe: 'leave out code of this section, e.g. .plt.got (repeatable)',
    })
    .option('format', {
      choices: reportFormats,
      requiresArg: true,
      default: 'text' as const,
      describe: 'how the result is printed: github is lines for the log of GitHub Actions, --json is json',
    })
    .option('require-sframe', {
      type: 'boolean',
      default: false,
      describe: 'files below folders must have a table too',
    })
    .option('allow', {
      type: 'string',
      requiresArg: true,
      describe: 'accept KIND, KIND:SECTION or KIND:FUNCTION, e.g. wrong-cfa:.plt.got (repeatable)',
    })
    .option('baseline', {
      type: 'string',
      requiresArg: true,
      describe: 'accept what this file lists',
    })
    .option('write-baseline', {
      type: 'string',
      requiresArg: true,
      describe: 'write all that is found to this file, and accept it',
    })
    .option('kernel', {
      type: 'boolean',
      default: false,
      describe:
        'judge by the rules of the SFrame code proposed for the kernel instead (docs/kernel-rules.md): ' +
        'whether it sees, registers and keeps the section, and where stacks end',
    })
    .usage(
      [
        '$0 sframe verify FILE|FOLDER…',
        '',
        'Compares the SFrame table with .eh_frame (or .debug_frame) at every byte of',
        'code that both cover: CFA, return address and frame pointer must be recovered',
        'from the same places. The table’s structure is examined besides, as strictly',
        'as a kernel would and more. Differences are printed by function and kind with',
        'both rows side by side:',
        '',
        '| wrong CFA: 8 bytes',
        '|   from          to            SFrame                    .eh_frame',
        '|   0x1060        0x1068        rsp+16   u     c-8        rsp+8    u     c-8',
        '',
        'Each row has CFA, FP, RA. c-16: saved at CFA-16; u: unchanged; (rbp-16): the',
        'word at that address; =c-16: the address itself; [s]: signed return address.',
        'Expressions of .eh_frame are evaluated, PLTs at each address; what cannot be',
        'evaluated is reported, but is not a difference.',
      ].join('\n'),
    )
    .example('$0 sframe verify a.out', 'one file')
    .example('$0 sframe verify --skip-section .plt.got bin/', 'in CI')
    .example('$0 sframe verify --json lib.so', 'for programs')
    .epilogue(
      'Exit code: 0 if all tables agree (files below folders may have none); 1 if a file, or what ' +
        'its table is compared with, cannot be read or is damaged; 3 if a table differs or is damaged; 4 if a file that is named has ' +
        'no table, or nothing to compare it with.',
    );
}
