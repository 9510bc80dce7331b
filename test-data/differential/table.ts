/**
 * The differential test, as one table: which recordings are read with which options. The expectation of every row is what
 * perf 7.2 prints for the same recording and options, to the byte (see perf-output.ts; options that only we have are left
 * away for perf). To add a row, add a line. Rows compare what is printed by default; where a case of docs/as-perf.md makes a row differ,
 * `cases` says so by the case's name, and the row is compared `--as-perf`, or left out and counted. Of recordings whose programs are missing (recording-sets.ts) a row is two tests:
 * perf of the toolchain root without them, and what the stored text says without them.
 *
 * `recordings` are names of recordings, SET/NAME, where * stands for any characters; each is combined with each of `options`.
 * One group runs alone by `npx jest test-data/differential -t 'GROUP'`.
 */
import { readFileSync } from 'node:fs';
import type { RowGroup } from './row-group';
import { publicRows } from './public-rows';
import { writtenRows } from './written-rows';

const everyUnwinder = ['script --no-inline', 'script --no-inline --unwind dwarf'];

/** What makes stacks of these recordings differ (docs/as-perf.md). */
const otherMachines: RowGroup['cases'] = {
  'pointer-authentication': ['aarch64/pac48-*'],
  'arm64-guess': ['aarch64/c-sig-signal', 'aarch64/c-omit-*'],
  'binary-not-had': ['aarch64/two-events', 'aarch64/c-omit-leaf'],
  'stale-fp-registers': ['s390x/c-fpr-kernel', 's390x/c-omit-leaf'],
};

const deferredCases: RowGroup['cases'] = {
  'late-sample': ['*.defer', '*.lossy*', '*.pipe', '*.sys', '*.two'],
  'lost-record': ['*.lossyu*'],
  'name-at-record': ['*.pipe'],
  'exit-order': ['*.sys'],
};

/** perf unwinds no stack that begins in an image of the kernel that is not there. */
const vdsoCases: RowGroup['cases'] = { 'binary-not-had': ['x86_64-defer/*.dwarf*'] };

