/** Rows of the table (table.ts) that read recordings of public repositories: many versions of perf, and simpleperf. */
import { publicTexts } from './recording-sets';
import type { RowGroup } from './row-group';

const isReport = (options: string): boolean => options.startsWith('report --stdio');

export const publicRows: readonly RowGroup[] = [
  {
    group: 'public recordings',
    recordings: ['public/*'],
    except: { 'public/simpleperf-tracepoint': 'perf refuses it' },
    cases: {
      'binary-not-had': ['public/modules-without-symbols: script *'],
      'cpus-of-pipes': ['public/piped-probe: script -G *'],
      'names-of-this-machine': [
        'public/probe: *--header-only*',
        'public/quipper-branch_stack_hw_index: *--header-only*',
        'public/quipper-hybrid_topology: *--header-only*',
      ],
    },
    options: Object.keys(publicTexts).filter((options) => !isReport(options)),
  },
  {
    group: 'reports of public recordings',
    recordings: ['public/*'],
    except: {
      'public/simpleperf-tracepoint': 'perf refuses it',
    },
    cases: {
      'binary-not-had': ['public/modules-without-symbols'],
      'pipe-children': ['public/modules-without-symbols: report --stdio --no-inline'],
      'trace-width': ['public/probe'],
      'signed-cycles': ['public/quipper-branch-4.14'],
      'latency-of-branches': ['public/quipper-branch_stack_hw_index'],
    },
    options: Object.keys(publicTexts).filter(isReport),
  },
];
