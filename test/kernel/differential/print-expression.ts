/** Expressions as text, with parentheses around whatever could be read otherwise. */
import { printBody } from "./print.js";
import type { Argument, Expr, Target } from "./program.js";
import { typeText } from "./types.js";

export function printExpression(e: Expr): string {
  const p = printExpression;
  switch (e.kind) {
    case "constant":
      return printConstant(e);
    case "literal":
      return e.text;
    case "enumerator":
    case "parameter":
      return e.name;
    case "variable":
    case "map":
      return printTarget(e);
    case "binary":
    case "compare":
    case "logic":
      return `(${p(e.left)} ${e.op} ${p(e.right)})`;
    case "unary":
      return `(${e.op}(${p(e.operand)}))`;
    case "not":
      return `(!(${p(e.operand)}))`;
    case "cast":
      return `((${typeText(e.result)})(${p(e.operand)}))`;
    case "choose":
      return e.form === "?:"
        ? `(${p(e.condition)} ? ${p(e.then)} : ${p(e.otherwise)})`
        : `(if (${p(e.condition)}) { ${p(e.then)} } else { ${p(e.otherwise)} })`;
    case "elvis":
      return `(${p(e.operand)} ?: ${p(e.otherwise)})`;
    case "step":
      return e.isPrefix ? `(${e.op}${printTarget(e.target)})` : `(${printTarget(e.target)}${e.op})`;
    case "tuple":
      return `(${e.elements.map(p).join(", ")}${e.elements.length === 1 ? "," : ""})`;
    case "record": {
      const { members } = e.result as Extract<Expr["result"], { kind: "record" }>;
      return `(${e.elements.map((element, i) => `${members[i]?.name ?? ""} = ${p(element)}`).join(", ")})`;
    }
    case "member":
      return e.form === "." ? `${p(e.of)}.${e.name}` : `${p(e.of)}[${e.name}]`;
    case "field":
      return `${p(e.of)}${e.of.result.kind === "pointer" ? "->" : "."}${e.name}`;
    case "index":
      return `${p(e.of)}[${p(e.index)}]`;
    case "address":
      return `(&${e.variable})`;
    case "dereference":
      return `(*${p(e.operand)})`;
    case "offset":
      return `(${p(e.pointer)} + ${p(e.by)})`;
    case "block":
      return `({\n${printBody(e.statements, "    ")}    ${p(e.value)} })`;
    case "macro":
      return `${e.name}(${e.arguments.map(printArgument).join(", ")})`;
    case "has-key":
    case "delete":
      return `${e.kind === "delete" ? "delete" : "has_key"}(${e.map}${e.key === undefined ? "" : `, ${p(e.key)}`})`;
    case "find":
      return `find(${e.map}, ${p(e.key)}, ${e.variable})`;
    case "len":
      return `len(${e.map})`;
    case "aggregate":
      return printTarget({ kind: "map", name: e.map, key: e.key, result: e.result });
    case "positional":
      return typeof e.value === "string" ? `str($${e.number})` : `$${e.number}`;
  }
}

export const printTarget = (target: Target): string =>
  target.kind === "map" && target.key !== undefined ? `${target.name}[${printExpression(target.key)}]` : target.name;

function printConstant({ value, result }: Extract<Expr, { kind: "constant" }>): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "boolean") return `${value}`;
  return `((${typeText(result)})${value < 0n ? `(${value})` : value})`;
}

const printArgument = (argument: Argument): string =>
  argument.kind === "expression" ? printExpression(argument.value) : argument.name;