const rows: readonly RowGroup[] = [
  {
    group: 'script noinline committed',
    recordings: ['committed/*'],
    options: everyUnwinder,
  },
  {
    group: 'script noinline x86',
    recordings: ['fresh/*'],
    except: {
      'fresh/unwind-causes': 'its SFrame rows are wrong on purpose',
      'fresh/whole-system': 'other processes of the machine: group whole system',
    },
    cases: {
      'bss-variable': ['fresh/own-signals-bss-*'],
      'far-segments': ['fresh/moved-text*'],
      'mapped-twice': ['fresh/remapped-code*'],
      jitdump: ['fresh/python-jit*'],
      'mappings-before-exec': ['fresh/kernel-*', 'fresh/tracepoint*'],
    },
    options: everyUnwinder,
  },
  {
    group: 'script noinline x86, Linux 7.2',
    recordings: ['x86_64-defer/*.fp', 'x86_64-defer/*.dwarf*'],
    cases: vdsoCases,
    options: ['script --no-inline'],
  },
  {
    group: 'script noinline arm64 and s390x',
    recordings: ['aarch64/*', 's390x/*'],
    cases: otherMachines,
    options: everyUnwinder,
  },
  {
    group: 'registers arm64 and s390x',
    onlyStored:
      'perf on another machine gives registers its own names where the program is missing: docs/as-perf.md',
    recordings: ['aarch64/*', 's390x/*'],
    cases: otherMachines,
    options: ['script --no-inline -F comm,tid,time,event,ip,sym,uregs'],
  },
  {
    group: 'whole system',
    recordings: ['fresh/whole-system'],
    // Not report: what else the machine runs brings rows whose counts are equal, and their order was once another than perf's.
    options: ['script --no-inline --comms fork-exec-nofp,swapper'],
  },
  {
    group: 'script inline committed',
    recordings: ['committed/*'],
    options: ['script'],
  },
  {
    group: 'script inline x86',
    leavesOutLibraries: 'named by addr2line',
    recordings: [
      'fresh/big-frames-*',
      'fresh/blur-image-*',
      'fresh/coroutines-*',
      'fresh/fork-exec-*',
      'fresh/longjmp-*',
      'fresh/over-aligned-*',
      'fresh/own-signals-fp',
      'fresh/own-signals-nofp',
      'fresh/plt-calls-*',
      'fresh/plugin-host-*',
      'fresh/qsort-callback-*',
      'fresh/recursion-*',
      'fresh/shapes-*',
      'fresh/signals-*',
      'fresh/tail-calls-*',
      'fresh/task-records',
      'fresh/threads-*',
      'fresh/vla-alloca-*',
    ],
    except: {
      'fresh/qsort-callback-static-fp': 'perf takes memmove for an inlined memcpy: the next group',
      'fresh/qsort-callback-static-nofp': 'perf takes memmove for an inlined memcpy: the next group',
      'fresh/recursion-static-pie-fp': 'the same, at its start: the group after the next',
      'fresh/recursion-static-pie-nofp': 'the same, at its start: the group after the next',
    },
    options: ['script'],
  },
  {
    group: 'script inline x86, kernel events',
    leavesOutLibraries: 'named by addr2line',
    recordings: ['fresh/kernel-*'],
    cases: { 'mappings-before-exec': ['fresh/kernel-*'] },
    options: ['script'],
  },
  {
    group: 'script inline, C library without debug information in the program, below our functions',
    recordings: ['fresh/qsort-callback-static-*'],
    options: ['script -S compare_salted,compare_keys,fill'],
  },
  {
    group: 'script inline, position independent program without shared libraries, below our functions',
    recordings: ['fresh/recursion-static-pie-*'],
    options: ['script -S leaf,even,odd,descend'],
  },
  {
    group: 'script inline',
    leavesOutLibraries: 'named by addr2line',
    recordings: ['fresh/*-nopie-fp', 'fresh/*-nopie-nofp'],
    options: ['script', 'script -F +symoff,+dsoff'],
  },
  {
    group: 'script srcline',
    leavesOutLibraries: 'named by addr2line',
    recordings: ['fresh/*-nopie-fp', 'fresh/*-nopie-nofp'],
    cases: {
      'lambda-call-line': ['fresh/inlines-*'],
      'line-behind-end': ['fresh/virtual-calls-*'],
    },
    options: [
      'script -F +srcline',
      'script -F +srcline --full-source-path',
      'script -F +srcline --no-inline',
      'script -F +srcline -G',
    ],
  },
  {
    group: 'deferred callchains',
    recordings: [
      'x86_64-defer/*.attach',
      'x86_64-defer/*.defer',
      'x86_64-defer/*.deferu',
      'x86_64-defer/*.lossy*',
      'x86_64-defer/*.maxstack',
      'x86_64-defer/*.pipe',
      'x86_64-defer/*.ring',
      'x86_64-defer/*.sys',
      'x86_64-defer/*.two',
    ],
    cases: deferredCases,
    options: ['script --no-inline', 'script --no-inline --no-merge-callchains'],
  },
  {
    group: 'script inline x86, Linux 7.2',
    recordings: [
      'x86_64-defer/*.attach',
      'x86_64-defer/*.defer',
      'x86_64-defer/*.dwarfz',
      'x86_64-defer/*.fp',
      'x86_64-defer/*.ring',
      'x86_64-defer/*.sys',
      'x86_64-defer/*.two',
      'x86_64-defer/wa-fp.dwarf',
      'x86_64-defer/wa-nofp.deferu',
    ],
    cases: { ...deferredCases, ...vdsoCases },
    options: ['script'],
  },
  {
    group: 'script fields',
    recordings: ['committed/blur-image-nofp', 'fresh/threads-nofp'],
    options: [
      'script --no-inline -F comm,tid,time,event,ip,sym',
      'script --no-inline -F comm,pid,tid,time,period,event,ip,sym,dso',
      'script --no-inline -F comm,tid,time,ip',
      'script --no-inline -F +pid',
      'script --no-inline -F -dso',
      'script --no-inline -F comm,ip,sym,symoff,dso',
      'script --no-inline -F comm,tid,time,event,ip,sym,uregs',
      'script --no-inline --ns',
      'script --no-inline --reltime',
      'script --no-inline --deltatime',
      'script --no-inline -G',
      'script --no-inline --max-stack 3',
    ],
  },
  {
    group: 'source lines',
    // Among them of calls through the PLT.
    leavesOutLibraries: 'named by addr2line',
    recordings: ['committed/blur-image-nofp', 'fresh/threads-nofp', 'fresh/plt-calls-*'],
    options: [
      'script --no-inline -F comm,ip,sym,dso,srcline',
      'report --stdio --no-inline -s srcline --no-children -g none',
    ],
  },
  {
    group: 'script header',
    recordings: ['committed/*', 'fresh/*', 'x86_64-defer/*'],
    except: {
      'x86_64-defer/wa-fp.pipe': 'its text was printed from a real pipe',
    },
    cases: { 'pipe-features': ['*.pipe'] },
    options: ['script --header-only'],
  },
  {
    group: 'script records',
    recordings: ['committed/*', 'fresh/*'],
    except: {
      'fresh/whole-system': 'other processes of the machine: group whole system',
      'fresh/unwind-causes': 'its SFrame rows are wrong on purpose',
    },
    cases: {
      'bss-variable': ['fresh/own-signals-bss-*'],
      'far-segments': ['fresh/moved-text*'],
      'mapped-twice': ['fresh/remapped-code*'],
      jitdump: ['fresh/python-jit*'],
      'mappings-before-exec': ['fresh/kernel-*', 'fresh/tracepoint*'],
    },
    options: ['script --no-inline --show-mmap-events --show-task-events'],
  },
  {
    group: 'script records of every kind',
    recordings: ['fresh/task-records'],
    options: [
      'script --no-inline --show-switch-events',
      'script --no-inline --show-namespace-events',
      'script --no-inline --show-cgroup-events',
      'script --no-inline --show-lost-events',
      'script --no-inline --show-round-events',
      'script --no-inline --show-bpf-events',
    ],
  },
  {
    group: 'filters by thread, binary, symbol and time',
    recordings: ['fresh/threads-nofp'],
    options: [
      'script --no-inline -c reader',
      'script --no-inline --stop-bt parse_chunk',
      'script --no-inline --comms reader',
      'script --no-inline --comms "disk writer"',
      'script --no-inline --comms reader,"disk writer"',
      'script --no-inline --dsos threads-nofp',
      'script --no-inline -S parse_chunk',
      'script --no-inline --comm reader -GFcomm,ip,sym',
      'script --no-inline --time 10%/1',
      'script --no-inline --time 0%-10%,50%-60%',
      'report --no-children -g none --stdio --no-inline --comms reader',
      'report --no-children -g none --stdio --no-inline --dsos threads-nofp',
      'report --no-children -g none --stdio --no-inline -S parse_chunk',
      'report --no-chi -gnone --stdio --no-inl --comm reader -nssym',
    ],
  },
  {
    // Seconds are those of the committed recording: a new one needs others.
    group: 'filter by time, in every form',
    recordings: ['committed/blur-image-nofp'],
    options: [
      'script --no-inline --time 1739.924045,1739.940787',
      'script --no-inline --time 1739.974165,',
      'script --no-inline --time ,1739.924045',
      'script --no-inline --time "1739.924045,1739.940787 1739.974165,1740.007553"',
      'script --no-inline --time 10%',
      'script --no-inline --time 10%/2,10%/4',
    ],
  },
  {
    group: 'groups that options make or undo',
    recordings: ['fresh/two-events', 'fresh/group-of-events'],
    options: [
      'report --no-children -g none --stdio --no-inline --no-group',
      'report --no-children -g none --stdio --no-inline --group',
      'report --no-children -g none --stdio --no-inline -s overhead_children,comm',
    ],
  },
  {
    group: 'places, sizes and times',
    recordings: ['fresh/exceptions-nofp', 'fresh/kernel-and-user', 'fresh/threads-nofp'],
    // A sample may fall into the program's start, which has no lines.
    cases: { 'unknown-file': ['fresh/threads-nofp: *srcfile'] },
    options: [
      'report --no-children -g none --stdio --no-inline -s symoff',
      'report --no-children -g none --stdio --no-inline -s addr,sym,dso',
      'report --no-children -g none --stdio --no-inline -s symbol_size',
      'report --no-children -g none --stdio --no-inline -s dso,srcfile',
      'report --no-children -g none --stdio --no-inline -s time,comm --time-quantum 20ms',
    ],
  },
  {
    group: 'filters by library and callee',
    recordings: ['fresh/qsort-callback-nofp'],
    options: [
      'script --no-inline --dsos libc.so.6',
      'script --no-inline -S compare_salted',
      'report --stdio --no-inline --dsos libc.so.6',
      'report --stdio --no-inline --ignore-callees compare_salted',
    ],
  },
  {
    group: 'report flat',
    recordings: ['committed/*', 'fresh/*'],
    except: {
      'fresh/whole-system': 'other processes of the machine: group whole system',
    },
    cases: {
      'trace-width': ['fresh/tracepoints'],
      'bss-variable': ['fresh/own-signals-bss-*'],
      jitdump: ['fresh/python-jit*'],
    },
    options: ['report --no-children -g none --stdio --no-inline'],
  },
  {
    group: 'report flat x86, Linux 7.2',
    recordings: ['x86_64-defer/*'],
    cases: deferredCases,
    options: ['report --no-children -g none -F overhead,sample,comm,dso,sym --no-inline'],
  },
  {
    group: 'report default',
    recordings: ['committed/*', 'fresh/*'],
    except: {
      'fresh/whole-system': 'other processes of the machine: group whole system',
      'fresh/unwind-causes': 'its SFrame rows are wrong on purpose',
    },
    cases: {
      'graph-bars': ['*/recursion*', 'fresh/fp-and-dwarf'],
      'trace-width': ['fresh/tracepoints'],
      ties: ['fresh/tracepoints', 'fresh/fork-exec-nofp'],
      'pipe-children': ['*.pipe'],
      'bss-variable': ['fresh/own-signals-bss-*'],
      'far-segments': ['fresh/moved-text*'],
      'mapped-twice': ['fresh/remapped-code*'],
      jitdump: ['fresh/python-jit*'],
    },
    options: ['report --stdio --no-inline'],
  },
  {
    group: 'report arm64 and s390x',
    recordings: ['aarch64/*', 's390x/*'],
    cases: otherMachines,
    options: [
      'report --stdio --no-inline --no-children -g none --sort comm,dso,sym',
      'report --stdio --no-inline',
    ],
  },
  {
    // Without the time in which a program starts: the libraries' functions that run then are named by addr2line.
    group: 'report inline',
    recordings: ['fresh/*-nopie-fp', 'fresh/*-nopie-nofp'],
    cases: {
      'graph-bars': ['fresh/recursion-*'],
      'searches-miss': [
        'fresh/inlines-*: report --stdio --time*',
        'fresh/over-aligned-*: report --stdio --time*',
        'fresh/virtual-calls-*: report --stdio --time*',
      ],
    },
    options: [
      'report --stdio --no-children -g none --time 5%-95%',
      'report --stdio --no-children --time 5%-95%',
      'report --stdio --no-children -g caller --time 5%-95%',
      'report --stdio --time 5%-95%',
    ],
  },
  {
    group: 'report inline, styles',
    recordings: [
      'fresh/inlines-nopie-nofp',
      'fresh/inlines-o3-nopie-fp',
      'fresh/virtual-calls-o3-nopie-nofp',
    ],
    cases: { 'searches-miss': ['fresh/inlines-*', 'fresh/virtual-calls-o3-*'] },
    options: [
      'report --stdio -g callee --time 5%-95%',
      'report --stdio -g graph,0 --time 5%-95%',
      'report --stdio -g flat,0 --time 5%-95%',
      'report --stdio -g folded --time 5%-95%',
      'report --stdio -g count --time 5%-95%',
      'report --stdio -s sym --time 5%-95%',
      'report --stdio -s dso,sym -n --time 5%-95%',
    ],
  },
  {
    group: 'report inline committed',
    recordings: ['committed/*'],
    cases: {
      'searches-miss': [
        'committed/blur-image-*fp: report --stdio',
        '*.directory: report --stdio',
        '*.per-thread: report --stdio',
        '*.three-registers: report --stdio',
      ],
      'pipe-children': ['*.pipe: report --stdio'],
    },
    options: ['report --stdio --no-children -g none', 'report --stdio --no-children', 'report --stdio'],
  },
  {
    group: 'report styles',
    recordings: [
      'committed/blur-image-nofp',
      'committed/shapes-fp',
      'fresh/threads-nofp',
      'fresh/qsort-callback-nofp',
      'fresh/two-events',
    ],
    // Two callees of as many samples are of different libraries.
    cases: { ties: ['fresh/two-events: *-g caller'] },
    options: [
      'report --stdio --no-inline --no-children',
      'report --stdio --no-inline --no-children -g caller',
      'report --stdio --no-inline --no-children -g flat',
      'report --stdio --no-inline --no-children -g fractal',
      'report --stdio --no-inline --no-children -g folded',
      'report --stdio --no-inline --no-children -g none --sort comm',
      'report --stdio --no-inline --no-children -g none --sort comm,dso',
      'report --stdio --no-inline --no-children -g none --sort pid,sym',
      'report --stdio --no-inline --no-children -g none --percent-limit 5',
      'report --stdio --no-inline --no-children -g none -n',
      'report --stdio --no-inline --no-children -g none --show-total-period',
      'report --stdio --no-inline --no-children -g none --field-separator ,',
      'report --stdio --no-inline --no-children -g none --header',
      'report --stdio --no-inline --children -g none',
    ],
  },
  {
    group: 'time of day and cgroups',
    recordings: ['fresh/clock'],
    options: [
      'script --no-inline -F comm,tid,tod,time,event,ip,sym',
      'script --no-inline -F +tod --ns',
      'script --no-inline -F +cgroup',
      'script --no-inline -F comm,cgroup,ip',
    ],
  },
  {
    group: 'fields of tracepoints',
    recordings: ['fresh/tracepoints', 'fresh/tracepoint'],
    options: [
      'script --no-inline -F comm,tid,time,event,trace',
      'script --no-inline -F trace:event,trace',
      'script --no-inline -F +misc',
    ],
  },
  {
    group: 'report fields of tracepoints',
    recordings: ['fresh/tracepoints'],
    cases: {
      'trace-width': ['*: *--no-children', '*: *--stdio --no-inline', '*: *+comm', '*: *trace*'],
    },
    options: [
      'report --no-children -g none --stdio --no-inline',
      'report --stdio --no-inline --no-children -g none --sort +comm',
      'report --stdio --no-inline --no-children -g none --sort comm,dso,sym',
      'report --stdio --no-inline --no-children -g none --sort trace -t ,',
      'report --stdio --no-inline --no-children',
      'report --stdio --no-inline -S main',
    ],
  },
  {
    group: 'tracepoints without their stacks',
    recordings: ['fresh/tracepoint', 'fresh/tracepoints'],
    options: ['script -G', 'script -G -F +ip', 'script -G -F trace:comm,ip,sym'],
  },
  {
    group: 'report fields of tracepoints among other events',
    recordings: ['fresh/tracepoint'],
    // Few samples: which are alone with their thread's name, process or CPU is chance.
    cases: { 'trace-width': ['*: *comm,trace', '*: *pid,trace*', '*: *cpu,trace*'] },
    options: [
      'report --stdio --no-inline --no-children -g none --sort trace',
      'report --stdio --no-inline --no-children -g none --sort comm,trace',
      'report --stdio --no-inline --no-children -g none --sort pid,trace --time 30%-33%',
      'report --stdio --no-inline --no-children -g none --sort cpu,trace --time 10%-12%',
      'report --stdio --no-inline --no-children -g none --sort pid,trace --time 60%-62%',
    ],
  },
  {
    group: 'report by symbol alone',
    recordings: ['fresh/exceptions-nofp', 'fresh/exceptions-fp', 'fresh/two-events'],
    // Of the program, which is the same in all three, two libraries are without symbols.
    cases: { 'symbols-without-order': ['*: *sym', '*: *sym -g caller'] },
    options: [
      'report --stdio --no-inline -s sym',
      'report --stdio --no-inline -s comm,sym',
      'report --stdio --no-inline --no-children -s sym -g caller',
      'report --stdio --no-inline --no-children -s sym -U',
      'report --stdio --no-inline --no-children -s comm,sym -U -g none',
    ],
  },
  {
    // No key of symbols without binaries here but with -U: among addresses without symbols perf has no order, loses
    // entries, and can print without end (docs/as-perf.md).
    group: 'report options of a group of events',
    recordings: ['fresh/group-of-events'],
    options: [
      'report --stdio --no-inline -g callee',
      'report --stdio --no-inline -g graph,0',
      'report --stdio --no-inline --no-children -G',
      'report --stdio --no-inline -n --show-total-period',
      'report --stdio --no-inline -s dso',
      'report --stdio --no-inline -s sym,dso',
      'report --stdio --no-inline -U -s sym',
      'report --stdio --no-inline -U --no-children -s sym',
      'report --stdio --no-inline -U -s cpu,sym',
    ],
  },
  {
    group: 'report options',
    recordings: ['fresh/qsort-callback-nofp', 'fresh/threads-nofp', 'fresh/kernel-and-user-fp'],
    cases: {
      'recorded-chains-searched': ['*: *--ignore-callees*', '*: *-s parent*'],
      'graph-percentages': ['*: *--percentage relative*'],
      'max-stack-outermost': ['*: *--max-stack*'],
    },
    options: [
      'report --stdio --no-inline -g callee',
      'report --stdio --no-inline -g graph,0',
      'report --stdio --no-inline -g graph,5,caller',
      'report --stdio --no-inline -g graph,0.5,2',
      'report --stdio --no-inline -g flat',
      'report --stdio --no-inline -g folded,0',
      'report --stdio --no-inline -g count',
      'report --stdio --no-inline -g period',
      'report --stdio --no-inline -G',
      'report --stdio --no-inline --no-children -G',
      'report --stdio --no-inline --no-children -g flat,0',
      'report --stdio --no-inline --no-children -g flat,period',
      'report --stdio --no-inline --no-children -g folded,0,caller',
      'report --stdio --no-inline --no-children -g folded,count',
      'report --stdio --no-inline --percent-limit 30',
      'report --stdio --no-inline -n --show-total-period',
      'report --stdio --no-inline --show-cpu-utilization',
      'report --stdio --no-inline -s dso',
      'report --stdio --no-inline -s sym',
      'report --stdio --no-inline -s symbol',
      'report --stdio --no-inline -s sym,dso',
      'report --stdio --no-inline -s tgid',
      'report --stdio --no-inline -s cpu,sym',
      'report --stdio --no-inline -s +cpu',
      'report --stdio --no-inline -s parent',
      'report --stdio --no-inline -s parent,sym -p main',
      'report --stdio --no-inline -s comm_nodigit,sym',
      'report --stdio --no-inline -s overhead,sym',
      'report --stdio --no-inline -s sample,dso',
      'report --stdio --no-inline -s srcline --no-children -g none',
      'report --stdio --no-inline -F overhead,sample,comm,dso,sym',
      'report --stdio --no-inline -F sym,overhead',
      'report --stdio --no-inline -F overhead_children,overhead,sym',
      'report --stdio --no-inline -F +period',
      'report --stdio --no-inline -F dso,sample -s sym',
      'report --stdio --no-inline -F period,sample',
      'report --stdio --no-inline -t ,',
      'report --stdio --no-inline -w 10,20,30',
      'report --stdio --no-inline -w 0,0,5',
      'report --stdio --no-inline --no-children -g none -w 10,1100,30,40',
      'report --stdio --no-inline -U',
      'report --stdio --no-inline -q',
      'report --stdio --no-inline --comms nothere',
      'report --stdio --no-inline --dsos libc.so.6',
      'report --stdio --no-inline --dsos libc.so.6 --percentage relative',
      'report --stdio --no-inline -S main,_start',
      'report --stdio --no-inline --no-group',
      'report --stdio --no-inline --max-stack 5',
      'report --stdio --no-inline --no-children --max-stack 3',
      'report --stdio --no-inline --ignore-callees ^main$ --no-children',
    ],
  },
  {
    group: 'report fractal, by address',
    recordings: ['fresh/qsort-callback-nofp', 'fresh/threads-nofp'],
    options: [
      'report --stdio --no-inline --no-children -g address',
      'report --stdio --no-inline -g fractal',
      'report --stdio --no-inline -g fractal,2',
      'report --stdio --no-inline -g fractal,0.5,3',
      'report --stdio --no-inline -g fractal,count',
      'report --stdio --no-inline --no-children -g fractal,0,caller',
    ],
  },
];

/**
 * The table, and the groups of the JSON file that PERF_SFRAME_EXTRA_ROWS names: rows that are being worked on and do not
 * belong to the table yet.
 */
export function readTable(): RowGroup[] {
  const table = [...rows, ...publicRows, ...writtenRows];
  const extra = process.env.PERF_SFRAME_EXTRA_ROWS;
  if (extra === undefined) return table;
  return [...table, ...(JSON.parse(readFileSync(extra, 'utf8')) as RowGroup[])];
}
