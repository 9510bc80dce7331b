/** The profile page as a document: its data, script and style in one file that loads nothing. */

import { gzipSync } from 'node:zlib';
import script from 'page:script';
import style from 'page:style';
import { formatHtmlPage } from '../text/html-page';
import type { PageData } from './page-data';
import { packColumns, type PageHeader } from './page-format';

export interface PageText {
  readonly title: string;
  readonly subtitle: string;
  /** What it begins with. */
  readonly view: PageHeader['view'];
  readonly unit: PageHeader['unit'];
}

/** The whole document. */
export function formatProfilePage(
  { header, columns }: PageData,
  { title, subtitle, view, unit }: PageText,
): string {
  const { packed, block } = packColumns(columns);
  const whole: PageHeader = { ...header, view, unit, packed };
  const data = gzipSync(block, { level: 6 }).toString('base64');
  const content = `<div id="profile"><p>Reading the profile…</p></div>
<script type="application/json" id="header-data">${scriptData(whole)}</script>
<script type="text/plain" id="column-data">${data}</script>`;
  return formatHtmlPage({ title, subtitle, content, style, script });
}

/** In a script nothing but "</script" or "<!--" ends the data, and both begin so. */
function scriptData(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
