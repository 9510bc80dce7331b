/** The kinds of damage that call frame information can have, each skipped and counted. */

import type { FindingLog } from '../findings';

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
