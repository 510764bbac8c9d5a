/** What the files of a group and those around it take from each other, told by the types of what is in them. */
import { dirname, resolve, sep } from "node:path";
import ts from "typescript";

/**
 * @typedef {object} Group
 * @property {string} name
 * @property {ReadonlySet<string>} files - paths of what is loaded on demand
 * @property {ReadonlyMap<string, ReadonlyMap<string, "function" | "class" | string>>} given
 *   by file of the group: the names that others import of it, as what; a path is that of the file outside which has it
 * @property {ReadonlyMap<string, ReadonlySet<string>>} taken - by file outside: the names that the group imports of it
 */

/**
 * @param {ts.Program} program
 * @param {string} root - of the project
 * @param {string} name
 * @param {readonly string[]} folders
 * @returns {Group}
 */
export function groupOf(program, root, name, folders) {
  const checker = program.getTypeChecker();
  const sources = program.getSourceFiles().filter(({ fileName }) => !/\.d\.[cm]?ts$|\/node_modules\//.test(fileName));
  const imports = sources.flatMap((source) => importsOf(source, checker));
  const isWithin = (path) => folders.some((folder) => path.startsWith(resolve(root, folder) + sep));
  const files = new Set(sources.map(({ fileName }) => fileName).filter(isWithin));

  // What a file that has to stay imports is given out, too.
  for (let before = -1; before !== files.size;) {
    before = files.size;
    for (const { from, to, symbol } of imports) {
      if (files.has(from) || !files.has(to)) continue;
      const home = homeOf(symbol);
      if (home === undefined) files.delete(to);
      else if (files.has(home) && kindOf(symbol, files, sources, checker) === undefined) files.delete(home);
    }
  }

  const given = new Map();
  const taken = new Map();
  for (const { from, to, name: imported, symbol } of imports) {
    if (!files.has(from) && files.has(to)) {
      const home = homeOf(symbol);
      const kind = files.has(home) ? kindOf(symbol, files, sources, checker) : home;
      entry(given, to, () => new Map()).set(imported, kind);
    } else if (files.has(from) && !files.has(to)) {
      entry(taken, to, () => new Set()).add(imported);
    }
  }
  return { name, files, given, taken };
}

function entry(map, key, make) {
  if (!map.has(key)) map.set(key, make());
  return map.get(key);
}

/** The values that a file imports, or gives on, of files of the project; `import * as x` and `export *` have no symbol. */
function importsOf(source, checker) {
  const from = source.fileName;
  return source.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    if (statement.moduleSpecifier === undefined || statement.isTypeOnly || statement.importClause?.isTypeOnly)
      return [];
    const to = fileOf(statement.moduleSpecifier.text, from);
    if (to === undefined) return [];
    const list = ts.isImportDeclaration(statement) ? statement.importClause?.namedBindings : statement.exportClause;
    if (list?.elements === undefined) return [{ from, to, name: "*", symbol: undefined }];
    return list.elements
      .filter(({ isTypeOnly }) => !isTypeOnly)
      .map((element) => {
        const symbol = originOf(checker.getSymbolAtLocation(element.name), checker);
        return { from, to, name: (element.propertyName ?? element.name).text, symbol };
      });
  });
}

/** @returns undefined when it is none of the project */
export const fileOf = (specifier, importer) =>
  /^\.\.?\/.*\.js$/.test(specifier) ? resolve(dirname(importer), specifier.replace(/\.js$/, ".ts")) : undefined;

const originOf = (symbol, checker) =>
  symbol !== undefined && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

const homeOf = (symbol) => symbol?.valueDeclaration?.getSourceFile().fileName;

/** @returns undefined when nothing can stand for it until it is loaded */
function kindOf(symbol, files, sources, checker) {
  const { valueDeclaration } = symbol;
  if (ts.isFunctionDeclaration(valueDeclaration)) return "function";
  if (ts.isVariableDeclaration(valueDeclaration))
    return ts.isArrowFunction(valueDeclaration.initializer ?? valueDeclaration) ? "function" : undefined;
  if (!ts.isClassDeclaration(valueDeclaration)) return undefined;
  const isConstructed = sources.every(
    (source) => files.has(source.fileName) || onlyConstructs(source, symbol, checker),
  );
  return isConstructed ? "class" : undefined;
}

/** Whether a file has to do with a class only in `new X(…)`, and in types. */
function onlyConstructs(source, symbol, checker) {
  if (!source.text.includes(symbol.name)) return true;
  const isFine = (node) => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return true;
    if (
      ts.isIdentifier(node) &&
      node.text === symbol.name &&
      originOf(checker.getSymbolAtLocation(node), checker) === symbol
    )
      return ts.isNewExpression(node.parent) && node.parent.expression === node;
    return ts.forEachChild(node, (child) => (isFine(child) ? undefined : true)) === undefined;
  };
  return isFine(source);
}
