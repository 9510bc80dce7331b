/** Rows of the table (table.ts) that read recordings put together byte by byte: of what no machine at hand records. */
import type { RowGroup } from './row-group';

export const writtenRows: readonly RowGroup[] = [
  {
    group: 'written tracepoints',
    recordings: ['written/tracepoints*'],
    cases: { 'operator-order': ['written/tracepoints*'] },
    options: ['script'],
  },
  {
    group: 'written samples in no binary',
    recordings: ['written/lbr-call-stacks'],
    options: [
      'script --no-inline --dsos [unknown],blur-image-fp',
      'report --stdio --no-inline --no-children -g none --dsos [unknown],blur-image-fp',
    ],
  },
  {
    group: 'written branches',
    recordings: ['written/branches'],
    cases: { 'offsets-by-history': ['written/branches: *brstackoff*'] },
    options: [
      'script -F +brstack',
      'script -F +brstacksym',
      'script -F +brstackoff',
      'script -F comm,brstackoff',
      'script -F ip,brstack,dso',
      'script -F comm,brstacksym,dso,dsoff',
      'script -F +flags',
      'script -F comm,pid,misc,flags',
    ],
  },
  {
    group: 'written branches of one of two events',
    recordings: ['written/branches-of-one-event'],
    options: [
      'script -F +brstack',
      'script -F +brstacksym,-period',
      'script -F ip,brstack',
      'report --stdio --no-inline',
      'report --stdio --no-inline --no-branch-stack -n',
    ],
  },
  {
    group: 'written branches counted',
    recordings: ['written/branches'],
    cases: { 'branch-statistics': ['written/branches: *'] },
    options: [
      'report --stdio --no-inline -b -n --show-total-period',
      'report --stdio --no-inline -b -s addr_from,addr_to',
    ],
  },
  {
    group: 'written branches counted, by types',
    recordings: ['written/branches-typed'],
    options: ['report --stdio --no-inline', 'report --stdio --no-inline -s addr_from,addr_to'],
  },
  {
    group: 'written branches counted, the same ones together',
    recordings: ['written/branches-counted'],
    cases: {
      'block-ipc': ['*: *symbol_from*'],
      'mispredict-of-line-before': ['*: *mispredict'],
      'samples-of-hidden-branches': ['*: *-U'],
      'weight-of-first-branch': ['*: *weight*'],
    },
    options: [
      'report --stdio --no-inline',
      'report --stdio --no-inline -n --show-total-period',
      'report --stdio --no-inline --no-branch-stack',
      'report --stdio --no-inline -s symbol_from,symbol_to',
      'report --stdio --no-inline -s srcline_from,srcline_to',
      'report --stdio --no-inline --tid 4712',
      'report --stdio --no-inline --percentage relative --tid 4712 -s dso_to,cycles',
      'report --stdio --no-inline -s dso_from,dso_to',
      'report --stdio --no-inline -s mispredict',
      'report --stdio --no-inline -s in_tx,abort',
      'report --stdio --no-inline -s addr_from,addr_to',
      'report --stdio --no-inline -s comm,cycles -U',
      'report --stdio --no-inline -s dso,sym',
      'report --stdio --no-inline -s weight',
      'report --stdio --no-inline -s local_weight,comm',
      'report --stdio --no-inline -s addr_from',
      'report --stdio --no-inline -F overhead,sample,dso_to',
      'report --stdio --no-inline -s +mispredict',
      'report --stdio --no-inline -t , -w 3,4',
    ],
  },
  {
    group: 'written call stacks',
    recordings: ['written/lbr-*'],
    options: [
      'script --no-inline',
      'script --no-inline -F ip,sym,brstack',
      'script --no-inline --max-stack 3',
      'script --no-inline -G',
    ],
  },
  {
    group: 'written memory accesses',
    recordings: ['written/memory*'],
    options: [
      'script',
      'script -F +cgroup',
      'script -F ip,data_src,weight',
      'script -F comm,addr,phys_addr,data_page_size,code_page_size',
    ],
  },
  {
    group: 'written weights',
    recordings: ['written/memory-weights'],
    options: [
      'script -F +ins_lat,+retire_lat',
      'script -F comm,weight,ins_lat,retire_lat',
      'report --stdio -s local_weight,sym',
      'report --stdio -s weight,local_weight',
      'report --stdio -s ins_lat,local_p_stage_cyc',
    ],
  },
  {
    group: 'written memory accesses counted',
    recordings: ['written/memory'],
    options: [
      'report --stdio -s weight',
      'report --stdio -s code_page_size,cgroup,addr',
      'report --stdio -s cgroup,sym',
      'report --stdio -s ins_lat,symoff',
    ],
  },
  {
    group: 'written transactions and sockets',
    recordings: ['written/transactions'],
    options: [
      'report --stdio -s transaction',
      'report --stdio -s transaction,comm',
      'report --stdio -s ins_lat,local_ins_lat',
      'report --stdio -s p_stage_cyc,local_retire_lat',
      'report --stdio -s socket,cpu',
      'report --stdio -s local_p_stage_cyc,retire_lat',
      'report --stdio -s time,socket',
      'report --stdio -s time --time-quantum 60ms --ns',
    ],
  },
  {
    group: 'written output of BPF programs',
    recordings: ['written/bpf-output'],
    options: ['script', 'script -F comm,bpf-output'],
  },
  {
    group: 'written records of every kind',
    recordings: ['written/records', 'written/records-big-endian'],
    options: [
      'script --show-task-events --show-namespace-events --show-cgroup-events',
      'script --show-switch-events --show-lost-events --show-text-poke-events',
      'script --show-bpf-events --show-switch-events -F +misc,-period',
      'script --show-round-events --show-task-events --ns',
    ],
  },
  {
    group: 'written mappings',
    recordings: ['written/records', 'written/records-without-ids'],
    options: ['script --show-mmap-events', 'script --show-mmap-events -F +misc'],
  },
  {
    group: 'written records without ids',
    recordings: ['written/records-without-ids'],
    options: [
      'script --show-task-events --show-namespace-events --show-cgroup-events',
      'script --show-switch-events --show-lost-events --show-text-poke-events',
      'script --show-round-events --show-task-events --ns',
    ],
  },
  {
    group: 'written groups',
    recordings: ['written/groups'],
    options: ['script', 'script --header-only'],
  },
  {
    group: 'written features',
    recordings: ['written/features'],
    options: ['script --header-only', 'script --header-only -I'],
  },
  {
    group: 'written kernel mappings',
    recordings: ['written/kernel-*', 'written/module-*'],
    cases: {
      'module-by-path-with-offset': ['written/kernel-by*path: *+dsoff', 'written/kernel-wraps*: *+dsoff'],
    },
    options: [
      'script --no-inline',
      'script --no-inline -F +srcline',
      'script --no-inline -F +dsoff',
      'report --stdio --no-inline --no-children -g none',
      'report --stdio --no-inline --no-children -g none -s dso,sym,srcline',
      'report --stdio --no-inline -g none',
    ],
  },
];
