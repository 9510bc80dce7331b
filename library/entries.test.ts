/** Whoever uses an entry can name every type that it deals in: what its signatures mention, it exports. */

import { join } from 'node:path';
import ts from 'typescript';
import { repositoryFolder } from '../test-data/test-support/places';

const file = (entry: string): string => join(repositoryFolder, 'library', `${entry}.ts`);
const program = ts.createProgram(['index', 'node', 'sframe'].map(file), {
  target: ts.ScriptTarget.ES2022,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  module: ts.ModuleKind.ESNext,
  strict: true,
  types: ['node'],
});
const checker = program.getTypeChecker();

function originalOf(symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** The exports of an entry, and of these the classes that it names as types only: nobody makes or looks into them. */
function exportsOf(entry: string): { all: Set<ts.Symbol>; opaque: Set<ts.Symbol> } {
  const symbols = checker.getExportsOfModule(
    checker.getSymbolAtLocation(program.getSourceFile(file(entry))!)!,
  );
  const asTypes = symbols.filter((symbol) => symbol.declarations!.some(ts.isTypeOnlyExportDeclaration));
  const opaque = asTypes.map(originalOf).filter((symbol) => symbol.flags & ts.SymbolFlags.Class);
  return { all: new Set(symbols.map(originalOf)), opaque: new Set(opaque) };
}

/** Own types that the public part of a declaration mentions, where it states them or has them inferred. */
function mentionedTypes(declaration: ts.Declaration): Set<ts.Symbol> {
  const found = new Set<ts.Symbol>();
  const note = (symbol: ts.Symbol | undefined): void => {
    const original = symbol && originalOf(symbol);
    const [first] = original?.declarations ?? [];
    if (!first || !ts.isStatement(first) || /node_modules/.test(first.getSourceFile().fileName)) return;
    found.add(original!);
  };
  const noteInferred = (type: ts.Type): void => note(type.aliasSymbol ?? type.symbol);
  const visit = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node)) note(checker.getSymbolAtLocation(node.typeName));
    if (ts.isExpressionWithTypeArguments(node)) note(checker.getSymbolAtLocation(node.expression));
    if (
      ts.isClassElement(node) &&
      ts.getCombinedModifierFlags(node) & ts.ModifierFlags.NonPublicAccessibilityModifier
    )
      return;
    if (ts.isPropertyDeclaration(node)) {
      if (node.type) visit(node.type);
      else noteInferred(checker.getTypeAtLocation(node));
      return;
    }
    if (ts.isFunctionLike(node)) {
      for (const parameter of node.parameters) if (parameter.type) visit(parameter.type);
      if (node.type) visit(node.type);
      else if (!ts.isConstructorDeclaration(node))
        noteInferred(checker.getReturnTypeOfSignature(checker.getSignatureFromDeclaration(node)!));
      return;
    }
    if (!ts.isBlock(node)) ts.forEachChild(node, visit);
  };
  visit(declaration);
  return found;
}

test.each([
  ['index', ['index']],
  ['node', ['node', 'index']],
  ['sframe', ['sframe']],
])('types that %s mentions', (entry, exporting) => {
  const { all, opaque } = exportsOf(entry);
  const nameable = new Set(exporting.flatMap((name) => [...exportsOf(name).all]));
  expect(all.size).toBeGreaterThan(3);
  const missing = new Set<string>();
  for (const symbol of all) {
    if (opaque.has(symbol)) continue;
    const types = symbol
      .declarations!.filter((part) => !ts.isSourceFile(part))
      .flatMap((part) => [...mentionedTypes(part)]);
    for (const type of types) if (!nameable.has(type)) missing.add(`${type.name} (${symbol.name})`);
  }
  expect([...missing]).toEqual([]);
});
