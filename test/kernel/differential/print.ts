/** Programs as scripts. */
import type { BoolExpr, IntExpr, IntType, Program, Statement, StringExpr, TupleExpr } from "./program.js";

export const printProgram = ({ statements }: Program): string =>
  `begin {\n${statements.map((s) => printStatement(s, "  ")).join("")}}\n`;

const typeText = ({ bytes, isSigned }: IntType): string => `${isSigned ? "" : "u"}int${bytes * 8}`;

export function printInt(e: IntExpr): string {
  switch (e.kind) {
    case "constant":
      return `(${typeText(e.type)})${e.value < 0n ? `(${e.value})` : e.value}`;
    case "literal":
      return `${e.value}`;
    case "variable":
      return e.name;
    case "map":
      return `${e.name}${printKey(e.key)}`;
    case "binary":
      return `(${printInt(e.left)} ${e.op} ${printInt(e.right)})`;
    case "unary":
      return `(${e.op}(${printInt(e.operand)}))`;
    case "cast":
      return `((${typeText(e.type)})(${printAny(e.operand)}))`;
    case "choose":
      return `(${printBool(e.condition)} ? ${printInt(e.then)} : ${printInt(e.otherwise)})`;
    case "step":
      return e.isPrefix ? `(${e.op}${e.name})` : `(${e.name}${e.op})`;
    case "byte":
      return `(((uint8[${e.ofType.bytes}])(${printInt(e.of)}))[${e.index}])`;
    case "element":
      return `${e.tuple}.${e.index}`;
  }
}

function printAny(e: IntExpr | BoolExpr | StringExpr): string {
  switch (e.kind) {
    case "compare":
    case "logic":
    case "not":
    case "bool-variable":
    case "same-string":
    case "same-tuple":
      return printBool(e);
    case "text":
    case "string-variable":
      return printString(e);
    default:
      return printInt(e);
  }
}

export function printBool(e: BoolExpr): string {
  switch (e.kind) {
    case "compare":
      return `(${printInt(e.left)} ${e.op} ${printInt(e.right)})`;
    case "logic":
      return `(${printBool(e.left)} ${e.op} ${printBool(e.right)})`;
    case "not":
      return `(!(${printBool(e.operand)}))`;
    case "bool-variable":
      return e.name;
    case "same-string":
      return `(${printString(e.left)} ${e.isNegated ? "!=" : "=="} ${printString(e.right)})`;
    case "same-tuple":
      return `(${e.left} ${e.isNegated ? "!=" : "=="} ${e.right})`;
  }
}

const printString = (e: StringExpr): string => (e.kind === "text" ? JSON.stringify(e.text) : e.name);
const printKey = (key: IntExpr | undefined): string => (key === undefined ? "" : `[${printInt(key)}]`);
const printTuple = (value: TupleExpr): string => `(${value.map(printAny).join(", ")})`;

function printStatement(s: Statement, indent: string): string {
  switch (s.kind) {
    case "let":
      return `${indent}let ${s.name}: ${typeText(s.type)} = ${printInt(s.value)};\n`;
    case "assign":
      return `${indent}${s.name} = ${printInt(s.value)};\n`;
    case "compound":
      return `${indent}${s.name} ${s.op}= ${printInt(s.value)};\n`;
    case "assign-bool":
      return `${indent}${s.name} = ${printBool(s.value)};\n`;
    case "assign-string":
      return `${indent}let ${s.name}: string[${s.bytes}] = ${printString(s.value)};\n`;
    case "choose-string":
      return `${indent}${s.name} = ${printBool(s.condition)} ? ${JSON.stringify(s.then)} : ${JSON.stringify(s.otherwise)};\n`;
    case "assign-tuple":
      return `${indent}${s.name} = ${printTuple(s.value)};\n`;
    case "store":
      return `${indent}${s.map}${printKey(s.key)} = ${printInt(s.value)};\n`;
    case "add":
      return `${indent}${s.map}${printKey(s.key)} += ${printInt(s.value)};\n`;
    case "aggregate":
      return `${indent}${s.map} = ${s.by}(${s.by === "count" ? "" : printInt(s.value)});\n`;
    case "delete":
      return `${indent}_ = delete(${s.map}, ${printInt(s.key)});\n`;
    case "if":
      return `${indent}if (${printBool(s.condition)}) {\n${printBody(s.then, indent)}${indent}}${
        s.otherwise.length === 0 ? "" : ` else {\n${printBody(s.otherwise, indent)}${indent}}`
      };\n`;
    case "for":
      return `${indent}for (${s.variable} : (${s.start})..(${s.end})) {\n${printBody(s.body, indent)}${indent}}\n`;
    case "while":
      return `${indent}let ${s.counter} = (int64)0;\n${indent}while (${s.counter}++ < ${s.count}) {\n${printBody(s.body, indent)}${indent}}\n`;
    case "leave":
      return `${indent}if (${printBool(s.condition)}) { ${s.how}; };\n`;
  }
}

const printBody = (body: readonly Statement[], indent: string): string =>
  body.map((s) => printStatement(s, `${indent}  `)).join("");
