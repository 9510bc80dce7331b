/** All formats, in the order of the help. */

import type { Exporter } from './exporter';
import { firefox } from './firefox/firefox';
import { folded } from './folded';
import { parquet } from './parquet/parquet';
import { pprof } from './pprof';
import { speedscope } from './speedscope';

export const exporters: readonly Exporter[] = [speedscope, firefox, pprof, parquet, folded];
