/** The data of the page, as it stands in it. */

import { unpackColumns, type PageColumns, type PageHeader } from '../../page-format';

export interface ProfileData extends PageHeader {
  readonly columns: PageColumns;
}

/** Reads the data that page-document.ts put into the page. */
export async function readProfileData(document: Document): Promise<ProfileData> {
  const textOf = (id: string): string => document.getElementById(id)?.textContent ?? '';
  const header = JSON.parse(textOf('header-data')) as PageHeader;
  const packed = Uint8Array.from(atob(textOf('column-data')), (character) => character.charCodeAt(0));
  const inflated = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  const block = new Uint8Array(await new Response(inflated).arrayBuffer());
  return { ...header, columns: unpackColumns(block, header.lengths) };
}
