/** Inflates a gzip stream of any size. A file of its own: loading Node's compression takes as long as a small report. */

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip } from 'node:zlib';
import { ParseError } from '../bytes';

/**
 * Hands on what a gzip stream holds; of one that was cut off, or is damaged, what comes before that.
 * @param name of the stream, for messages
 * @returns what is wrong with it, as a sentence; undefined where nothing is
 * @throws ParseError where nothing could be read
 */
export async function gunzipInto(
  handle: (bytes: Uint8Array) => void,
  name: string,
  chunks: Iterable<Uint8Array>,
): Promise<string | undefined> {
  const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  let isEmpty = true;
  try {
    await pipeline(Readable.from(chunks), gunzip, async (inflated: AsyncIterable<Uint8Array>) => {
      for await (const chunk of inflated) {
        handle(chunk);
        isEmpty = false;
      }
    });
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('Z_')) throw error;
    if (isEmpty) throw new ParseError({ what: 'damaged gzip data', where: name, found: message });
    return `${name}: damaged gzip data (${message}); what came before the damage is shown`;
  }
}
