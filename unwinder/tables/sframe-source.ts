/** SFrame sections as a source of rows. */

import {
  readSFrameSections,
  SFrameLocationKind,
  SFrameRow,
  SFrameRowStatus,
  type ElfImage,
  type SFrameLocation,
  type SFrameSection,
  type SFrameSections,
} from '../../parser';
import type { Architecture } from '../arch/arch';
import { CfaRule, RegisterRule, RowSource, type RegisterRow, type RowRule } from './register-row';
import {
  CORRUPT_ROW,
  ENTRY_WITHOUT_ROW,
  NO_ROW,
  SourceStatus,
  type SourceAnswer,
  type UnwindSource,
} from './unwind-source';

/** Gives the SFrame sections for a binary. */
export type SFrameReader = (image: ElfImage) => SFrameSections;

export class SFrameSource implements UnwindSource {
  private readonly row = new SFrameRow();
  private corruptRows = 0;

  private constructor(
    private readonly sections: readonly SFrameSection[],
    private readonly arch: Architecture,
    /** What could not be opened, as sentences. */
    private readonly unreadable: readonly string[],
  ) {}

  /**
   * The source of a binary, or undefined when it has no SFrame section.
   * @param read gives the binary's sections; by default those that it holds
   */
  static open(
    image: ElfImage,
    arch: Architecture,
    read: SFrameReader = readSFrameSections,
  ): SFrameSource | undefined {
    const { sections, findings } = read(image);
    const unreadable = findings.examples
      .filter(({ code }) => code === 'section-unreadable')
      .map(({ text }) => `.sframe cannot be read: ${text}`);
    const isThere = sections.length > 0 || unreadable.length > 0;
    return isThere ? new SFrameSource(sections, arch, unreadable) : undefined;
  }

  /** Whether any section can be asked. */
  get isReadable(): boolean {
    return this.sections.length > 0;
  }

  get damage(): readonly string[] {
    const { corruptRows, unreadable } = this;
    return corruptRows === 0
      ? unreadable
      : [...unreadable, `.sframe: ${corruptRows} damaged entries were asked for`];
  }

  resolveRow(svma: number): SourceAnswer {
    let worst = NO_ROW;
    for (const section of this.sections) {
      const status = section.decodeRowInto(svma, this.row);
      // A signal trampoline has a caller, the interrupted code. gas 2.47 writes its FDE without any row when its CFI
      // is made of expressions, which reads as "outermost": the section just cannot say how to go on.
      if (status === SFrameRowStatus.Found && this.row.isOutermost && this.row.isSignal) {
        worst = ENTRY_WITHOUT_ROW;
        continue;
      }
      if (status === SFrameRowStatus.Found)
        return { status: SourceStatus.Found, row: this.convert(this.row) };
      if (status === SFrameRowStatus.NoFre) worst = ENTRY_WITHOUT_ROW;
      if (status === SFrameRowStatus.Corrupt) worst = CORRUPT_ROW;
    }
    if (worst === CORRUPT_ROW) this.corruptRows++;
    return worst;
  }

  private convert(row: SFrameRow): RegisterRow {
    const rules: RowRule[] = [];
    addRule(rules, this.arch.returnAddressColumn, row.ra, this.arch.linkRegister);
    addRule(rules, this.arch.framePointer, row.fp, this.arch.framePointer);
    return {
      isSignalFrame: row.isSignal,
      isOutermost: row.isOutermost,
      cfaRule: row.cfa.deref ? CfaRule.AtRegister : CfaRule.RegisterPlus,
      cfaRegister: row.cfa.register,
      cfaOffset: row.cfa.offset,
      cfaExpression: undefined,
      returnAddressColumn: this.arch.returnAddressColumn,
      rules,
      source: RowSource.SFrame,
    };
  }
}

/** @param heldIn the register that has the value where nothing was saved */
function addRule(rules: RowRule[], register: number, location: SFrameLocation, heldIn: number): void {
  const { kind, deref, offset } = location;
  let rule: RegisterRule;
  let baseRegister = location.register;
  if (kind === SFrameLocationKind.Undefined) rule = RegisterRule.Undefined;
  else if (kind === SFrameLocationKind.FromCfa) rule = deref ? RegisterRule.AtCfa : RegisterRule.CfaPlus;
  else if (kind === SFrameLocationKind.FromRegister) {
    rule = deref ? RegisterRule.AtRegister : RegisterRule.RegisterPlus;
  } else if (heldIn === register) rule = RegisterRule.SameValue;
  else {
    rule = RegisterRule.RegisterPlus;
    baseRegister = heldIn;
  }
  rules.push({ register, rule, baseRegister, value: offset, expression: undefined });
}
