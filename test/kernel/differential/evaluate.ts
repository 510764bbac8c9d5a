/**
 * A plain evaluator of the generated programs, straight from the language reference (chapters 7 to 13). It shares
 * nothing with the compiler. Integers are mathematical values of their types.
 */
import type { BoolExpr, IntExpr, IntOp, IntType, Program, Statement, StringExpr } from "./program.js";

interface TypedInt {
  readonly type: IntType | "literal";
  readonly value: bigint;
}

interface Aggregate {
  count: bigint;
  total: bigint;
  extreme: bigint;
}

/** What a program leaves: `@name` or `@name[key]` to the text that is printed. */
export type Outcome = ReadonlyMap<string, string>;

const INT64: IntType = { kind: "int", bytes: 8, isSigned: true };
const UINT64: IntType = { kind: "int", bytes: 8, isSigned: false };

export function evaluate(program: Program): Outcome {
  const machine = new Machine();
  machine.run(program.statements);
  return machine.outcome();
}

type Flow = "next" | "break" | "continue";

class Machine {
  readonly #ints = new Map<string, bigint>();
  readonly #bools = new Map<string, boolean>();
  readonly #strings = new Map<string, string>();
  readonly #tuples = new Map<string, readonly TypedInt[]>();
  /** Map to key to value; the key of a scalar map is empty. */
  readonly #maps = new Map<string, Map<string, bigint>>();
  readonly #aggregates = new Map<string, Aggregate & { readonly by: string; readonly isSigned: boolean }>();

  outcome(): Outcome {
    const found = new Map<string, string>();
    for (const [name, entries] of this.#maps) {
      for (const [key, value] of entries) found.set(key === "" ? name : `${name}[${key}]`, `${value}`);
    }
    for (const [name, state] of this.#aggregates) found.set(name, `${merged(state)}`);
    return found;
  }

  run(statements: readonly Statement[]): Flow {
    for (const statement of statements) {
      const flow = this.#statement(statement);
      if (flow !== "next") return flow;
    }
    return "next";
  }

  #statement(s: Statement): Flow {
    switch (s.kind) {
      case "let":
      case "assign":
        this.#ints.set(s.name, wrap(this.#int(s.value).value, s.type));
        return "next";
      case "compound": {
        const before = this.#ints.get(s.name) ?? 0n;
        const right = this.#int(s.value);
        this.#ints.set(s.name, wrap(arithmetic(s.op, { type: s.type, value: before }, right).value, s.type));
        return "next";
      }
      case "assign-bool":
        this.#bools.set(s.name, this.#bool(s.value));
        return "next";
      case "assign-string":
        this.#strings.set(s.name, this.#string(s.value));
        return "next";
      case "choose-string":
        this.#strings.set(s.name, this.#bool(s.condition) ? s.then : s.otherwise);
        return "next";
      case "assign-tuple":
        this.#tuples.set(
          s.name,
          s.value.map((e) => this.#int(e as IntExpr)),
        );
        return "next";
      case "store": {
        // The right side before the key.
        const value = wrap(this.#int(s.value).value, s.type);
        this.#entries(s.map).set(this.#key(s.key, s.keyType), value);
        return "next";
      }
      case "add": {
        const key = this.#key(s.key, s.keyType);
        const before = this.#entries(s.map).get(key) ?? 0n;
        const sum = arithmetic("+", { type: s.type, value: before }, this.#int(s.value));
        this.#entries(s.map).set(key, wrap(sum.value, s.type));
        return "next";
      }
      case "aggregate":
        this.#aggregate(s);
        return "next";
      case "delete":
        this.#entries(s.map).delete(this.#key(s.key, s.keyType));
        return "next";
      case "if":
        return this.run(this.#bool(s.condition) ? s.then : s.otherwise);
      case "for":
        for (let i = s.start; i < s.end; i++) if (this.run(s.body) === "break") break;
        return "next";
      case "while":
        for (let i = 0; i < s.count; i++) if (this.run(s.body) === "break") break;
        return "next";
      case "leave":
        return this.#bool(s.condition) ? s.how : "next";
    }
  }

  #aggregate(s: Extract<Statement, { kind: "aggregate" }>): void {
    let state = this.#aggregates.get(s.map);
    if (state === undefined) {
      this.#aggregates.set(s.map, (state = { by: s.by, isSigned: s.isSigned, count: 0n, total: 0n, extreme: 0n }));
    }
    // count() has no argument, so nothing is evaluated.
    const value = s.by === "count" ? 0n : this.#int(s.value).value;
    const isBetter = s.by === "min" ? value < state.extreme : value > state.extreme;
    if (state.count === 0n || isBetter) state.extreme = value;
    state.count += 1n;
    state.total = wrap(state.total + value, s.isSigned ? INT64 : UINT64);
  }

  #entries(map: string): Map<string, bigint> {
    let entries = this.#maps.get(map);
    if (entries === undefined) this.#maps.set(map, (entries = new Map()));
    return entries;
  }

  #key(key: IntExpr | undefined, type: IntType | undefined): string {
    return key === undefined || type === undefined ? "" : `${wrap(this.#int(key).value, type)}`;
  }

