/** Demanglers: real mangled names, damaged letter by letter and by parts of others. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { demangle, perfForm } from '../../../symbolizer/demangle/demangle';
import { binutilsForm } from '../../../symbolizer/demangle/test-support/oracles';
import { repositoryFolder } from '../../test-support/places';
import { textLayout } from '../damage/layouts';
import { single, type Target } from '../target';

const NAMES_A_SEED = 12;
const LONGEST_TEXT = 1 << 20;

const own = [
  '_RNvXsm_NtCs5hDUw2ggVKk_4core3fmtRNtNtCs1_5alloc6string6StringNtB5_7Display3fmt',
  '_RINvNtC3std3mem8align_ofFUKC3foomEuE',
  '_RNvFG_RL0_hEuC1a',
  '_ZN4core3fmt9Formatter3pad17h0123456789abcdefE',
  'camlStdlib__List__map_123',
  '_ZN3FooIiE3barILi3EEEvT_',
  '_ZNSt3mapIiNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEESt4lessIiESaISt4pairIKiS5_EEEixERS7_',
  '_ZZN1A1fEvENKUlvE_clEv',
  '_Z1fIJidcEEvDpT_',
  '_ZN5outerIXadL_Z1gvEEE1hEv',
];

function recorded(): string[] {
  const path = join(repositoryFolder, 'symbolizer/demangle/test-support/recorded-names.tsv');
  return readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.split('\t')[0])
    .filter((name) => name.length > 0 && name.length < 400);
}

export const demanglers: Target = {
  name: 'demanglers',
  seeds() {
    const names = [...own, ...recorded()];
    return Array.from({ length: Math.ceil(names.length / NAMES_A_SEED) }, (_, i) =>
      single(new TextEncoder().encode(names.slice(i * NAMES_A_SEED, (i + 1) * NAMES_A_SEED).join('\n'))),
    );
  },
  layout: (_part, bytes) => textLayout(bytes),
  run(input) {
    const [bytes] = input.values();
    for (const name of new TextDecoder().decode(bytes).split('\n')) {
      for (const form of [perfForm, binutilsForm]) {
        const text = demangle(name, form);
        if (text !== undefined && text.length > LONGEST_TEXT)
          throw new Error(`broken promise: a name of ${text.length} letters`);
      }
    }
  },
};
