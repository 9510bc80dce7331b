/** Names of the events of a written recording, as the feature EVENT_DESC holds them. */

import { Feature } from '../../parser';
import { featureString, type RecordingBuilder } from '../../parser/perf-data/test-support/recording-builder';

const ATTR_SIZE = 144;

/** Adds the features that perf wants in every file; events have the ids 1, 2… in the order of their names. */
export function nameEvents(builder: RecordingBuilder, names: readonly string[]): void {
  const out = builder.bytes().u32(names.length, ATTR_SIZE);
  names.forEach((name, i) => {
    // Only the name is taken from here: the attribute is in the file's own table.
    out.u32(0, ATTR_SIZE).zeros(ATTR_SIZE - 8);
    featureString(out.u32(1), name).u64(i + 1);
  });
  // Without a host name perf takes the features of the other byte order for something else.
  builder.stringFeature(Feature.HOSTNAME, 'written').stringFeature(Feature.ARCH, 'x86_64');
  builder.feature(Feature.EVENT_DESC, out.finish());
}