  #int(e: IntExpr): TypedInt {
    switch (e.kind) {
      case "constant":
        return { type: e.type, value: e.value };
      case "literal":
        return { type: "literal", value: e.value };
      case "variable":
        return { type: e.type, value: this.#ints.get(e.name) ?? 0n };
      case "map":
        return { type: e.type, value: this.#entries(e.name).get(this.#key(e.key, e.keyType)) ?? 0n };
      case "binary": {
        const left = this.#int(e.left);
        return arithmetic(e.op, left, this.#int(e.right));
      }
      case "unary": {
        const { type, value } = this.#int(e.operand);
        const result = type !== "literal" && !type.isSigned ? UINT64 : INT64;
        return { type: result, value: wrap(e.op === "-" ? -value : ~value, result) };
      }
      case "cast":
        return {
          type: e.type,
          value: wrap(isBool(e.operand) ? (this.#bool(e.operand) ? 1n : 0n) : this.#int(e.operand).value, e.type),
        };
      case "choose":
        return this.#bool(e.condition) ? this.#int(e.then) : this.#int(e.otherwise);
      case "step":
        return this.#step(e);
      case "byte":
        return {
          type: { kind: "int", bytes: 1, isSigned: false },
          value: (wrap(this.#int(e.of).value, { ...e.ofType, isSigned: false }) >> BigInt(8 * e.index)) & 0xffn,
        };
      case "element":
        return this.#tuples.get(e.tuple)?.[e.index] ?? { type: e.type, value: 0n };
    }
  }

  /** Of variables that are declared with a type: the step has it as well, and wraps. */
  #step({ name, type, op, isPrefix }: Extract<IntExpr, { kind: "step" }>): TypedInt {
    const before = this.#ints.get(name) ?? 0n;
    const after = wrap(op === "++" ? before + 1n : before - 1n, type);
    this.#ints.set(name, after);
    return { type, value: isPrefix ? after : before };
  }

  #bool(e: BoolExpr): boolean {
    switch (e.kind) {
      case "compare": {
        const left = this.#int(e.left);
        return compare(e.op, left, this.#int(e.right));
      }
      case "logic": {
        const left = this.#bool(e.left);
        return e.op === "&&" ? left && this.#bool(e.right) : left || this.#bool(e.right);
      }
      case "not":
        return !this.#bool(e.operand);
      case "bool-variable":
        return this.#bools.get(e.name) ?? false;
      case "same-string":
        return (this.#string(e.left) === this.#string(e.right)) !== e.isNegated;
      case "same-tuple":
        return this.#sameTuple(e.left, e.right) !== e.isNegated;
    }
  }

  #sameTuple(left: string, right: string): boolean {
    const others = this.#tuples.get(right) ?? [];
    return (this.#tuples.get(left) ?? []).every((element, i) => compare("==", element, others[i] ?? element));
  }

  #string(e: StringExpr): string {
    return e.kind === "text" ? e.text : (this.#strings.get(e.name) ?? "");
  }
}

const isBool = (e: IntExpr | BoolExpr): e is BoolExpr =>
  ["compare", "logic", "not", "bool-variable", "same-string", "same-tuple"].includes(e.kind);

function wrap(value: bigint, { bytes, isSigned }: IntType): bigint {
  return isSigned ? BigInt.asIntN(bytes * 8, value) : BigInt.asUintN(bytes * 8, value);
}

/** language.md 8.3 and 9: 64 bits, any signed operand makes it signed, `-` always; `/` and `%` unsigned, `>>` logical. */
function arithmetic(op: IntOp, left: TypedInt, right: TypedInt): TypedInt {
  const isSigned = op === "-" || signOf(left, right) || signOf(right, left);
  const type = isSigned ? INT64 : UINT64;
  const a = BigInt.asUintN(64, left.value);
  const b = BigInt.asUintN(64, right.value);
  return { type, value: wrap(RAW[op](a, b), type) };
}

const RAW: { readonly [O in IntOp]: (a: bigint, b: bigint) => bigint } = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => (b === 0n ? 1n : a / b),
  "%": (a, b) => (b === 0n ? 1n : a % b),
  "&": (a, b) => a & b,
  "|": (a, b) => a | b,
  "^": (a, b) => a ^ b,
  "<<": (a, b) => a << (b & 63n),
  ">>": (a, b) => a >> (b & 63n),
};

/** A bare literal takes the other side's signedness. */
function signOf(one: TypedInt, other: TypedInt): boolean {
  if (one.type !== "literal") return one.type.isSigned;
  return other.type === "literal" || other.type.isSigned;
}

/** Both are converted to the type that they promote to (language.md 8.2), then compared by its sign. */
function compare(op: "==" | "!=" | "<" | "<=" | ">" | ">=", left: TypedInt, right: TypedInt): boolean {
  const type = promote(left, right);
  const [a, b] = [wrap(left.value, type), wrap(right.value, type)];
  return COMPARE[op](a, b);
}

function promote(left: TypedInt, right: TypedInt): IntType {
  const a = left.type === "literal" ? { ...INT64, isSigned: signOf(left, right) } : left.type;
  const b = right.type === "literal" ? { ...INT64, isSigned: signOf(right, left) } : right.type;
  const bytes = Math.max(a.bytes, b.bytes) as IntType["bytes"];
  if (a.isSigned === b.isSigned) return { kind: "int", bytes, isSigned: a.isSigned };
  const [signed, unsigned] = a.isSigned ? [a, b] : [b, a];
  if (signed.bytes > unsigned.bytes) return { kind: "int", bytes: signed.bytes, isSigned: true };
  return { kind: "int", bytes: Math.min(8, bytes * 2) as IntType["bytes"], isSigned: true };
}

const COMPARE = {
  "==": (a: bigint, b: bigint) => a === b,
  "!=": (a: bigint, b: bigint) => a !== b,
  "<": (a: bigint, b: bigint) => a < b,
  "<=": (a: bigint, b: bigint) => a <= b,
  ">": (a: bigint, b: bigint) => a > b,
  ">=": (a: bigint, b: bigint) => a >= b,
} as const;

function merged({ by, count, total, extreme }: Aggregate & { readonly by: string }): bigint {
  switch (by) {
    case "count":
      return count;
    case "sum":
      return total;
    case "avg":
      return total / count;
    default:
      return extreme;
  }
}
