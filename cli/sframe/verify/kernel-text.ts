/** What `sframe verify --kernel` found, for people and as JSON. */

import { formatAddress } from '../../../parser';
import {
  FunctionNames,
  type BrokenRule,
  type KernelAudit,
  type KernelVerdict,
  type UnseenReason,
} from '../../../sframe';
import { shown } from '../../text/printable';
import { formatPlural } from '../../text/text-columns';

const verdictTexts: Readonly<Record<KernelVerdict, string>> = {
  accepts: 'the kernel accepts the section',
  refuses: 'the kernel refuses the section',
  drops: 'the kernel drops the section',
  'never-sees': 'the kernel never sees the section',
  'no-sframe': 'no SFrame section',
};

const reasonTexts: Readonly<Record<UnseenReason, string>> = {
  'no-segment': 'no PT_GNU_SFRAME segment names it',
  empty: 'it has no bytes',
  relocatable: 'a relocatable file is not loaded',
  'behind-another-table': 'it lies behind another table: the first alone is read',
  'no-text': 'no segment of the file is executable',
  'other-machine': 'the kernel of this machine has no SFrame code',
};

/** The report of one file. */
export function formatKernelAudit(audit: KernelAudit): string {
  const { image, verdict, texts, unseen, drops, steps, missed } = audit;
  const names = new FunctionNames(image);
  let text = `${shown(image.name)}: ${verdictTexts[verdict]}\n`;
  for (const { place, reason } of unseen) text += `  ${shown(place)} is never seen: ${reasonTexts[reason]}\n`;
  for (const { startSvma, endSvma, refusedBy } of texts) {
    const range = `0x${formatAddress(startSvma)}..0x${formatAddress(endSvma)}`;
    text += `  text ${range}: ${refusedBy ? `refused, ${refusedBy.message} (${refusedBy.id})` : 'registered'}\n`;
  }
  if (drops.length > 0) {
    const registered = texts.filter(({ refusedBy }) => refusedBy === undefined).length;
    text += `  a sample at one of these addresses takes the section from ${formatPlural(registered, 'text')}:\n`;
    for (const broken of drops) text += formatBroken(broken, names, '');
  }
  if (steps.length > 0) {
    text += '  stacks end at these addresses:\n';
    for (const broken of steps) {
      const isCaller = broken.rule.consequence === 'caller-ends';
      text += formatBroken(broken, names, isCaller ? '; not in the innermost frame' : '');
    }
  }
  if (missed.count > 0) {
    text += `  hidden from the search by other FDEs: ${formatPlural(missed.bytes, 'byte')}\n`;
  }
  return text;
}

function formatBroken(
  { rule, bytes, examples, count }: BrokenRule,
  names: FunctionNames,
  note: string,
): string {
  let text = `    ${rule.message} (${rule.id}): ${formatPlural(bytes, 'byte')}${note}\n`;
  for (const { startSvma, endSvma } of examples) {
    const name = names.nameOf(startSvma);
    const place = `${name === undefined ? '' : `${shown(name)}  `}0x${formatAddress(startSvma)}`;
    text += `      ${place}, ${formatPlural(endSvma - startSvma, 'byte')}\n`;
  }
  const more = count - examples.length;
  return more > 0 ? `${text}      … and ${formatPlural(more, 'range')} more\n` : text;
}

export interface BrokenRuleJson {
  readonly rule: string;
  readonly consequence: BrokenRule['rule']['consequence'];
  readonly ranges: number;
  readonly bytes: number;
  readonly examples: readonly {
    readonly name: string | null;
    readonly start: string;
    readonly end: string;
  }[];
}

/** A file's part of the JSON of `sframe verify --kernel`. */
export interface KernelFileJson {
  readonly file: string;
  readonly verdict: KernelVerdict;
  readonly texts: readonly {
    readonly start: string;
    readonly end: string;
    readonly refusedBy: string | null;
  }[];
  readonly unseen: KernelAudit['unseen'];
  readonly drops: readonly BrokenRuleJson[];
  readonly steps: readonly BrokenRuleJson[];
  readonly missed: KernelAudit['missed'];
}

export function kernelFileJson(audit: KernelAudit): KernelFileJson {
  const names = new FunctionNames(audit.image);
  const hex = (svma: number) => `0x${formatAddress(svma)}`;
  const brokenJson = ({ rule, count, bytes, examples }: BrokenRule): BrokenRuleJson => ({
    rule: rule.id,
    consequence: rule.consequence,
    ranges: count,
    bytes,
    examples: examples.map(({ startSvma, endSvma }) => ({
      name: names.nameOf(startSvma) ?? null,
      start: hex(startSvma),
      end: hex(endSvma),
    })),
  });
  return {
    file: audit.image.name,
    verdict: audit.verdict,
    texts: audit.texts.map(({ startSvma, endSvma, refusedBy }) => ({
      start: hex(startSvma),
      end: hex(endSvma),
      refusedBy: refusedBy?.id ?? null,
    })),
    unseen: audit.unseen,
    drops: audit.drops.map(brokenJson),
    steps: audit.steps.map(brokenJson),
    missed: audit.missed,
  };
}

/** The last lines of a run over several files. */
export function formatKernelSummary(verdicts: ReadonlyMap<KernelVerdict, number>): string {
  const texts: Record<KernelVerdict, string> = {
    accepts: 'accepted',
    refuses: 'refused',
    drops: 'dropped',
    'never-sees': 'never seen',
    'no-sframe': 'without an SFrame section',
  };
  return (Object.keys(texts) as KernelVerdict[])
    .filter((verdict) => verdicts.has(verdict))
    .map((verdict) => `${String(verdicts.get(verdict)).padStart(8)} ${texts[verdict]}\n`)
    .join('');
}
