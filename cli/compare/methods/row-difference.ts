/** In what the SFrame row and the DWARF row at one address differ, by the comparison that `sframe verify` makes. */

import {
  CfaRule,
  RegisterRule,
  type Architecture,
  type Module,
  type RegisterRow,
  type SourceRegistry,
} from '../../../unwinder';
import { CFA, type Recovery, RecoveryRow, RowComparison, rowDifferenceKinds } from '../../../sframe';
import type { DivergenceCause } from './divergence-cause';
import type { FramePlace } from './frame-places';

export type RowDifference = Extract<
  DivergenceCause,
  'rows-differ-cfa' | 'rows-differ-ra' | 'rows-differ-fp' | 'undefined-ra'
>;

/** What findings of the comparison are called here; the first that is found counts. */
const causeOfKind: Readonly<Partial<Record<(typeof rowDifferenceKinds)[number], RowDifference>>> = {
  'wrong-cfa': 'rows-differ-cfa',
  'wrong-ra': 'rows-differ-ra',
  'fp-rule-lost': 'rows-differ-fp',
  'wrong-fp': 'rows-differ-fp',
  'false-outermost': 'undefined-ra',
  'missed-outermost': 'undefined-ra',
};

export class RowDifferences {
  private readonly sframe = new RecoveryRow();
  private readonly dwarf = new RecoveryRow();

  constructor(
    private readonly arch: Architecture,
    private readonly sources: SourceRegistry,
  ) {}

  /** What differs at a place; undefined where nothing does, one of the rows is missing, or they cannot be compared. */
  at({ module, svma }: FramePlace): RowDifference | undefined {
    const sframe = module && this.sources.sframeOf(module)?.resolveRow(svma).row;
    const dwarf = module && this.sources.dwarfOf(module)?.resolveRow(svma).row;
    if (!sframe || !dwarf) return undefined;
    setFromRow(this.sframe, sframe, this.arch);
    setFromRow(this.dwarf, dwarf, this.arch);
    const found = this.comparisonFor(module).compare(this.sframe, this.dwarf, svma);
    return rowDifferenceKinds
      .filter((_, bit) => (found & (1 << bit)) !== 0)
      .map((kind) => causeOfKind[kind])
      .find((cause) => cause !== undefined);
  }

  private comparisonFor(module: Module): RowComparison {
    const { framePointer, linkRegister, returnAddressColumn } = this.arch;
    const pcRegister = linkRegister < 0 ? returnAddressColumn : -1;
    return new RowComparison(module.images.image?.littleEndian ?? true, framePointer, pcRegister);
  }
}

/** Takes a row of the unwinder over, its expressions one after the other. */
function setFromRow(out: RecoveryRow, row: RegisterRow, arch: Architecture): void {
  const section: number[] = [];
  const setExpression = (recovery: Recovery, expression: Uint8Array | undefined, deref: boolean): void => {
    const start = section.length;
    section.push(...(expression ?? []));
    recovery.setExpression(start, section.length, deref);
  };
  const setRegister = (recovery: Recovery, register: number): void => {
    const found = row.rules.find((rule) => rule.register === register);
    switch (found?.rule) {
      case undefined:
      case RegisterRule.SameValue:
        return recovery.setSum(register, 0, false);
      case RegisterRule.Undefined:
        return recovery.setLost();
      case RegisterRule.AtCfa:
      case RegisterRule.CfaPlus:
        return recovery.setSum(CFA, found.value, found.rule === RegisterRule.AtCfa);
      case RegisterRule.AtRegister:
      case RegisterRule.RegisterPlus:
        return recovery.setSum(found.baseRegister, found.value, found.rule === RegisterRule.AtRegister);
      case RegisterRule.AtExpression:
      case RegisterRule.ExpressionValue:
        return setExpression(recovery, found.expression, found.rule === RegisterRule.AtExpression);
    }
  };
  out.isSignal = row.isSignalFrame;
  out.isOutermost = row.isOutermost;
  if (row.cfaRule === CfaRule.Expression) setExpression(out.cfa, row.cfaExpression, false);
  else out.cfa.setSum(row.cfaRegister, row.cfaOffset, row.cfaRule === CfaRule.AtRegister);
  setRegister(out.ra, arch.returnAddressColumn);
  setRegister(out.fp, arch.framePointer);
  out.section = Uint8Array.from(section);
}
