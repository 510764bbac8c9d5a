/** Reads the text form that `print.ts` writes, so that tests of passes are tables of text and text. */
import { HELPERS, type HelperName } from "../kernel/helpers.js";
import type {
  AccessBytes,
  AluOp,
  Block,
  BlockId,
  Condition,
  FunctionEffect,
  Instruction,
  IrFunction,
  IrProgram,
  Opcode,
  Slot,
  SlotHome,
  SlotId,
  Target,
  Terminator,
  Value,
  ValueType,
} from "./ir.js";

/** The text is not IR. */
export class IrSyntaxError extends Error {
  override readonly name = "IrSyntaxError";
  /** 1-based. */
  readonly line: number;
  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
    this.line = line;
  }
}

export function parseProgram(text: string): IrProgram {
  const functions: IrFunction[] = [];
  let open: OpenFunction | undefined;
  text.split("\n").forEach((raw, index) => {
    const cursor = new Cursor(index + 1, raw.replace(/(^|\s)\/\/.*$/, ""));
    if (cursor.isAtEnd) return;
    if (open === undefined) {
      open = parseHeader(cursor);
    } else if (cursor.take("}")) {
      functions.push(closeFunction(open));
      open = undefined;
    } else {
      parseLine(open, cursor);
    }
    cursor.end();
  });
  if (open !== undefined) throw new IrSyntaxError(text.split("\n").length, "the last function does not end");
  return { functions };
}

/** The only function of a text. */
export function parseFunction(text: string): IrFunction {
  const { functions } = parseProgram(text);
  const [fn] = functions;
  if (fn === undefined || functions.length !== 1) throw new IrSyntaxError(1, `${functions.length} functions, not one`);
  return fn;
}

// ---------------------------------------------------------------- functions and blocks

interface OpenBlock {
  readonly line: number;
  readonly id: BlockId;
  readonly params: readonly Value[];
  readonly instructions: Instruction[];
  terminator: Terminator | undefined;
}

interface OpenFunction {
  readonly name: string;
  readonly role: IrFunction["role"];
  readonly params: readonly Value[];
  readonly slots: Slot[];
  readonly types: ValueType[];
  readonly blocks: OpenBlock[];
}

const ROLES = ["program", "subprogram", "callback"] as const satisfies readonly IrFunction["role"][];

