/**
 * Frames of the export tables as columns: a binary with the functions of an address is an object, an address in it two integers. Of a
 * million addresses without symbols, objects of their own were most of an export's memory.
 */

import { addressFromHalves, highHalf, lowHalf } from '../../parser';
import { FrameTable } from '../../unwinder';
import { KeyedTable } from './keyed-table';
import type { ExportFrame, ExportLine } from './model';

type Code = Omit<ExportFrame, 'address'>;

export class ExportFrames {
  private readonly codes = new KeyedTable<Code>(
    ({ binary, lines }) =>
      `${binary} ${lines.map((line) => `${line.function}:${line.line}:${Number(line.isInlined)}`).join()}`,
  );
  /** (code, address), with the place of the code for a mapping. */
  private readonly table = new FrameTable();

  get count(): number {
    return this.table.count;
  }

  /** The index of a frame; the first of equal ones is kept. */
  intern({ binary, address, lines }: ExportFrame): number {
    return this.table.intern(this.codes.intern({ binary, lines }), lowHalf(address), highHalf(address));
  }

  /** As {@link ExportFrame.binary}. */
  binary(frame: number): number {
    return this.codes.values[this.table.mapping[frame]].binary;
  }

  /** As {@link ExportFrame.address}. */
  address(frame: number): number {
    return addressFromHalves(this.table.addressLow[frame], this.table.addressHigh[frame]);
  }

  /** As {@link ExportFrame.lines}. */
  lines(frame: number): readonly ExportLine[] {
    return this.codes.values[this.table.mapping[frame]].lines;
  }
}
