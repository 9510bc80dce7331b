/** Call frame information (.eh_frame, then .debug_frame) as a source of rows. */

import {
  CfaKind,
  CfiRow,
  CfiTable,
  describeCfiDamage,
  RowStatus,
  RuleKind,
  readBaseExpression,
  type ElfImage,
} from '../../parser';
import type { ModuleImages } from '../process/module';
import { CfaRule, RegisterRule, RowSource, type RegisterRow, type RowRule } from './register-row';
import { CORRUPT_ROW, NO_ROW, SourceStatus, type SourceAnswer, type UnwindSource } from './unwind-source';

export class DwarfSource implements UnwindSource {
  private readonly row = new CfiRow();

  get damage(): readonly string[] {
    return this.tables.flatMap(({ findings }) => describeCfiDamage(findings));
  }

  private constructor(private readonly tables: readonly CfiTable[]) {}

  /** The source of a binary and its debug file, or undefined when neither has call frame information. */
  static open(images: ModuleImages): DwarfSource | undefined {
    const tables: CfiTable[] = [];
    const add = (table: CfiTable | undefined): void => {
      if (table) tables.push(table);
    };
    if (images.image) add(CfiTable.fromEhFrame(images.image));
    for (const image of [images.image, images.debugImage]) if (image) add(openDebugFrame(image));
    return tables.length > 0 ? new DwarfSource(tables) : undefined;
  }

  resolveRow(svma: number): SourceAnswer {
    let worst = NO_ROW;
    for (const table of this.tables) {
      const status = table.decodeRowInto(svma, this.row);
      if (status === RowStatus.Found && this.row.cfaKind !== CfaKind.Undefined) {
        return { status: SourceStatus.Found, row: convert(this.row, table.littleEndian) };
      }
      if (status !== RowStatus.NoFde) worst = CORRUPT_ROW;
    }
    return worst;
  }

  /** All rows of the function that covers an svma, ascending; empty where none does. Cold. */
  rowsOfFunction(svma: number): FunctionRow[] {
    for (const table of this.tables) {
      const fde = table.findFde(svma);
      if (fde < 0) continue;
      const rows: FunctionRow[] = [];
      table.visitRows(fde, (row) => {
        if (row.cfaKind !== CfaKind.Undefined)
          rows.push({ startSvma: row.startSvma, row: convert(row, table.littleEndian) });
      });
      return rows;
    }
    return [];
  }
}

/** A row and where in its function it begins to hold. */
export interface FunctionRow {
  readonly startSvma: number;
  readonly row: RegisterRow;
}

function openDebugFrame(image: ElfImage): CfiTable | undefined {
  return CfiTable.fromDebugFrame(image);
}

function convert(row: CfiRow, littleEndian: boolean): RegisterRow {
  const rules: RowRule[] = [];
  let isOutermost = false;
  for (let i = 0; i < row.ruledCount; i++) {
    const register = row.ruledRegisters[i];
    const rule = convertRule(row, register, littleEndian);
    rules.push(rule);
    if (register === row.returnAddressRegister && rule.rule === RegisterRule.Undefined) isOutermost = true;
  }
  return {
    isSignalFrame: row.isSignalFrame,
    isOutermost,
    ...convertCfa(row, littleEndian),
    returnAddressColumn: row.returnAddressRegister,
    rules,
    source: RowSource.Dwarf,
  };
}

type CfaParts = Pick<RegisterRow, 'cfaRule' | 'cfaRegister' | 'cfaOffset' | 'cfaExpression'>;

function convertCfa(row: CfiRow, littleEndian: boolean): CfaParts {
  const { cfaKind, cfaRegister, cfaOffset } = row;
  if (cfaKind !== CfaKind.Expression) {
    return { cfaRule: CfaRule.RegisterPlus, cfaRegister, cfaOffset, cfaExpression: undefined };
  }
  const expression = row.cfaExpression;
  const base = readBaseExpression(expression, littleEndian);
  if (!base) return { cfaRule: CfaRule.Expression, cfaRegister, cfaOffset, cfaExpression: expression };
  return {
    cfaRule: base.isDereferenced ? CfaRule.AtRegister : CfaRule.RegisterPlus,
    cfaRegister: base.register,
    cfaOffset: base.offset,
    cfaExpression: undefined,
  };
}

function convertRule(row: CfiRow, register: number, littleEndian: boolean): RowRule {
  const kind: RuleKind = row.ruleKind[register];
  const value = row.ruleValue[register];
  const plain = (rule: RegisterRule): RowRule => ({
    register,
    rule,
    baseRegister: -1,
    value,
    expression: undefined,
  });
  switch (kind) {
    case RuleKind.Undefined:
      return plain(RegisterRule.Undefined);
    case RuleKind.Offset:
      return plain(RegisterRule.AtCfa);
    case RuleKind.ValOffset:
      return plain(RegisterRule.CfaPlus);
    case RuleKind.Register:
      return {
        register,
        rule: RegisterRule.RegisterPlus,
        baseRegister: value,
        value: 0,
        expression: undefined,
      };
    case RuleKind.Expression:
    case RuleKind.ValExpression:
      return convertExpression(
        register,
        row.ruleExpression(register),
        kind === RuleKind.Expression,
        littleEndian,
      );
    case RuleKind.Unspecified:
    case RuleKind.SameValue:
      return plain(RegisterRule.SameValue);
  }
}

/** @param isAddress the register is in memory where the expression says, and is not what it says */
function convertExpression(
  register: number,
  expression: Uint8Array,
  isAddress: boolean,
  littleEndian: boolean,
): RowRule {
  const base = readBaseExpression(expression, littleEndian);
  if (!base || (isAddress && base.isDereferenced)) {
    const rule = isAddress ? RegisterRule.AtExpression : RegisterRule.ExpressionValue;
    return { register, rule, baseRegister: -1, value: 0, expression };
  }
  return {
    register,
    rule: isAddress || base.isDereferenced ? RegisterRule.AtRegister : RegisterRule.RegisterPlus,
    baseRegister: base.register,
    value: base.offset,
    expression: undefined,
  };
}
