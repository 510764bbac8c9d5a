/** Programs as scripts. */
import { HIST_BITS, LHIST } from "./aggregates.js";
import { printExpression as e, printTarget } from "./print-expression.js";
import type { Macro, Probe, Program, Statement } from "./program.js";
import { setupOf } from "./setup.js";
import { type Member, typeText } from "./types.js";

/** How bodies are come to: each stands in its probe, or in a program that its probe goes on to. */
export type Form = "probes" | "tail calls";

export function printProgram(program: Program, form: Form = "probes"): string {
  const probes = [setupOf(program), ...program.probes];
  return [
    ...program.enums.map(
      ({ name, members }) => `enum ${name} { ${members.map((m) => `${m.name} = ${m.value}`).join(", ")} }\n`,
    ),
    ...program.structs.map(({ name, members }) => `struct ${name} { ${members.map(printMember).join(" ")} };\n`),
    ...program.macros.map(printMacro),
    ...(form === "probes" ? probes.map(printProbe) : printPrograms(probes)),
  ].join("");
}

function printMember({ name, type, bits }: Member): string {
  const width = bits === undefined ? "" : `:${bits}`;
  switch (type.kind) {
    case "int":
      return `${type.isSigned ? "signed" : "unsigned"} ${C_NAMES[type.bytes]} ${name}${width};`;
    case "chars":
      return `char ${name}[${type.bytes}];`;
    case "array":
      return printMember({ name: `${name}[${type.length}]`, type: type.element });
    default:
      return `${typeText(type)} ${name};`;
  }
}

const C_NAMES = { 1: "char", 2: "short", 4: "int", 8: "long long" } as const;

function printMacro({ name, parameters, statements, value }: Macro): string {
  const last = value === undefined ? "" : `  ${e(value)}\n`;
  return `macro ${name}(${parameters.map((p) => p.name).join(", ")}) {\n${printBody(statements, "")}${last}}\n`;
}

const printProbe = (probe: Probe): string => `${headOf(probe)}{\n${printBody(probe.statements, "")}}\n`;

const headOf = ({ on, predicate }: Probe): string => `${on} ${predicate === undefined ? "" : `/ ${e(predicate)} / `}`;

/** An array for each kind of probe: programs run where those are who come to them. */
function printPrograms(probes: readonly Probe[]): readonly string[] {
  const programs = probes.map(({ statements }, i) => `prog program${i} {\n${printBody(statements, "")}}\n`);
  const slots = probes.map(({ on }, i) => `@programs_${on}[${i}] = program${i};`);
  const calls = probes.map((probe, i) => `${headOf(probe)}{ tail_call(@programs_${probe.on}, ${i}); }\n`);
  const kinds = new Set(probes.map(({ on }) => on));
  const declarations = [...kinds].map((on) => `let @programs_${on} = progarray(${probes.length});\n`);
  return [...declarations, ...programs, `begin { ${slots.join(" ")} }\n`, ...calls];
}

export const printBody = (body: readonly Statement[], indent: string): string =>
  body.map((s) => `${indent}  ${printStatement(s, `${indent}  `)}\n`).join("");

function printStatement(s: Statement, indent: string): string {
  const block = (body: readonly Statement[]): string => `{\n${printBody(body, indent)}${indent}}`;
  switch (s.kind) {
    case "declare": {
      const type = s.form === "typed" ? `: ${typeText(s.type)}` : "";
      return `${s.form === "assigned" ? "" : "let "}${s.name}${type}${s.value === undefined ? "" : ` = ${e(s.value)}`};`;
    }
    case "assign":
      return `${printTarget(s.target)} = ${e(s.value)};`;
    case "compound":
      return `${printTarget(s.target)} ${s.op}= ${e(s.value)};`;
    case "aggregation":
      return `${printTarget({ kind: "map", name: s.map, key: s.key, result: { kind: "void" } })} = ${printAggregation(s)};`;
    case "evaluate":
      return `${s.form === "discarded" ? "_ = " : ""}${e(s.value)};`;
    case "event":
      return s.call === "print"
        ? `print((${s.values.map((value) => `${e(value)}, `).join("")}));`
        : `printf("${s.values.map(() => "%s").join(" ")}\\n"${s.values.map((value) => `, ${e(value)}`).join("")});`;
    case "block":
      return block(s.body);
    case "if":
      return `if (${e(s.condition)}) ${block(s.then)}${s.otherwise.length === 0 ? "" : ` else ${block(s.otherwise)}`};`;
    case "unroll":
      return `unroll (${s.text}) ${block(s.body)}`;
    case "for-range":
      return `for (${s.variable} : (${e(s.start)})..(${e(s.end)})) ${block(s.body)}`;
    case "for-map":
      return `for (${s.variable} : ${s.map}) ${block(s.body)}`;
    case "while":
      return `while (${e(s.condition)}) ${block(s.body)}`;
    case "leave":
      return `${s.how};`;
  }
}

function printAggregation({ by, value }: Extract<Statement, { kind: "aggregation" }>): string {
  const bounds = by === "lhist" ? `, ${LHIST.min}, ${LHIST.max}, ${LHIST.step}` : by === "hist" ? `, ${HIST_BITS}` : "";
  return `${by}(${value === undefined ? "" : e(value)}${bounds})`;
}
