/**
 * The text form of the IR, for `-d ir`, golden files and the tables of the pass tests. `parse.ts` reads it back.
 *
 *     program main(v0: context) {
 *       slot s0: 8 align 8 "key"
 *       slot s1: 8 align 8 "$x" anywhere 7
 *     b0:
 *       v1 = call get_current_pid_tgid()
 *       v2: frame = slot-address s0
 *       store u64 [v2 + 0], v1
 *       v3: map = map 0
 *       v4: map-value-or-null = call map_lookup_elem(v3, v2)
 *       v5 = const 0
 *       branch ne v4, v5, b1(v4), b2
 *     b1(v6: map-value):
 *       …
 *
 * A value without a type is an `int`. `//` starts a comment.
 */
import { lineText, positionOf } from "../../grammar/source.js";
import type { Span } from "../../grammar/source.js";
import type {
  Block,
  FunctionEffect,
  Instruction,
  IrFunction,
  IrProgram,
  Opcode,
  Slot,
  Target,
  Terminator,
  Value,
} from "./ir.js";
import { resultOf } from "./operands.js";

export interface PrintOptions {
  /** Puts the source line as a comment before the instructions that come from it. */
  readonly withSource?: boolean;
}

export function printProgram(program: IrProgram, options: PrintOptions = {}): string {
  return program.functions.map((fn) => printFunction(fn, options)).join("\n");
}

export function printFunction(fn: IrFunction, options: PrintOptions = {}): string {
  const lines = [`${fn.role} ${fn.name}(${definitions(fn, fn.params)}) {`];
  fn.slots.forEach((slot, id) => {
    lines.push(`  slot s${id}: ${slot.bytes} align ${slot.align} "${slot.name}"${printHome(slot)}`);
  });
  let shown: Span | undefined;
  for (const block of fn.blocks) {
    lines.push(printLabel(fn, block));
    for (const step of [...block.instructions, block.terminator]) {
      if (options.withSource === true && step.span !== undefined && !isSameLine(step.span, shown)) {
        lines.push(`  // ${sourceLine(step.span)}`);
        shown = step.span;
      }
      lines.push(`  ${isTerminator(step) ? printTerminator(step) : printInstruction(fn, step)}`);
    }
  }
  lines.push("}", "");
  return lines.join("\n");
}

/** Of a slot that has no place yet. */
function printHome({ home }: Slot): string {
  if (home === undefined) return "";
  const { memory, where, lifetime } = home;
  return ` ${where} ${memory}${lifetime === undefined ? "" : ` until ${lifetime.until}`}`;
}

export function printInstruction(fn: IrFunction, instruction: Instruction): string {
  const result = resultOf(instruction);
  const text = (FORMS[instruction.op] as (i: Instruction) => string)(instruction);
  return result === undefined ? text : `${definition(fn, result)} = ${text}`;
}

export function printTerminator(terminator: Terminator): string {
  switch (terminator.op) {
    case "jump":
      return `jump ${target(terminator.target)}`;
    case "branch":
      return (
        `branch ${terminator.condition} v${terminator.left}, v${terminator.right}, ` +
        `${target(terminator.then)}, ${target(terminator.otherwise)}`
      );
    case "may-goto":
      return `${terminator.isBlurred ? "blurred-" : ""}may-goto ${target(terminator.next)}, ${target(terminator.exhausted)}`;
    case "loop":
      return `loop ${terminator.turns === undefined ? "" : `${terminator.turns} `}${target(terminator.body)}, ${target(terminator.after)}`;
    case "exit":
      return `exit v${terminator.value}`;
  }
}

const FORMS: { readonly [O in Opcode]: (i: Extract<Instruction, { readonly op: O }>) => string } = {
  const: (i) => `const ${i.value}`,
  varying: (i) => `varying ${i.values.join(", ")}`,
  alu: (i) => `${i.alu} v${i.left}, v${i.right}`,
  extend: (i) => `${i.isSigned ? "sext" : "zext"} ${i.bits} v${i.value}`,
  "byte-swap": (i) => `byte-swap ${i.bits} v${i.value}`,
  compare: (i) => `compare ${i.condition} v${i.left}, v${i.right}`,
  load: (i) =>
    `load ${i.isVolatile ? "volatile " : ""}${i.isSigned ? "s" : "u"}${i.bytes * 8} ${address(i.pointer, i.offset)}`,
  store: (i) => `store ${write(i)}`,
  "atomic-add": (i) => `atomic-add ${write(i)}`,
  "atomic-fetch-add": (i) => `atomic-fetch-add ${write(i)}`,
  "atomic-claim": (i) => `atomic-claim ${write(i)}`,
  copy: (i) => `copy ${i.bytes} align ${i.align} ${address(i.to, i.toOffset)}, ${address(i.from, i.fromOffset)}`,
  zero: (i) => `zero ${i.bytes} align ${i.align} ${address(i.to, i.toOffset)}`,
  "slot-address": (i) => `slot-address s${i.slot}`,
  map: (i) => `map ${i.map}`,
  "map-value": (i) => `map-value ${i.map} + ${i.offset}`,
  point: () => "point",
  call: (i) => `call ${i.helper}${list(i.args)}`,
  "call-kfunc": (i) => `call-kfunc ${i.kfunc}#${i.btfId}${list(i.args)}`,
  "call-function": (i) => `call-function ${i.callee}${list(i.args)}${effect(i.changes)}`,
  function: (i) => `function ${i.callee}`,
};

const effect = (changes: FunctionEffect): string =>
  changes === "everything" ? "" : ` changes ${changes === "nothing" ? changes : `map ${changes}`}`;

interface Write {
  readonly pointer: Value;
  readonly offset: number;
  readonly bytes: number;
  readonly value: Value;
}
const write = (i: Write): string => `u${i.bytes * 8} ${address(i.pointer, i.offset)}, v${i.value}`;

const address = (pointer: Value, offset: number): string =>
  offset < 0 ? `[v${pointer} - ${-offset}]` : `[v${pointer} + ${offset}]`;

const list = (values: readonly Value[]): string => `(${values.map((value) => `v${value}`).join(", ")})`;

const target = ({ block, args }: Target): string => `b${block}${args.length === 0 ? "" : list(args)}`;

function definition(fn: IrFunction, value: Value): string {
  const type = fn.types[value] ?? "int";
  return type === "int" ? `v${value}` : `v${value}: ${type}`;
}

const definitions = (fn: IrFunction, values: readonly Value[]): string =>
  values.map((value) => definition(fn, value)).join(", ");

const printLabel = (fn: IrFunction, { id, params }: Block): string =>
  params.length === 0 ? `b${id}:` : `b${id}(${definitions(fn, params)}):`;

const TERMINATORS: ReadonlySet<string> = new Set<Terminator["op"]>(["jump", "branch", "may-goto", "loop", "exit"]);
const isTerminator = (step: Instruction | Terminator): step is Terminator => TERMINATORS.has(step.op);

function isSameLine(a: Span, b: Span | undefined): boolean {
  if (b === undefined || a.file !== b.file) return false;
  return positionOf(a.file, a.start).line === positionOf(b.file, b.start).line;
}

function sourceLine({ file, start }: Span): string {
  const { line } = positionOf(file, start);
  return `${file.name}:${line}: ${lineText(file, line).trim()}`;
}
