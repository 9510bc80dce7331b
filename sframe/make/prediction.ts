/** What SFrame would cost and cover: the made section of a file measured beside what the file has. */

import { CfiTable, readSFrameSections, type ElfImage } from '../../parser';
import { executableRanges } from '../code-ranges';
import { frameSizes } from '../frame-sizes';
import type { LeftOutCause } from './causes';
import { makeSFrame, openMadeSFrame, type MadeSFrame } from './make-section';
import { addSizes, emptySizes, measureSizes, type SectionSizes } from './section-sizes';

export interface Prediction {
  readonly name: string;
  readonly codeBytes: number;
  readonly ehFrameSizeBytes: number;
  readonly ehFrameHdrSizeBytes: number;
  /** Of the SFrame sections that the file has; 0 for none. */
  readonly presentSizeBytes: number;
  readonly madeSizeBytes: number;
  /** Functions of the call frame information, and how many of them the made section covers. */
  readonly functions: number;
  readonly madeFunctions: number;
  /** Bytes of code of the functions that it does not cover. */
  readonly lostBytes: number;
  readonly lostByCause: ReadonlyMap<LeftOutCause, number>;
  readonly sizes: SectionSizes;
}

/** Predictions of several files added up. */
export type PredictionTotals = Omit<Prediction, 'name'> & { readonly files: number };

/**
 * Predicts for one file.
 * @throws ParseError as makeSFrame does
 */
export function predictSFrame(image: ElfImage): Prediction {
  const made = makeSFrame(image);
  const [section] = openMadeSFrame(made, image.name).sections;
  const { sections } = readSFrameSections(image);
  return {
    name: image.name,
    codeBytes: executableRanges(image).reduce((sum, range) => sum + range.endSvma - range.startSvma, 0),
    ...frameSizes(image, CfiTable.fromEhFrame(image)),
    presentSizeBytes: sections.reduce((sum, { extentBytes }) => sum + extentBytes, 0),
    madeSizeBytes: made.bytes.length,
    functions: functionCount(made),
    madeFunctions: made.madeFunctions,
    lostBytes: made.leftOut.reduce((sum, { startSvma, endSvma }) => sum + endSvma - startSvma, 0),
    lostByCause: countCauses(made),
    sizes: measureSizes(section),
  };
}

export function sumPredictions(predictions: readonly Prediction[]): PredictionTotals {
  const sum = (number: (prediction: Prediction) => number) =>
    predictions.reduce((total, prediction) => total + number(prediction), 0);
  const lostByCause = new Map<LeftOutCause, number>();
  const sizes = emptySizes();
  for (const prediction of predictions) {
    addSizes(sizes, prediction.sizes);
    for (const [cause, count] of prediction.lostByCause) {
      lostByCause.set(cause, (lostByCause.get(cause) ?? 0) + count);
    }
  }
  return {
    files: predictions.length,
    codeBytes: sum(({ codeBytes }) => codeBytes),
    ehFrameSizeBytes: sum(({ ehFrameSizeBytes }) => ehFrameSizeBytes),
    ehFrameHdrSizeBytes: sum(({ ehFrameHdrSizeBytes }) => ehFrameHdrSizeBytes),
    presentSizeBytes: sum(({ presentSizeBytes }) => presentSizeBytes),
    madeSizeBytes: sum(({ madeSizeBytes }) => madeSizeBytes),
    functions: sum(({ functions }) => functions),
    madeFunctions: sum(({ madeFunctions }) => madeFunctions),
    lostBytes: sum(({ lostBytes }) => lostBytes),
    lostByCause,
    sizes,
  };
}

function functionCount({ madeFunctions, leftOut, emptyEntries, unlistedDamage }: MadeSFrame): number {
  return madeFunctions + leftOut.length + emptyEntries + unlistedDamage;
}

/** How many functions have no rows, by cause. The numbers add up to all that are not made. */
export function countCauses({
  leftOut,
  emptyEntries,
  unlistedDamage,
}: MadeSFrame): Map<LeftOutCause, number> {
  const counts = new Map<LeftOutCause, number>();
  const add = (cause: LeftOutCause, count: number) => {
    if (count > 0) counts.set(cause, (counts.get(cause) ?? 0) + count);
  };
  for (const { cause } of leftOut) add(cause, 1);
  add('empty', emptyEntries);
  add('damaged', unlistedDamage);
  return counts;
}
