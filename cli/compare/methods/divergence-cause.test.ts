/** Each cause is named for a program in which it, and nothing else, parts the methods (test-data/workloads/causes). */

import type { ComparisonReport } from './comparison-report';
import { divergenceCauses, type DivergenceCause } from './divergence-cause';
import type { MethodName } from './method-run';
import { compareMethods, describeWithRecordings } from '../test-support/run-compare';

/** Method against DWARF, cause, and the function to blame; null: any. */
type Expectation = readonly [MethodName, DivergenceCause, string | null];

const expectations: Readonly<Record<string, readonly Expectation[]>> = {
  'unwind-causes': [
    ['sframe', 'rows-differ-cfa', 'rows_differ_cfa'],
    ['sframe', 'rows-differ-ra', 'rows_differ_ra'],
    ['sframe', 'rows-differ-fp', 'rows_differ_fp'],
    ['auto', 'rows-differ-cfa', 'rows_differ_cfa'],
    ['sframe', 'no-fde', 'no_fde'],
    ['sframe', 'fde-without-fre', 'fde_without_fre'],
    ['sframe', 'undefined-ra', 'undefined_ra'],
    ['fp', 'fp-prologue', 'fp_prologue'],
    ['fp', 'fp-epilogue', 'fp_epilogue'],
    ['fp', 'fp-leaf', 'fp_leaf'],
    ['fp', 'fp-no-frame', 'fp_no_frame'],
    ['fp', 'fp-used-for-data', 'fp_used_for_data'],
    ['fp', 'realigned-stack', 'realigned_stack'],
    ['fp', 'stack-exhausted', 'burn'],
    ['sframe', 'missing-mapping', '[unknown]'],
    ['sframe', 'generated-code', '[unknown]'],
  ],
  'own-signals-nofp': [['sframe', 'signal-frame', null]],
  'plt-calls-fp': [['fp', 'fp-plt', null]],
  'signals-nofp': [['sframe', 'no-sframe-section', '__restore_rt']],
};

const fewSamples = 3;

for (const [recording, expected] of Object.entries(expectations)) {
  describeWithRecordings(`causes in ${recording}`, [recording], () => {
    let report: ComparisonReport;
    beforeAll(() => {
      report = compareMethods(recording);
    });

    test.each(expected)('%s: %s after %s', (method, cause, symbol) => {
      const groups = report.divergences.filter(
        (group) =>
          group.right === 'dwarf' &&
          group.other === method &&
          group.cause === cause &&
          (symbol === null || group.symbol === symbol),
      );
      expect(groups.reduce((sum, { samples }) => sum + samples, 0)).toBeGreaterThan(fewSamples);
    });

    test('every divergence is counted under a cause', () => {
      for (const { right, other, prefix, diverged } of report.pairs) {
        const explained = report.causes.filter((cause) => cause.right === right && cause.other === other);
        expect(explained.reduce((sum, { samples }) => sum + samples, 0)).toBe(prefix + diverged);
        for (const { cause } of explained) expect(Object.keys(divergenceCauses)).toContain(cause);
      }
    });

    test('an example differs where it says', () => {
      expect(report.divergences.length).toBeGreaterThan(0);
      for (const { example } of report.divergences) {
        const { firstDifference: at, right, other } = example;
        expect(right[at]?.address).not.toBe(other[at]?.address);
        // A signal trampoline's address is one less where a method does not know it for one.
        right.slice(0, at).forEach(({ address }, i) => {
          const distance = BigInt(`0x${address}`) - BigInt(`0x${other[i].address}`);
          expect([0n, 1n]).toContain(distance);
        });
      }
    });
  });
}
