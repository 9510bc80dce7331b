/** `perf-sframe sframe verify --kernel`: what a kernel would make of SFrame sections, without a recording. */

import { auditForKernel, type KernelVerdict } from '../../../sframe';
import { printForReading, printText } from '../../text/byte-writer';
import { ProgressBar } from '../../text/terminal/progress-bar';
import { formatLeftOut } from '../coverage/coverage-text';
import { ExitCode, worstOf } from '../exit-code';
import { findElfFiles } from '../files/elf-files';
import { forEachElfFile, finishFileRun } from '../files/file-run';
import { notLookedAtJson, sframeJsonHead } from '../json';
import { formatKernelAudit, formatKernelSummary, kernelFileJson } from './kernel-text';

/** The exit code of a verdict; of files below folders, that they have no section is none. */
const exitCodes: Readonly<Record<KernelVerdict, ExitCode>> = {
  accepts: ExitCode.Good,
  refuses: ExitCode.CheckFailed,
  drops: ExitCode.CheckFailed,
  'never-sees': ExitCode.CheckFailed,
  'no-sframe': ExitCode.NoTable,
};

/**
 * @returns the exit code: CheckFailed where a section is refused, dropped or never seen
 * @throws the system's error when the output cannot be written
 */
export function runKernelVerify(names: readonly string[], { json }: { readonly json: boolean }): ExitCode {
  const files = findElfFiles(names);
  const bar = new ProgressBar(files.paths.length);
  const verdicts = new Map<KernelVerdict, number>();
  let exitCode = ExitCode.Good;
  const parts: string[] = [];
  const outcome = forEachElfFile(files, {
    judgesTables: true,
    visit: (image) => {
      const audit = auditForKernel(image);
      const { verdict } = audit;
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
      if (files.hasFolders && verdict === 'no-sframe') return;
      exitCode = worstOf(exitCode, exitCodes[verdict]);
      if (json) parts.push(JSON.stringify(kernelFileJson(audit)));
      else if (!files.hasFolders || verdict !== 'accepts') {
        bar.clear();
        printForReading(formatKernelAudit(audit));
      }
    },
    onProgress: (done) => bar.update(done),
  });
  bar.clear();
  if (json) {
    const rest = {
      verdicts: Object.fromEntries(verdicts),
      ...notLookedAtJson(files.leftOut, outcome.failed),
    };
    const head = sframeJsonHead('perf-sframe/sframe-kernel');
    printText(`${head},"files":[\n${parts.join(',\n')}\n],\n${JSON.stringify(rest).slice(1)}\n`);
  } else if (files.paths.length > 1 || files.hasFolders) {
    printForReading(`\n${formatKernelSummary(verdicts)}${formatLeftOut(files.leftOut)}`);
  }
  return finishFileRun(outcome, files, exitCode);
}
