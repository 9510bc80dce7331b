/** `perf-sframe sframe coverage --predict`: what SFrame would cost and cover, from what binaries already carry. */

import { elf } from '../../../parser';
import { predictSFrame, sumPredictions, type Prediction } from '../../../sframe';
import { printForReading, printText } from '../../text/byte-writer';
import { ProgressBar } from '../../text/terminal/progress-bar';
import type { SFrameCoverageOptions } from './coverage-command';
import { findElfFiles } from '../files/elf-files';
import { ExitCode } from '../exit-code';
import { forEachElfFile, finishFileRun } from '../files/file-run';
import { formatLeftOut } from './coverage-text';
import { notLookedAtJson, sframeJsonHead } from '../json';
import { formatPredictionTable, predictionJson } from './prediction-text';

/**
 * @returns the exit code: 1 when a file cannot be read
 * @throws the system's error when the output cannot be written
 */
export function runSFramePredict(names: readonly string[], options: SFrameCoverageOptions): ExitCode {
  const files = findElfFiles(names);
  const bar = new ProgressBar(files.paths.length);
  const predictions: Prediction[] = [];
  const leftOut = new Map(files.leftOut);
  const outcome = forEachElfFile(files, {
    laysOut: true,
    visit: (image) => {
      // Debug files, which have no code of their own, lie below /usr too.
      if (
        files.hasFolders &&
        image.sections.length > 0 &&
        !image.sections.some(({ name, type }) => name === '.eh_frame' && type !== elf.SHT_NOBITS)
      ) {
        leftOut.set('no-code', (leftOut.get('no-code') ?? 0) + 1);
        return;
      }
      predictions.push(predictSFrame(image));
    },
    onProgress: (done) => bar.update(done),
  });
  bar.clear();
  const totals = sumPredictions(predictions);
  const ranks = {
    name: () => 0,
    code: ({ codeBytes }: Prediction) => codeBytes,
    sframe: ({ madeSizeBytes, codeBytes }: Prediction) => madeSizeBytes / Math.max(1, codeBytes),
    missing: ({ lostBytes }: Prediction) => lostBytes,
    functions: ({ functions, madeFunctions }: Prediction) => functions - madeFunctions,
    size: ({ madeSizeBytes }: Prediction) => madeSizeBytes,
  };
  const rank = ranks[options.sort];
  predictions.sort((a, b) => rank(b) - rank(a));
  if (options.json) {
    const list = predictions.map((each) => JSON.stringify(predictionJson(each))).join(',\n');
    const rest = JSON.stringify({
      totals: predictionJson(totals),
      ...notLookedAtJson(leftOut, outcome.failed),
    });
    printText(`${sframeJsonHead('perf-sframe/sframe-predict')},"files":[\n${list}\n],\n${rest.slice(1)}\n`);
  } else printForReading(formatPredictionTable(predictions, totals) + formatLeftOut(leftOut));
  return finishFileRun(outcome, files, ExitCode.Good);
}
