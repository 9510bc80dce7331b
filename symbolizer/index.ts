export { SymbolTable, type SymbolTableOptions } from './symbol-table';
export { type Demangle } from './symbol-choice';