function parseHeader(cursor: Cursor): OpenFunction {
  const role = cursor.oneOf(ROLES);
  const name = cursor.match(/[^\s(]+/y, "a function name");
  const types: ValueType[] = [];
  const params = cursor.definitions(types);
  cursor.expect("{");
  return { name, role, params, slots: [], types, blocks: [] };
}

function closeFunction(fn: OpenFunction): IrFunction {
  // Values that the text does not define keep their place.
  const types = Array.from(fn.types, (type: ValueType | undefined) => type ?? "int");
  return { ...fn, types, blocks: fn.blocks.map(closeBlock) };
}

function closeBlock({ line, id, params, instructions, terminator }: OpenBlock): Block {
  if (terminator === undefined) throw new IrSyntaxError(line, `b${id} does not end`);
  return { id, params, instructions, terminator };
}

function parseLine(fn: OpenFunction, cursor: Cursor): void {
  if (cursor.take("slot ")) return parseSlot(fn, cursor);
  if (cursor.looksAt(/b\d+\s*[:(]/y)) return parseLabel(fn, cursor);
  const block = fn.blocks.at(-1);
  if (block === undefined) throw cursor.error("a block label");
  if (block.terminator !== undefined) throw cursor.error("a block label after the end of a block");
  const result = cursor.looksAt(/v\d+\s*[:=]/y) ? cursor.definition(fn.types) : undefined;
  if (result !== undefined) cursor.expect("=");
  const op = cursor.match(/[a-z-]+/y, "an instruction");
  if (op in TERMINATORS) {
    block.terminator = TERMINATORS[op as keyof typeof TERMINATORS](cursor);
    return;
  }
  block.instructions.push(parseInstruction(op, result, cursor));
}

function parseSlot(fn: OpenFunction, cursor: Cursor): void {
  const id = cursor.number("s");
  if (id !== fn.slots.length) throw cursor.error(`slot s${fn.slots.length}`);
  cursor.expect(":");
  const bytes = cursor.integer();
  cursor.expect("align");
  const align = cursor.accessBytes(1);
  const name = cursor.match(/"[^"]*"/y, "a quoted name").slice(1, -1);
  const home = parseHome(cursor);
  fn.slots.push(home === undefined ? { bytes, align, name } : { bytes, align, name, home });
}

function parseHome(cursor: Cursor): SlotHome | undefined {
  const where = (["anywhere", "scratch"] as const).find((word) => cursor.take(word));
  if (where === undefined) return undefined;
  const memory = cursor.integer();
  const lifetime = cursor.take("until") ? { from: memory, until: cursor.integer() } : undefined;
  return { memory, where, lifetime };
}

function parseLabel(fn: OpenFunction, cursor: Cursor): void {
  const id = cursor.number("b") as BlockId;
  const params = cursor.looksAt(/\(/y) ? cursor.definitions(fn.types) : [];
  cursor.expect(":");
  fn.blocks.push({ line: cursor.line, id, params, instructions: [], terminator: undefined });
}

// ---------------------------------------------------------------- instructions

type Fields<O extends Opcode> = Omit<Extract<Instruction, { readonly op: O }>, "op" | "result" | "span">;

const ALU_OPS = ["add", "sub", "mul", "div", "mod", "and", "or", "xor", "shl", "shr", "sar"] as const;
const CONDITIONS = ["eq", "ne", "ult", "ule", "ugt", "uge", "slt", "sle", "sgt", "sge", "test"] as const;
const isAlu = (op: string): op is AluOp => (ALU_OPS as readonly string[]).includes(op);

const FORMS: { readonly [O in Exclude<Opcode, "alu" | "extend">]: (c: Cursor) => Fields<O> } = {
  const: (c) => ({ value: BigInt.asIntN(64, c.bigint()) }),
  varying: (c) => {
    const values = [BigInt.asIntN(64, c.bigint())];
    while (c.take(",")) values.push(BigInt.asIntN(64, c.bigint()));
    return { values };
  },
  "byte-swap": (c) => ({ bits: c.bits([16, 32, 64]), value: c.value() }),
  compare: (c) => ({ condition: c.oneOf(CONDITIONS), ...pair(c) }),
  load: (c) => {
    const isVolatile = c.take("volatile");
    const isSigned = c.match(/[us]/y, "u or s") === "s";
    return { bytes: c.accessBytes(8), ...c.address(), isSigned, isVolatile };
  },
  store: write,
  "atomic-add": write8or4,
  "atomic-fetch-add": write8or4,
  "atomic-claim": write8,
  copy: (c) => {
    const { bytes, align } = extent(c);
    const { pointer: to, offset: toOffset } = c.address();
    c.expect(",");
    const { pointer: from, offset: fromOffset } = c.address();
    return { to, toOffset, from, fromOffset, bytes, align };
  },
  zero: (c) => {
    const { bytes, align } = extent(c);
    const { pointer: to, offset: toOffset } = c.address();
    return { to, toOffset, bytes, align };
  },
  "slot-address": (c) => ({ slot: c.number("s") as SlotId }),
  map: (c) => ({ map: c.integer() }),
  "map-value": (c) => {
    const map = c.integer();
    c.expect("+");
    return { map, offset: c.integer() };
  },
  point: () => ({}),
  call: (c) => ({ helper: c.helper(), args: c.values() }),
  "call-kfunc": (c) => ({ kfunc: c.match(/\w+/y, "a kfunc"), btfId: c.number("#"), args: c.values() }),
  "call-function": (c) => ({ callee: c.integer(), args: c.values(), changes: c.effect() }),
  function: (c) => ({ callee: c.integer() }),
};

const WITHOUT_RESULT: ReadonlySet<string> = new Set<Opcode>(["store", "atomic-add", "copy", "zero"]);

function parseInstruction(op: string, result: Value | undefined, cursor: Cursor): Instruction {
  if (WITHOUT_RESULT.has(op) !== (result === undefined)) throw cursor.error(`${op} with its result`);
  return { ...instructionFields(op, cursor), result, span: undefined } as Instruction;
}

function instructionFields(op: string, cursor: Cursor): object {
  if (isAlu(op)) return { op: "alu", alu: op, ...pair(cursor) };
  if (op === "sext" || op === "zext") {
    return { op: "extend", bits: cursor.bits([8, 16, 32]), value: cursor.value(), isSigned: op === "sext" };
  }
  if (!(op in FORMS)) throw cursor.error(`an instruction, not ${op}`);
  return { op, ...FORMS[op as keyof typeof FORMS](cursor) };
}

const TERMINATORS: { readonly [O in Terminator["op"] | "blurred-may-goto"]: (c: Cursor) => Terminator } = {
  jump: (c) => ({ op: "jump", target: c.target(), span: undefined }),
  branch: (c) => {
    const condition: Condition = c.oneOf(CONDITIONS);
    const { left, right } = pair(c);
    c.expect(",");
    const then = c.target();
    c.expect(",");
    return { op: "branch", condition, left, right, then, otherwise: c.target(), span: undefined };
  },
  "may-goto": (c) => mayGoto(c, false),
  "blurred-may-goto": (c) => mayGoto(c, true),
  loop: (c) => {
    const turns = c.looksAt(/\d/y) ? c.integer() : undefined;
    const body = c.target();
    c.expect(",");
    return { op: "loop", body, after: c.target(), turns, span: undefined };
  },
  exit: (c) => ({ op: "exit", value: c.value(), span: undefined }),
};

function mayGoto(c: Cursor, isBlurred: boolean): Terminator {
  const next = c.target();
  c.expect(",");
  return { op: "may-goto", next, exhausted: c.target(), isBlurred, span: undefined };
}

function pair(c: Cursor): { left: Value; right: Value } {
  const left = c.value();
  c.expect(",");
  return { left, right: c.value() };
}

function write(c: Cursor): Fields<"store"> {
  c.expect("u");
  const bytes = c.accessBytes(8);
  const { pointer, offset } = c.address();
  c.expect(",");
  return { bytes, pointer, offset, value: c.value() };
}

function write8or4(c: Cursor): Fields<"atomic-add"> {
  const fields = write(c);
  if (fields.bytes !== 4 && fields.bytes !== 8) throw c.error("u32 or u64");
  return { ...fields, bytes: fields.bytes };
}

function write8(c: Cursor): Fields<"atomic-claim"> {
  const fields = write(c);
  if (fields.bytes !== 8) throw c.error("u64");
  return { ...fields, bytes: fields.bytes };
}

function extent(c: Cursor): { bytes: number; align: AccessBytes } {
  const bytes = c.integer();
  c.expect("align");
  return { bytes, align: c.accessBytes(1) };
}

// ---------------------------------------------------------------- one line of text

const TYPES = [
  "int",
  "context",
  "frame",
  "map",
  "map-value",
  "map-value-or-null",
  "record",
  "record-or-null",
  "memory",
  "memory-or-null",
  "function",
] as const satisfies readonly ValueType[];

class Cursor {
  readonly line: number;
  readonly #text: string;
  #at = 0;

  constructor(line: number, text: string) {
    this.line = line;
    this.#text = text;
    this.#skipBlanks();
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  error(expected: string): IrSyntaxError {
    return new IrSyntaxError(this.line, `expected ${expected} at "${this.#text.slice(this.#at)}"`);
  }

  end(): void {
    if (!this.isAtEnd) throw this.error("the end of the line");
  }

  looksAt(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    return pattern.test(this.#text);
  }

  take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    this.#skipBlanks();
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw this.error(`"${text}"`);
  }

  match(pattern: RegExp, what: string): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) throw this.error(what);
    this.#at += found.length;
    this.#skipBlanks();
    return found;
  }

  oneOf<W extends string>(words: readonly W[]): W {
    const found = this.match(/[a-z-]+/y, words.join(", "));
    const word = words.find((candidate) => candidate === found);
    if (word === undefined) throw this.error(`one of ${words.join(", ")}, not ${found},`);
    return word;
  }

  bigint(): bigint {
    const text = this.match(/-?(0x[0-9a-f]+|\d+)/y, "a number");
    return text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
  }

  integer(): number {
    return Number(this.bigint());
  }

  /** `v12`, `b3`, `s0`. */
  number(prefix: string): number {
    this.expect(prefix);
    return this.integer();
  }

  value(): Value {
    return this.number("v") as Value;
  }

  values(): readonly Value[] {
    return this.#list(() => this.value());
  }

  target(): Target {
    const block = this.number("b") as BlockId;
    return { block, args: this.looksAt(/\(/y) ? this.values() : [] };
  }

  definition(types: ValueType[]): Value {
    const value = this.value();
    types[value] = this.take(":") ? this.oneOf(TYPES) : "int";
    return value;
  }

  definitions(types: ValueType[]): readonly Value[] {
    return this.#list(() => this.definition(types));
  }

  address(): { pointer: Value; offset: number } {
    this.expect("[");
    const pointer = this.value();
    const sign = this.take("-") ? -1 : 1;
    if (sign === 1) this.expect("+");
    const offset = sign * this.integer();
    this.expect("]");
    return { pointer, offset };
  }

  /** A size in units of `unit` bits per byte: `u32` with 8, `align 4` with 1. */
  accessBytes(unit: 1 | 8): AccessBytes {
    const bytes = this.integer() / unit;
    if (bytes !== 1 && bytes !== 2 && bytes !== 4 && bytes !== 8) throw this.error("1, 2, 4 or 8 bytes before");
    return bytes;
  }

  bits<N extends number>(allowed: readonly N[]): N {
    const given = this.integer();
    const bits = allowed.find((candidate) => candidate === given);
    if (bits === undefined) throw this.error(`${allowed.join(", ")} bits before`);
    return bits;
  }

  helper(): HelperName {
    const name = this.match(/\w+/y, "a helper");
    if (!(name in HELPERS)) throw this.error(`a helper, not ${name},`);
    return name as HelperName;
  }

  effect(): FunctionEffect {
    if (!this.take("changes")) return "everything";
    return this.take("map") ? this.integer() : this.oneOf(["nothing"] as const);
  }

  #list<T>(item: () => T): readonly T[] {
    const items: T[] = [];
    this.expect("(");
    if (this.take(")")) return items;
    do items.push(item());
    while (this.take(","));
    this.expect(")");
    return items;
  }

  #skipBlanks(): void {
    while (this.#text[this.#at] === " " || this.#text[this.#at] === "\t") this.#at++;
  }
}
