/**
 * What the pages that `compare --format html` writes are made of.
 *
 * Tables with class "sortable" sort by a click on a heading: by data-value of the cells where they have one, else by
 * text. A field with data-filter hides the entries of a list that do not contain its text. A section may hold any
 * content, so figures find their place between tables.
 */

import { escapeHtml, formatHtmlPage } from '../../text/html-page';

/** A cell of a table; all texts are escaped here. */
export interface Cell {
  readonly text: string;
  /** What the column sorts by, and right-aligned; by the text where undefined. */
  readonly value?: number;
  /** 0 to 1: a bar behind the text. */
  readonly share?: number;
  readonly isCode?: boolean;
  readonly isFaint?: boolean;
  /** Shown where the pointer rests. */
  readonly title?: string;
}

/** A table that sorts by its headings. Headings of columns with values are aligned right. */
export function formatTable(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const isNumeric = headings.map((_, column) => rows.some((row) => row[column].value !== undefined));
  const head = headings.map(
    (heading, column) =>
      `<th${isNumeric[column] ? ' class="number"' : ''} scope="col"><button type="button">${escapeHtml(heading)}</button></th>`,
  );
  const body = rows.map((row) => `<tr>${row.map(formatCell).join('')}</tr>`);
  return `<div class="scroll"><table class="sortable">
<thead><tr>${head.join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody></table></div>`;
}

function formatCell({
  text,
  value,
  share,
  isCode,
  isFaint,
  title = isCode ? text : undefined,
}: Cell): string {
  const classes = [
    value === undefined ? '' : 'number',
    isCode ? 'code' : '',
    isFaint ? 'faint' : '',
    share === undefined ? '' : 'bar',
  ].filter((name) => name !== '');
  const attributes = [
    classes.length > 0 ? ` class="${classes.join(' ')}"` : '',
    value === undefined ? '' : ` data-value="${value}"`,
    title === undefined ? '' : ` title="${escapeHtml(title)}"`,
    share === undefined ? '' : ` style="--share:${(100 * share).toFixed(2)}%"`,
  ];
  return `<td${attributes.join('')}>${escapeHtml(text)}</td>`;
}

/** A part of the page. @param content HTML */
export function formatSection(id: string, heading: string, content: string): string {
  return `<section id="${id}"><h2>${escapeHtml(heading)}</h2>\n${content}\n</section>`;
}

/** The whole document. @param sections HTML */
export function formatPage(title: string, subtitle: string, sections: readonly string[]): string {
  return formatHtmlPage({ title, subtitle, content: sections.join('\n'), style, script });
}

const style = `
h2 { font-size: 16px; margin: 0 0 10px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 18px 20px; margin: 18px 0; }
section p { margin: 0 0 10px; max-width: 80ch; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; border-bottom: 2px solid var(--line); padding: 0; vertical-align: bottom; }
th button { font: inherit; font-weight: 600; text-align: inherit; color: var(--faint); background: none; border: 0; padding: 4px 10px; cursor: pointer; }
th button:hover, th button:focus-visible { color: var(--accent); }
th[aria-sort] button { color: var(--accent); }
th[aria-sort=ascending] button::after { content: " \\2191"; }
th[aria-sort=descending] button::after { content: " \\2193"; }
td { padding: 4px 10px; border-bottom: 1px solid var(--line); vertical-align: top; }
tbody tr:last-child td { border-bottom: 0; }
td:not(.number, .code) { min-width: 6em; }
td.code { max-width: min(36ch, 40vw); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
#functions td.code ~ td.code { max-width: 13ch; }
:is(#functions, #methods) :is(th button, td) { padding-left: 6px; padding-right: 6px; }
#methods td:last-child { min-width: 18.5em; }
#causes td:nth-child(3) { min-width: 15em; }
.number { text-align: right; white-space: nowrap; }
.code, .stacks td { font-family: ui-monospace, monospace; font-size: 12.5px; }
.stacks td { overflow-wrap: anywhere; }
.faint, .faint a { color: var(--faint); }
.bar { background: linear-gradient(to right, var(--bar) var(--share), transparent 0) left 25px / calc(100% - 10px) 3px no-repeat; padding-bottom: 7px; }
code { font: 12.5px ui-monospace, monospace; white-space: nowrap; }
input { font: inherit; color: inherit; background: var(--back); border: 1px solid var(--line); border-radius: 6px;
  padding: 6px 10px; width: min(420px, 100%); margin-bottom: 10px; }
details { border-top: 1px solid var(--line); }
summary { display: grid; grid-template-columns: 1em 5.5em 5em minmax(12em, 1fr) minmax(12em, 1.2fr); gap: 10px; padding: 6px 4px;
  cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary::before { content: "\\25B8"; color: var(--faint); }
details[open] > summary::before { content: "\\25BE"; }
summary:hover { background: var(--back); }
@media (max-width: 720px) {
  header, main { padding: 0 10px; }
  header { padding-top: 18px; }
  section { padding: 14px 12px; }
  summary { grid-template-columns: 1em 5.5em 1fr; }
  summary span:nth-child(n + 3) { grid-column: 2 / -1; }
}
.stacks { table-layout: fixed; margin: 4px 0 14px; }
.stacks th { padding: 4px 10px; color: var(--faint); }
.stacks th:first-child, .stacks td:first-child { width: 4em; text-align: right; color: var(--faint); }
.stacks td { border-bottom: 0; padding: 1px 10px; }
.stacks .same td { color: var(--faint); }
.first-difference td { background: var(--mark); }
.stacks .culprit td { color: inherit; font-weight: 600; }
.first-difference td:first-child { box-shadow: inset 3px 0 var(--mark-edge); color: inherit; }
`;

const script = `
for (const table of document.querySelectorAll('table.sortable')) {
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => heading.querySelector('button').addEventListener('click', () => {
    const key = (row) => {
      const cell = row.cells[column];
      return cell.dataset.value === undefined ? cell.textContent : Number(cell.dataset.value);
    };
    const isNumeric = heading.classList.contains('number');
    const order = heading.getAttribute('aria-sort') === (isNumeric ? 'descending' : 'ascending') ? !isNumeric : isNumeric;
    const compare = (a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b)));
    const rows = [...table.tBodies[0].rows].sort((a, b) => (order ? -1 : 1) * compare(key(a), key(b)));
    for (const other of headings) other.removeAttribute('aria-sort');
    heading.setAttribute('aria-sort', order ? 'descending' : 'ascending');
    table.tBodies[0].append(...rows);
  }));
}
for (const field of document.querySelectorAll('input[data-filter]')) {
  const entries = [...document.querySelectorAll(field.dataset.filter)];
  field.addEventListener('input', () => {
    const words = field.value.toLowerCase().split(/\\s+/);
    for (const entry of entries) {
      const titles = [...entry.querySelectorAll('[title]')].map((cell) => cell.title);
      const text = [(entry.querySelector('summary') ?? entry).textContent, ...titles].join(' ').toLowerCase();
      entry.hidden = !words.every((word) => text.includes(word));
    }
  });
}
`;
