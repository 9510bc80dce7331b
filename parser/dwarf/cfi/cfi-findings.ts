/** The kinds of damage that call frame information can have, each skipped and counted. */

import type { Finding, FindingLog } from '../findings';

export type CfiFindingCode =
  /** An entry's length leaves the section: what follows it cannot be found. */
  | 'entry-length'
  /** An FDE cannot be read. */
  | 'damaged-fde'
  /** An FDE's CIE cannot be read, or has an unknown version or augmentation. */
  | 'unusable-cie'
  /** The instructions of an FDE or its CIE are damaged or unknown. */
  | 'damaged-instructions'
  /** .eh_frame_hdr has a search table that cannot be used; the entries were searched instead. */
  | 'unusable-search-table';

export type CfiFindingLog = FindingLog<CfiFindingCode>;

const damageTexts: Readonly<Record<CfiFindingCode, string>> = {
  'entry-length': 'an entry that leaves the section (what follows it is lost)',
  'damaged-fde': 'a damaged entry',
  'unusable-cie': 'an entry whose common information cannot be used',
  'damaged-instructions': 'an entry with damaged instructions',
  'unusable-search-table': 'a search table that cannot be used',
};

/** A sentence for each kind of damage by which something is lost. */
export function describeCfiDamage(findings: readonly Finding<CfiFindingCode>[]): string[] {
  return (
    findings
      // Without a search table the entries themselves are searched: nothing is lost.
      .filter(({ code }) => code !== 'unusable-search-table')
      .map(({ code, count, sectionOffsets: [first] }) => {
        const more = count > 1 ? ` and ${count - 1} more` : '';
        return `call frame information: ${damageTexts[code]} at section offset 0x${first.toString(16)}${more}`;
      })
  );
}
