/** `perf-sframe script`: every sample with its stack, as `perf script` prints it. */

import { ByteWriter, descriptorSink } from '../output/byte-writer';
import { ScriptText } from '../output/script-text';
import { Session, type SessionOptions } from '../pipeline/session';

export function runScript(options: SessionOptions): number {
  const session = Session.open(options);
  const out = new ByteWriter(descriptorSink(1));
  const { recording } = session;
  const text = new ScriptText(out, session.names, recording.times, recording.events);
  session.run((sample, event, thread, chain) => text.writeSample(sample, event, thread, chain));
  out.flush();
  process.stderr.write(session.diagnostics.format());
  return 0;
}
