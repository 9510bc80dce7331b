export { readBaseExpression } from './base-expression';
export { CfaKind, CfiRow, REGISTER_LIMIT, ReturnAddressSigning, RuleKind } from './cfi-row';
export { CfiTable, RowStatus } from './cfi-table';
export { describeCfiDamage, type CfiFindingCode } from './cfi-findings';
export { evaluateExpression, type ExpressionContext } from './expression';
export * as dwarfOperations from './expression-operations';
