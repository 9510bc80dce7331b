/** The lines below a table of branches that say of which types they were (perf 7.2: util/branch.c, branch_type_stat_display). */

import type { BranchStatistics } from '../../../profile';
import { branchTypeName } from '../../script/branch-text';

const NAME_WIDTH = 8;

/** Empty where no branch has a type. The last line has no end, as in perf. */
export function branchStatisticsText(statistics: BranchStatistics): string {
  const { byType, forward, backward, leavesPage, leavesLargePage } = statistics;
  const total = byType.reduce((sum, count) => sum + count, 0);
  if (total === 0) return '';
  const lines: [name: string, count: number][] = [
    ['COND_FWD', forward],
    ['COND_BWD', backward],
    ['CROSS_4K', leavesPage],
    ['CROSS_2M', leavesLargePage],
  ];
  byType.forEach((count, type) => lines.push([branchTypeName(type), count]));
  let text = '\n#\n# Branch Statistics:\n#';
  for (const [name, count] of lines) {
    if (count > 0)
      text += `\n${name.padStart(NAME_WIDTH)}: ${((100 * count) / total).toFixed(1).padStart(5)}%`;
  }
  return text;
}
