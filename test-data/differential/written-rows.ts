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
    options: [
      'script --no-inline',
      'script --no-inline -F +srcline',
      'report --stdio --no-inline --no-children -g none',
      'report --stdio --no-inline --no-children -g none -s dso,sym,srcline',
      'report --stdio --no-inline -g none',
    ],
  },
];
