/** `perf-sframe sframe coverage --predict`: what SFrame would cost and cover, from what binaries already carry. */

import { elf } from '../../parser';
import { predictSFrame, sumPredictions, type Prediction } from '../../sframe';
import { printText } from '../text/byte-writer';
import { printable } from '../text/printable';
import { ProgressBar } from '../text/progress-bar';
import type { SFrameCoverageOptions } from './coverage-command';
import { findElfFiles } from './elf-files';
import { forEachElfFile } from './file-run';
import { formatLeftOut } from './text/coverage-text';
import { notLookedAtJson, sframeJsonHead } from './text/json';
import { formatPredictionTable, predictionJson } from './text/prediction-text';

/**
 * @returns the exit code: 1 when a file cannot be read
 * @throws the system's error when a name does not exist, or the output cannot be written
 */
export function runSFramePredict(names: readonly string[], options: SFrameCoverageOptions): number {
  const files = findElfFiles(names);
  const bar = new ProgressBar(files.paths.length);
  const predictions: Prediction[] = [];
  const leftOut = new Map(files.leftOut);
  const failed = forEachElfFile(
    files,
    (image) => {
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
    (done) => bar.update(done),
  );
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
    const rest = JSON.stringify({ totals: predictionJson(totals), ...notLookedAtJson(leftOut, failed) });
    printText(`${sframeJsonHead('perf-sframe/sframe-predict')},"files":[\n${list}\n],\n${rest.slice(1)}\n`);
  } else printText(formatPredictionTable(predictions, totals) + formatLeftOut(leftOut));
  for (const text of [...failed.map(({ message }) => message), ...files.problems]) {
    process.stderr.write(`perf-sframe: ${printable(text)}\n`);
  }
  return failed.length > 0 ? 1 : 0;
}
