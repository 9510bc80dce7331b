/** --show-mmap-events and its like: records that script prints among the samples. */

import type { Argv } from 'yargs';

/** The options, by perf's names, and what --help says of each. */
const descriptions = {
  'show-mmap-events': 'print what is mapped',
  'show-task-events': 'print fork, exec, exit and names of threads',
  'show-switch-events': 'print context switches',
  'show-lost-events': 'print where records were lost',
  'show-namespace-events': 'print namespaces',
  'show-cgroup-events': 'print cgroups',
  'show-bpf-events': 'print BPF programs that come and go',
  'show-round-events': 'print the rounds in which perf wrote; records come in the order of the file',
  'show-text-poke-events': 'print changes of kernel code',
} as const;

export type EventOption = keyof typeof descriptions;

/** The options that were given. */
export type EventChoice = ReadonlySet<EventOption>;

export type EventArguments = Readonly<Record<EventOption, boolean>>;

const eventOptions = Object.keys(descriptions) as EventOption[];

/** Adds the options. */
export function addEventOptions<T>(yargs: Argv<T>) {
  const shown = { type: 'boolean', default: false, group: 'Records:' } as const;
  const options = eventOptions.map((option) => [option, { ...shown, describe: descriptions[option] }]);
  return yargs.options(Object.fromEntries(options) as Record<EventOption, typeof shown>);
}

/** What the options ask for. */
export function eventChoice(args: EventArguments): EventChoice {
  return new Set(eventOptions.filter((option) => args[option]));
}
