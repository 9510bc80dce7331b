/**
 * The frame of the pages that commands write: one file, styles and script inside, nothing loaded (the policy in its head
 * forbids it). Light and dark by the reader's system.
 */

import { printable } from './printable';

/** Text as content or attribute value of HTML. */
export function escapeHtml(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

export interface HtmlPage {
  readonly title: string;
  readonly subtitle: string;
  /** HTML of the main part. */
  readonly content: string;
  /** Added to the style that all pages have. */
  readonly style: string;
  readonly script: string;
}

/** The whole document. */
export function formatHtmlPage({ title, subtitle, content, style, script }: HtmlPage): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${commonStyle}${style}</style>
</head>
<body>
<header><h1>${escapeHtml(title)}</h1><p>${escapeHtml(subtitle)}</p></header>
<main>
${content}
</main>
<script>${script}</script>
</body>
</html>
`;
}

const commonStyle = `
:root { --text: #1d2330; --faint: #667085; --back: #f6f7f9; --card: #fff; --line: #dfe3ea; --accent: #2459c5;
  --bar: #8fb3f5; --mark: #fff1d6; --mark-edge: #d98a00; }
@media (prefers-color-scheme: dark) { :root { --text: #e3e7ee; --faint: #98a2b3; --back: #12151b; --card: #1a1f27;
  --line: #2d3541; --accent: #8db4ff; --bar: #3d66b8; --mark: #3d2f12; --mark-edge: #f0ab2e; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 14px/1.5 system-ui, sans-serif; }
header, main { max-width: 1200px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 28px; }
h1 { font-size: 22px; margin: 0; overflow-wrap: anywhere; }
header p { color: var(--faint); margin: 4px 0 0; }
`;
