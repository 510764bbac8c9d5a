import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { PROJECT_DIR } from "../support/index.js";

/** They work on whatever the language has: what is special about a function or builtin stands in its definition. */
const FOLDERS = ["codegen/analysis", "codegen/language", "codegen/lower", "codegen/optimize", "service"];

/** What asks for a name all the same, and why that is no fact of a definition. */
const ALLOWED: readonly (readonly [file: string, name: string])[] = [
  // `args` is a word of the grammar of probes: the provider says what it is, and what a body reads of it is collected.
  ["codegen/analysis/attach-points/attach-points.ts", "args"],
  ["codegen/lower/fields.ts", "args"],
  // `str($1)` is how a script asks for the text of its argument; both are gone before there are definitions.
  ["codegen/analysis/folding/fold.ts", "str"],
  // One entry that stands for arg0, arg1 …
  ["service/complete.ts", "argN"],
];

const NAMES = new Set([...FULL_LANGUAGE.functions.keys(), ...FULL_LANGUAGE.builtins.keys()]);

test("no checker, lowering or service asks for the name of a function or builtin", () => {
  const found = FOLDERS.flatMap(sourcesIn).flatMap((file) => namesAskedFor(file).map((name) => [file, name] as const));
  const isAllowed = ([file, name]: readonly [string, string]): boolean =>
    ALLOWED.some(([known, allowed]) => known === file && allowed === name);
  expect(found.filter((one) => !isAllowed(one))).toEqual([]);
  expect(ALLOWED.filter(([file, name]) => !found.some((one) => one[0] === file && one[1] === name))).toEqual([]);
});

function sourcesIn(folder: string): readonly string[] {
  const files = readdirSync(join(PROJECT_DIR, folder), { recursive: true, encoding: "utf8" });
  return files.filter((file) => file.endsWith(".ts")).map((file) => join(folder, file));
}

/** `x.name === "hist"`, `case "hist":`, and tables whose keys are all names. */
function namesAskedFor(file: string): readonly string[] {
  const source = ts.createSourceFile(file, readFileSync(join(PROJECT_DIR, file), "utf8"), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && isComparison(node) && /(^|\.)name$/.test(node.left.getText())) {
      found.push(...textsOf([node.right]));
    } else if (ts.isNewExpression(node) && ["Set", "Map"].includes(node.expression.getText())) {
      found.push(...tableOf(node.arguments?.[0]));
    } else if (ts.isCallExpression(node) && /^\[.*\]\.includes$/.test(node.expression.getText())) {
      const { expression } = node;
      if (ts.isPropertyAccessExpression(expression)) found.push(...tableOf(expression.expression));
    } else if (ts.isSwitchStatement(node) && /(^|\.)name$/.test(node.expression.getText())) {
      found.push(...textsOf(node.caseBlock.clauses.flatMap((c) => (ts.isCaseClause(c) ? [c.expression] : []))));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...new Set(found)].filter((name) => NAMES.has(name));
}

const isComparison = ({ operatorToken: { kind } }: ts.BinaryExpression): boolean =>
  kind === ts.SyntaxKind.EqualsEqualsEqualsToken || kind === ts.SyntaxKind.ExclamationEqualsEqualsToken;

/** The names in an array, or as the first parts of the pairs in one, if there is nothing else in it. */
function tableOf(node: ts.Node | undefined): readonly string[] {
  if (node === undefined || !ts.isArrayLiteralExpression(node)) return [];
  const keys = textsOf(node.elements.map((e) => (ts.isArrayLiteralExpression(e) ? (e.elements[0] ?? e) : e)));
  return keys.length === node.elements.length && keys.every((key) => NAMES.has(key)) ? keys : [];
}

const textsOf = (nodes: readonly ts.Node[]): readonly string[] =>
  nodes.flatMap((node) => (ts.isStringLiteral(node) ? [node.text] : []));
