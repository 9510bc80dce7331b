/** What is made of a program beside the section that gas and ld wrote for it; for tests. */

import { readSFrameSections, type ElfImage } from '../../parser';
import { findKernelRefusals } from '../kernel-audit';
import { makeSFrame, openMadeSFrame } from '../make/make-section';
import { verifyImage } from '../verification';
import { compareSections } from './compare-sections';
import { accountForSizes } from './size-account';

/** What gas covers may take so much more than gas needs, which chooses the least bytes too. */
const MOST_GROWN = 1.01;

/**
 * Rows as gas wrote them, wherever its rows agree with `.eh_frame`; and every byte of the sizes has its cause.
 * @returns the numbers of it, for tables
 */
export function expectGasRows(image: ElfImage) {
  const [gas] = readSFrameSections(image).sections;
  const made = makeSFrame(image);
  const [section] = openMadeSFrame(made, image.name).sections;
  expect(findKernelRefusals(image, made).map(({ id }) => id)).toEqual([]);

  const wrong = verifyImage(image).differences.functions.flatMap(({ kinds }) =>
    kinds.flatMap(({ ranges }) => ranges),
  );
  const isWrong = (startSvma: number, sizeBytes = 1): boolean =>
    wrong.some((range) => range.startSvma < startSvma + sizeBytes && range.endSvma > startSvma);
  const { differences, missing } = compareSections(gas, section);
  expect(differences.filter(({ svma }) => !isWrong(svma))).toEqual([]);
  expect(missing).toEqual([]);

  const { unexplained, ...causes } = accountForSizes(gas, section, isWrong);
  expect(unexplained).toEqual([]);
  const gasBytes = gas.bytes.length;
  const madeBytes = made.bytes.length;
  const explained = Object.values(causes).reduce((sum, bytes) => sum + bytes, 0);
  expect(madeBytes - gasBytes).toBe(explained);
  const alike = madeBytes - causes.madeAlone - causes.emptyFde - causes.wrongRows;
  expect(alike).toBeLessThanOrEqual(gasBytes * MOST_GROWN);
  return { made, section, gas, gasBytes, madeBytes, causes, wrongBytes: differences.length };
}
