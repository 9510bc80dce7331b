/**
 * The differential test, as one table: which recordings are read with which options. The expectation of every row is what
 * perf 7.2 prints for the same recording and options, to the byte (see perf-output.ts; options that only we have are left
 * away for perf). To add a row, add a line. Of recordings whose programs are missing (recording-sets.ts) a row is two tests:
 * perf of the toolchain root without them, and what the stored text says without them.
 *
 * `recordings` are names of recordings, SET/NAME, where * stands for any characters; each is combined with each of `options`.
 * One group runs alone by `npx jest test-data/differential -t 'GROUP'`.
 */
import { readFileSync } from 'node:fs';
import type { RowGroup } from './row-group';
import { writtenRows } from './written-rows';

const everyUnwinder = ['script --no-inline', 'script --no-inline --unwind dwarf'];

/** Kernel events hit programs in the middle of an exec: perf goes on with mappings that are gone (docs/as-perf.md). */
const withinExec = 'kernel events within an exec: the next group';

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
      'fresh/own-signals-bss-fp': 'perf takes a variable for a function: group as-perf',
      'fresh/own-signals-bss-nofp': 'perf takes a variable for a function: group as-perf',
      'fresh/moved-text': 'perf unwinds it by a wrong load address: group as-perf',
      'fresh/moved-text-fixed': 'perf does not unwind it: group as-perf',
      'fresh/moved-text-alone': 'perf does not unwind it: group as-perf',
      'fresh/remapped-code': 'perf finds its second mapping by chance of what lies beside it: group as-perf',
      'fresh/remapped-code-fixed': 'perf loses it at its second mapping: group as-perf',
      'fresh/python-jit': 'perf does not read dumps of generated code: group as-perf',
      'fresh/unwind-causes': 'its SFrame rows are wrong on purpose',
      'fresh/whole-system': 'other processes of the machine: group whole system',
      'fresh/kernel-and-user': withinExec,
      'fresh/kernel-and-user-fp': withinExec,
      'fresh/tracepoint': withinExec,
      'fresh/tracepoints': withinExec,
    },
    options: everyUnwinder,
  },
  {
    group: 'script noinline x86, kernel events',
    recordings: ['fresh/kernel-*', 'fresh/tracepoint*'],
    options: everyUnwinder.map((options) => `${options} --as-perf`),
  },
  {
    group: 'script noinline x86, Linux 7.2',
    recordings: ['x86_64-defer/*.fp', 'x86_64-defer/*.dwarf', 'x86_64-defer/*.dwarfu'],
    options: ['script --no-inline --as-perf'],
  },
  {
    group: 'script noinline arm64 and s390x',
    recordings: ['aarch64/*', 's390x/*'],
    options: ['script --no-inline --as-perf', 'script --no-inline --unwind dwarf --as-perf'],
  },
  {
    group: 'registers arm64 and s390x',
    onlyStored:
      'perf on another machine gives registers its own names where the program is missing: docs/as-perf.md',
    recordings: ['aarch64/*', 's390x/*'],
    options: ['script --no-inline -F comm,tid,time,event,ip,sym,uregs --as-perf'],
  },
  {
    group: 'script noinline x86, where perf is wrong',
    recordings: [
      'fresh/own-signals-bss-*',
      'fresh/moved-text*',
      'fresh/remapped-code*',
      'fresh/python-jit',
      'x86_64-defer/*.dwarfz',
    ],
    options: ['script --no-inline --as-perf'],
  },
  {
    group: 'whole system',
    recordings: ['fresh/whole-system'],
    // Not report: what else the machine runs brings rows whose counts are equal, and their order was once another than perf's.
    options: ['script --no-inline --comms fork-exec-nofp,swapper --as-perf'],
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
    options: ['script --as-perf'],
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
    options: [
      'script -F +srcline --as-perf',
      'script -F +srcline --full-source-path --as-perf',
      'script -F +srcline --no-inline --as-perf',
      'script -F +srcline -G --as-perf',
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
    options: ['script --no-inline --as-perf', 'script --no-inline --no-merge-callchains --as-perf'],
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
    options: ['script --as-perf'],
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
      'script --no-inline -F comm,ip,sym,srcline',
      'script --no-inline -F comm,tid,time,event,ip,sym,uregs',
      'script --no-inline --ns',
      'script --no-inline --reltime',
      'script --no-inline --deltatime',
      'script --no-inline -G',
      'script --no-inline --max-stack 3',
    ],
  },
  {
    group: 'source lines in the PLT',
    recordings: ['fresh/plt-calls-*'],
    options: [
      'script --no-inline -F comm,ip,sym,srcline',
      'report --stdio --no-inline -s srcline --no-children -g none --as-perf',
    ],
  },
  {
    group: 'script header',
    recordings: ['committed/*', 'fresh/*', 'x86_64-defer/*'],
    except: {
      'x86_64-defer/wa-fp.pipe': 'its text was printed from a real pipe',
    },
    options: ['script --header-only --as-perf'],
  },
  {
    group: 'script records',
    recordings: ['committed/*', 'fresh/*'],
    except: {
      'fresh/whole-system': 'other processes of the machine: group whole system',
      'fresh/unwind-causes': 'its SFrame rows are wrong on purpose',
    },
    options: ['script --no-inline --show-mmap-events --show-task-events --as-perf'],
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
      'script --no-inline --time 10%/1',
      'script --no-inline --time 0%-10%,50%-60%',
      'report --no-children -g none --stdio --no-inline --comms reader',
      'report --no-children -g none --stdio --no-inline --dsos threads-nofp',
      'report --no-children -g none --stdio --no-inline -S parse_chunk',
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
      'fresh/tracepoints': 'perf cuts the fields of single samples: group report fields of tracepoints',
      'fresh/python-jit': 'perf does not read dumps of generated code: the next group',
      'fresh/own-signals-bss-fp': 'perf takes a variable for a function: the next group',
      'fresh/own-signals-bss-nofp': 'perf takes a variable for a function: the next group',
      'fresh/whole-system': 'other processes of the machine: group whole system',
    },
    options: ['report --no-children -g none --stdio --no-inline'],
  },
  {
    group: 'report flat, where perf is wrong',
    recordings: ['fresh/own-signals-bss-*', 'fresh/python-jit'],
    options: ['report --no-children -g none --stdio --no-inline --as-perf'],
  },
  {
    group: 'report flat x86, Linux 7.2',
    recordings: ['x86_64-defer/*'],
    options: ['report --no-children -g none -F overhead,sample,comm,dso,sym --no-inline --as-perf'],
  },
  {
    group: 'report default',
    recordings: ['committed/*', 'fresh/*'],
    except: {
      'fresh/whole-system': 'other processes of the machine: group whole system',
      'fresh/unwind-causes': 'its SFrame rows are wrong on purpose',
    },
    options: ['report --stdio --no-inline --as-perf'],
  },
  {
    group: 'report arm64 and s390x',
    recordings: ['aarch64/*', 's390x/*'],
    options: [
      'report --stdio --no-inline --no-children -g none --sort comm,dso,sym --as-perf',
      'report --stdio --no-inline --as-perf',
    ],
  },
  {
    // Without the time in which a program starts: the libraries' functions that run then are named by addr2line.
    group: 'report inline',
    recordings: ['fresh/*-nopie-fp', 'fresh/*-nopie-nofp'],
    options: [
      'report --stdio --no-children -g none --time 5%-95% --as-perf',
      'report --stdio --no-children --time 5%-95% --as-perf',
      'report --stdio --no-children -g caller --time 5%-95% --as-perf',
      'report --stdio --time 5%-95% --as-perf',
    ],
  },
  {
    group: 'report inline, styles',
    recordings: [
      'fresh/inlines-nopie-nofp',
      'fresh/inlines-o3-nopie-fp',
      'fresh/virtual-calls-o3-nopie-nofp',
    ],
    options: [
      'report --stdio -g callee --time 5%-95% --as-perf',
      'report --stdio -g graph,0 --time 5%-95% --as-perf',
      'report --stdio -g flat,0 --time 5%-95% --as-perf',
      'report --stdio -g folded --time 5%-95% --as-perf',
      'report --stdio -g count --time 5%-95% --as-perf',
      'report --stdio -s sym --time 5%-95% --as-perf',
      'report --stdio -s dso,sym -n --time 5%-95% --as-perf',
    ],
  },
  {
    group: 'report inline committed',
    recordings: ['committed/*'],
    options: [
      'report --stdio --no-children -g none --as-perf',
      'report --stdio --no-children --as-perf',
      'report --stdio --as-perf',
    ],
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
    options: [
      'report --no-children -g none --stdio --no-inline --as-perf',
      'report --stdio --no-inline --no-children -g none --sort +comm --as-perf',
      'report --stdio --no-inline --no-children -g none --sort comm,dso,sym --as-perf',
      'report --stdio --no-inline --no-children -g none --sort trace -t , --as-perf',
      'report --stdio --no-inline --no-children --as-perf',
      'report --stdio --no-inline -S main --as-perf',
    ],
  },
  {
    group: 'report fields of tracepoints among other events',
    recordings: ['fresh/tracepoint'],
    options: [
      'report --stdio --no-inline --no-children -g none --sort trace --as-perf',
      'report --stdio --no-inline --no-children -g none --sort comm,trace --as-perf',
      'report --stdio --no-inline --no-children -g none --sort pid,trace --time 30%-33% --as-perf',
      'report --stdio --no-inline --no-children -g none --sort cpu,trace --time 10%-12% --as-perf',
      'report --stdio --no-inline --no-children -g none --sort pid,trace --time 60%-62% --as-perf',
    ],
  },
  {
    // Two libraries without symbols: perf's search finds a part of what it looks for.
    group: 'report by symbol alone',
    recordings: ['fresh/exceptions-nofp', 'fresh/exceptions-fp', 'fresh/two-events'],
    options: [
      'report --stdio --no-inline -s sym --as-perf',
      'report --stdio --no-inline -s comm,sym --as-perf',
      'report --stdio --no-inline --no-children -s sym -g caller --as-perf',
    ],
  },
  {
    // No key of symbols without binaries here but with -U: among addresses without symbols perf has no order, loses
    // entries, and can print without end (docs/as-perf.md).
    group: 'report options of a group of events',
    recordings: ['fresh/group-of-events'],
    options: [
      'report --stdio --no-inline -g callee --as-perf',
      'report --stdio --no-inline -g graph,0 --as-perf',
      'report --stdio --no-inline --no-children -G --as-perf',
      'report --stdio --no-inline -n --show-total-period --as-perf',
      'report --stdio --no-inline -s dso --as-perf',
      'report --stdio --no-inline -s sym,dso --as-perf',
      'report --stdio --no-inline -U -s sym --as-perf',
      'report --stdio --no-inline -U --no-children -s sym --as-perf',
      'report --stdio --no-inline -U -s cpu,sym --as-perf',
    ],
  },
  {
    group: 'report options',
    recordings: ['fresh/qsort-callback-nofp', 'fresh/threads-nofp', 'fresh/kernel-and-user-fp'],
    options: [
      'report --stdio --no-inline -g callee --as-perf',
      'report --stdio --no-inline -g graph,0 --as-perf',
      'report --stdio --no-inline -g graph,5,caller --as-perf',
      'report --stdio --no-inline -g graph,0.5,2 --as-perf',
      'report --stdio --no-inline -g flat --as-perf',
      'report --stdio --no-inline -g folded,0 --as-perf',
      'report --stdio --no-inline -g count --as-perf',
      'report --stdio --no-inline -g period --as-perf',
      'report --stdio --no-inline -G --as-perf',
      'report --stdio --no-inline --no-children -G --as-perf',
      'report --stdio --no-inline --no-children -g flat,0 --as-perf',
      'report --stdio --no-inline --no-children -g flat,period --as-perf',
      'report --stdio --no-inline --no-children -g folded,0,caller --as-perf',
      'report --stdio --no-inline --no-children -g folded,count --as-perf',
      'report --stdio --no-inline --percent-limit 30 --as-perf',
      'report --stdio --no-inline -n --show-total-period --as-perf',
      'report --stdio --no-inline --show-cpu-utilization --as-perf',
      'report --stdio --no-inline -s dso --as-perf',
      'report --stdio --no-inline -s sym --as-perf',
      'report --stdio --no-inline -s symbol --as-perf',
      'report --stdio --no-inline -s sym,dso --as-perf',
      'report --stdio --no-inline -s tgid --as-perf',
      'report --stdio --no-inline -s cpu,sym --as-perf',
      'report --stdio --no-inline -s +cpu --as-perf',
      'report --stdio --no-inline -s parent --as-perf',
      'report --stdio --no-inline -s parent,sym -p main --as-perf',
      'report --stdio --no-inline -s comm_nodigit,sym --as-perf',
      'report --stdio --no-inline -s overhead,sym --as-perf',
      'report --stdio --no-inline -s sample,dso --as-perf',
      'report --stdio --no-inline -s srcline --no-children -g none --as-perf',
      'report --stdio --no-inline -F overhead,sample,comm,dso,sym --as-perf',
      'report --stdio --no-inline -F sym,overhead --as-perf',
      'report --stdio --no-inline -F overhead_children,overhead,sym --as-perf',
      'report --stdio --no-inline -F +period --as-perf',
      'report --stdio --no-inline -F dso,sample -s sym --as-perf',
      'report --stdio --no-inline -F period,sample --as-perf',
      'report --stdio --no-inline -t , --as-perf',
      'report --stdio --no-inline -w 10,20,30 --as-perf',
      'report --stdio --no-inline -w 0,0,5 --as-perf',
      'report --stdio --no-inline --no-children -g none -w 10,1100,30,40 --as-perf',
      'report --stdio --no-inline -U --as-perf',
      'report --stdio --no-inline -q --as-perf',
      'report --stdio --no-inline --comms nothere --as-perf',
      'report --stdio --no-inline --dsos libc.so.6 --as-perf',
      'report --stdio --no-inline --dsos libc.so.6 --percentage relative --as-perf',
      'report --stdio --no-inline -S main,_start --as-perf',
      'report --stdio --no-inline --no-group --as-perf',
      'report --stdio --no-inline --max-stack 5 --as-perf',
      'report --stdio --no-inline --no-children --max-stack 3 --as-perf',
      'report --stdio --no-inline --ignore-callees ^main$ --no-children --as-perf',
    ],
  },
  {
    group: 'report fractal, by address',
    recordings: ['fresh/qsort-callback-nofp', 'fresh/threads-nofp'],
    options: [
      'report --stdio --no-inline --no-children -g address --as-perf',
      'report --stdio --no-inline -g fractal --as-perf',
      'report --stdio --no-inline -g fractal,2 --as-perf',
      'report --stdio --no-inline -g fractal,0.5,3 --as-perf',
      'report --stdio --no-inline -g fractal,count --as-perf',
      'report --stdio --no-inline --no-children -g fractal,0,caller --as-perf',
    ],
  },
];

/**
 * The table, and the groups of the JSON file that PERF_SFRAME_EXTRA_ROWS names: rows that are being worked on and do not
 * belong to the table yet.
 */
export function readTable(): RowGroup[] {
  const table = [...rows, ...writtenRows];
  const extra = process.env.PERF_SFRAME_EXTRA_ROWS;
  if (extra === undefined) return table;
  return [...table, ...(JSON.parse(readFileSync(extra, 'utf8')) as RowGroup[])];
}
