/** The data of the page, as it stands in it. */

import { unpackColumns, type PageColumns, type PageHeader } from '../../page-format';

export interface ProfileData extends PageHeader {
  readonly columns: PageColumns;
}

/** Reads the data that page-document.ts put into the page. */
export async function readProfileData(document: Document): Promise<ProfileData> {
  const textOf = (id: string): string => document.getElementById(id)?.textContent ?? '';
  const header = JSON.parse(textOf('header-data')) as PageHeader;
  const bytes = bytesOf(textOf('column-data'));
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  const block = new Uint8Array(await new Response(inflated).arrayBuffer());
  return { ...header, columns: unpackColumns({ packed: header.packed, block }) };
}

/** Of base64. Browsers of 2025 and later do it at once; for the others a loop, since a page may have 10 million bytes. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const { fromBase64 } = Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };
  if (fromBase64) return fromBase64.call(Uint8Array, base64);
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
