/** All formats, in the order of the help. */

import type { Exporter } from './exporter';
import { folded } from './folded';

export const exporters: readonly Exporter[] = [folded];
