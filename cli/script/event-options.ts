/** --show-mmap-events and its like: records that script prints among the samples. */

import type { Argv } from 'yargs';
import type { EventChoice } from './event-text';

const group = 'Records:';
const shown = { type: 'boolean', default: false, group } as const;

/** Adds the options. */
export function addEventOptions<T>(yargs: Argv<T>) {
  return yargs
    .option('show-mmap-events', { ...shown, describe: 'print what is mapped' })
    .option('show-task-events', { ...shown, describe: 'print fork, exec, exit and names of threads' })
    .option('show-switch-events', { ...shown, describe: 'print context switches' })
    .option('show-lost-events', { ...shown, describe: 'print where records were lost' })
    .option('show-namespace-events', { ...shown, describe: 'print namespaces' })
    .option('show-cgroup-events', { ...shown, describe: 'print cgroups' })
    .option('show-bpf-events', { ...shown, describe: 'print BPF programs that come and go' })
    .option('show-round-events', {
      ...shown,
      describe: 'print the rounds in which perf wrote; records come in the order of the file',
    })
    .option('show-text-poke-events', { ...shown, describe: 'print changes of kernel code' });
}

export interface EventArguments {
  'show-mmap-events': boolean;
  'show-task-events': boolean;
  'show-switch-events': boolean;
  'show-lost-events': boolean;
  'show-namespace-events': boolean;
  'show-cgroup-events': boolean;
  'show-bpf-events': boolean;
  'show-round-events': boolean;
  'show-text-poke-events': boolean;
}

/** What the options ask for. */
export function eventChoice(args: EventArguments): EventChoice {
  return {
    mmap: args['show-mmap-events'],
    task: args['show-task-events'],
    switch: args['show-switch-events'],
    lost: args['show-lost-events'],
    namespace: args['show-namespace-events'],
    cgroup: args['show-cgroup-events'],
    bpf: args['show-bpf-events'],
    round: args['show-round-events'],
    textPoke: args['show-text-poke-events'],
  };
}
