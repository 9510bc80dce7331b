/** A table of functions or of binaries: sorted by its headings, searched, as many rows as are asked for. */

import { shortenName } from '../../text/terminal/short-names';

const FIRST_ROWS = 200;
/** Of a text in a cell: a browser takes seconds to lay out a line of a million characters. */
const MOST_CHARACTERS = 1000;

export interface TableColumn<Row> {
  readonly heading: string;
  /** What is in a cell. */
  readonly text: (row: Row) => string;
  /** What the column is sorted by; right-aligned where it is a number. */
  readonly key: (row: Row) => number | string;
  /** 0 to 1: a bar behind the text. */
  readonly bar?: (row: Row) => number;
  /** Whether its cells choose their row. */
  readonly isChoice?: boolean;
}

export class TableView<Row> {
  readonly element = document.createElement('div');
  private readonly head = document.createElement('thead');
  private readonly body = document.createElement('tbody');
  private readonly more = document.createElement('button');
  private columns: readonly TableColumn<Row>[] = [];
  private rows: Row[] = [];
  private shown = FIRST_ROWS;
  private sortBy = 0;
  private isAscending = false;

  constructor(private readonly onChoose: (row: Row) => void) {
    const table = document.createElement('table');
    table.append(this.head, this.body);
    this.element.className = 'table';
    this.more.type = 'button';
    this.more.addEventListener('click', () => {
      this.shown += 5 * FIRST_ROWS;
      this.drawBody();
    });
    this.element.append(table, this.more);
  }

  show(columns: readonly TableColumn<Row>[], rows: readonly Row[]): void {
    this.columns = columns;
    this.rows = [...rows];
    this.sortBy = Math.min(this.sortBy, columns.length - 1);
    this.sort();
    this.draw();
  }

  private sort(): void {
    const { key } = this.columns[this.sortBy];
    const sign = this.isAscending ? 1 : -1;
    this.rows.sort((a, b) => {
      const [keyA, keyB] = [key(a), key(b)];
      if (keyA === keyB) return 0;
      return keyA < keyB ? -sign : sign;
    });
  }

  private draw(): void {
    const line = document.createElement('tr');
    for (const [index, column] of this.columns.entries()) {
      const cell = document.createElement('th');
      const button = document.createElement('button');
      cell.scope = 'col';
      if (this.isNumeric(column)) cell.className = 'number';
      if (index === this.sortBy) cell.ariaSort = this.isAscending ? 'ascending' : 'descending';
      button.type = 'button';
      button.textContent = column.heading;
      button.addEventListener('click', () => this.sortByColumn(index));
      cell.append(button);
      line.append(cell);
    }
    this.head.replaceChildren(line);
    this.drawBody();
  }

  private sortByColumn(index: number): void {
    this.isAscending = index === this.sortBy ? !this.isAscending : !this.isNumeric(this.columns[index]);
    this.sortBy = index;
    this.sort();
    this.draw();
  }

  private isNumeric({ key }: TableColumn<Row>): boolean {
    return this.rows.length > 0 && typeof key(this.rows[0]) === 'number';
  }

  private drawBody(): void {
    this.body.replaceChildren(...this.rows.slice(0, this.shown).map((row) => this.rowElement(row)));
    this.more.hidden = this.rows.length <= this.shown;
    this.more.textContent = `More of ${this.rows.length} rows`;
  }

  private rowElement(row: Row): HTMLTableRowElement {
    const line = document.createElement('tr');
    for (const { text, key, bar, isChoice } of this.columns) {
      const shown = shortenName(text(row), MOST_CHARACTERS);
      const cell = document.createElement('td');
      if (typeof key(row) === 'number') cell.className = 'number';
      if (bar) cell.style.setProperty('--share', `${(100 * bar(row)).toFixed(1)}%`);
      if (isChoice) {
        const button = document.createElement('button');
        button.type = 'button';
        button.textContent = shown;
        button.addEventListener('click', () => this.onChoose(row));
        cell.append(button);
      } else cell.textContent = shown;
      cell.title = shown;
      line.append(cell);
    }
    return line;
  }
}
