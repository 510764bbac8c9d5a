import { layoutOf, membersOf, sizeOf } from "./layout.js";
import type { Key, ScriptMap } from "./maps.js";
import type { ArithmeticOp, CompareOp, Expr, Macro, Statement, Target } from "./program.js";
import { arithmeticType, asInt, BOOL, INT64, int, UINT64, type ValueType } from "./types.js";
import {
  type Cell,
  compareNumbers,
  convert,
  decode,
  encode,
  equals,
  numberOf,
  part,
  type Pointer,
  readPlace,
  truth,
  type Value,
  wrap,
  zeroOf,
} from "./values.js";

/** What names mean: in a probe, or in a macro that is being expanded. */
export interface Environment {
  readonly variables: Map<string, Cell>;
  /** Arguments that are expressions are evaluated at each use, where the call stands (14.2). */
  readonly parameters: ReadonlyMap<string, { readonly value: Expr; readonly env: Environment }>;
  /** Maps that have another name here. */
  readonly maps: ReadonlyMap<string, string>;
}

export abstract class ExpressionEvaluator {
  readonly maps: ReadonlyMap<string, ScriptMap>;
  readonly #macros: readonly Macro[];

  constructor(maps: ReadonlyMap<string, ScriptMap>, macros: readonly Macro[]) {
    this.maps = maps;
    this.#macros = macros;
  }

  abstract run(statements: readonly Statement[], env: Environment): unknown;

  /** Of the type `e.result`. */
  value(e: Expr, env: Environment): Value {
    switch (e.kind) {
      case "constant":
      case "literal":
      case "positional":
        return e.value;
      case "enumerator":
        return BigInt((e.result.kind === "enum" && e.result.members.find((m) => m.name === e.name)?.value) || 0);
      case "parameter":
        return this.#parameter(e, env);
      case "variable":
        return cellOf(e.name, env).value;
      case "map":
        return this.map(e.name, env).read(this.key(e.key, env));
      case "binary": {
        const left = this.value(e.left, env);
        return this.arithmetic(e.op, left, e.left.result, this.value(e.right, env), e.right.result).value;
      }
      case "unary": {
        const operand = numberOf(this.value(e.operand, env));
        return wrap(e.op === "-" ? -operand : ~operand, asInt(e.result));
      }
      case "compare": {
        const left = this.value(e.left, env);
        return compare(e.op, left, e.left.result, this.value(e.right, env), e.right.result);
      }
      case "logic": {
        const left = truth(this.value(e.left, env));
        return e.op === "&&" ? left && truth(this.value(e.right, env)) : left || truth(this.value(e.right, env));
      }
      case "not":
        return !truth(this.value(e.operand, env));
      case "cast":
        return cast(this.value(e.operand, env), e.operand.result, e.result);
      case "choose":
        return this.#arm(truth(this.value(e.condition, env)) ? e.then : e.otherwise, e.result, env);
      case "elvis":
        return this.#arm(truth(this.value(e.operand, env)) ? e.operand : e.otherwise, e.result, env);
      case "step":
        return this.#step(e, env);
      case "tuple":
      case "record":
        return e.elements.map((element) => this.value(element, env));
      case "block":
        this.run(e.statements, env);
        return this.value(e.value, env);
      case "macro":
        return this.#call(e, env);
      case "has-key":
        return this.map(e.map, env).has(this.key(e.key, env));
      case "delete":
        return this.map(e.map, env).delete(this.key(e.key, env));
      case "find":
        return this.#find(e, env);
      case "len":
        return BigInt(this.map(e.map, env).size);
      case "aggregate":
        return this.map(e.map, env).read(this.key(e.key, env));
      default:
        return this.#access(e, env);
    }
  }

  map(name: string, env: Environment): ScriptMap {
    const map = this.maps.get(env.maps.get(name) ?? name);
    if (map === undefined) throw new Error(`no map ${name}`);
    return map;
  }

  key(key: Expr | undefined, env: Environment): Key | undefined {
    return key === undefined ? undefined : { value: this.value(key, env), type: key.result };
  }

  write(target: Target, value: Value, type: ValueType, env: Environment): void {
    if (target.kind === "map") this.map(target.name, env).write(this.key(target.key, env), value, type);
    else {
      const cell = cellOf(target.name, env);
      cell.value = convert(value, type, cell.type);
    }
  }

  /** 8.3 and 9: 64 bits, wrapping; `/` and `%` unsigned, `>>` logical. Bools among themselves stay bools (7.7). */
  arithmetic(op: ArithmeticOp, left: Value, leftType: ValueType, right: Value, rightType: ValueType) {
    const [a, b] = [left, right].map((value) => BigInt.asUintN(64, numberOf(value)));
    const raw = RAW[op](a ?? 0n, b ?? 0n);
    if (leftType.kind === "bool" && rightType.kind === "bool") return { value: raw !== 0n, type: BOOL };
    const type = arithmeticType(op, asInt(leftType), asInt(rightType));
    return { value: wrap(raw, type), type };
  }

  #arm(e: Expr, type: ValueType, env: Environment): Value {
    return convert(this.value(e, env), e.result, type);
  }

  #parameter(e: Extract<Expr, { kind: "parameter" }>, env: Environment): Value {
    const argument = env.parameters.get(e.name);
    if (argument === undefined) throw new Error(`no parameter ${e.name}`);
    return this.value(argument.value, argument.env);
  }

  /** One evaluation of the key. */
  #step({ target, op, isPrefix, result }: Extract<Expr, { kind: "step" }>, env: Environment): Value {
    const next = (before: Value): Value => wrap(numberOf(before) + (op === "++" ? 1n : -1n), asInt(target.result));
    const choose = (before: Value, after: Value): Value => convert(isPrefix ? after : before, target.result, result);
    if (target.kind === "variable") {
      const cell = cellOf(target.name, env);
      const before = cell.value;
      cell.value = next(before);
      return choose(before, cell.value);
    }
    const map = this.map(target.name, env);
    const key = this.key(target.key, env);
    const before = map.read(key);
    const after = next(before);
    map.write(key, after, target.result);
    return choose(before, after);
  }

  /** Variables of the body are its own; arguments that are variables and maps are the caller's. */
  #call({ name, arguments: given }: Extract<Expr, { kind: "macro" }>, env: Environment): Value {
    const macro = this.#macros.find((candidate) => candidate.name === name);
    if (macro === undefined) throw new Error(`no macro ${name}`);
    const variables = new Map<string, Cell>();
    const parameters = new Map<string, { value: Expr; env: Environment }>();
    const maps = new Map<string, string>();
    for (const [i, parameter] of macro.parameters.entries()) {
      const argument = given[i];
      if (argument?.kind === "expression") parameters.set(parameter.name, { value: argument.value, env });
      else if (argument?.of === "variable") variables.set(parameter.name, cellOf(argument.name, env));
      else if (argument !== undefined) maps.set(parameter.name, env.maps.get(argument.name) ?? argument.name);
    }
    const inside = { variables, parameters, maps };
    this.run(macro.statements, inside);
    return macro.value === undefined ? 0n : this.value(macro.value, inside);
  }

  #fieldBytes(e: Extract<Expr, { kind: "field" }>, env: Environment): Value {
    const length = e.result.kind === "string" ? e.result.bytes - 1 : 0;
    return readField(this.value(e.of, env), e.of.result, e.name, { kind: "array", element: SIGNED_BYTE, length });
  }

  #find({ map: name, key, variable }: Extract<Expr, { kind: "find" }>, env: Environment): Value {
    const map = this.map(name, env);
    const at = this.key(key, env);
    if (!map.has(at)) return false;
    const cell = cellOf(variable, env);
    cell.value = convert(map.read(at), map.shape.value, cell.type);
    return true;
  }

  #access(
    e: Extract<Expr, { kind: "member" | "field" | "index" | "address" | "dereference" | "offset" }>,
    env: Environment,
  ): Value {
    switch (e.kind) {
      case "address":
        return { cell: cellOf(e.variable, env), offset: 0 };
      case "member":
        return part(
          this.value(e.of, env),
          membersOf(e.of.result).findIndex(({ name }) => name === e.name),
        );
      case "field":
        return readField(this.value(e.of, env), e.of.result, e.name);
      case "dereference":
        return load(this.value(e.operand, env) as Pointer, 0, e.result);
      case "offset": {
        const pointer = this.value(e.pointer, env) as Pointer;
        const by = Number(numberOf(this.value(e.by, env)));
        const size = e.result.kind === "pointer" ? sizeOf(e.result.to) : 1;
        return { cell: pointer.cell, offset: pointer.offset + by * size };
      }
      case "index": {
        // Of a field the bytes behind a NUL are seen as well: it is not copied first.
        const isInPlace = e.of.kind === "field" && e.of.result.kind === "string";
        const of = isInPlace ? this.#fieldBytes(e.of, env) : this.value(e.of, env);
        return element(of, e.of.result, Number(numberOf(this.value(e.index, env))), e.result);
      }
    }
  }
}

const SIGNED_BYTE: ValueType = int(1, true);

function cellOf(name: string, env: Environment): Cell {
  const cell = env.variables.get(name);
  if (cell === undefined) throw new Error(`no variable ${name}`);
  return cell;
}

function load({ cell, offset }: Pointer, index: number, type: ValueType): Value {
  return decode(encode(cell.value, cell.type), offset + index * sizeOf(type), type);
}

/** Through a pointer only the field is read. */
function readField(of: Value, type: ValueType, name: string, as?: ValueType): Value {
  const struct = type.kind === "pointer" ? type.to : type;
  const found = layoutOf(membersOf(struct)).places.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no field ${name}`);
  const place = as === undefined ? found : { ...found, type: as };
  if (type.kind !== "pointer") return readPlace(of as Uint8Array, 0, place);
  const { cell, offset } = of as Pointer;
  return readPlace(encode(cell.value, cell.type), offset, place);
}

/** Out of bounds there is a zero (7.3, 7.4). */
function element(of: Value, type: ValueType, index: number, result: ValueType): Value {
  if (type.kind === "pointer") return load(of as Pointer, index, type.to);
  if (typeof of === "string") return BigInt.asIntN(8, BigInt(index < of.length ? of.charCodeAt(index) : 0));
  return (of as readonly Value[])[index] ?? zeroOf(result);
}

/** 8.6. */
function cast(value: Value, from: ValueType, to: ValueType): Value {
  switch (to.kind) {
    case "bool":
      return truth(value);
    case "int":
      return from.kind === "array" ? decode(encode(value, from), 0, to) : wrap(numberOf(value), to);
    case "enum":
      return wrap(numberOf(value), UINT64);
    case "array": {
      // Of a smaller integer: widened by its sign first.
      const bytes = from.kind === "string" ? encode(value, from) : encode(wrap(numberOf(value), INT64), int(8, true));
      return decode(bytes, 0, to);
    }
    default:
      return value;
  }
}

function compare(op: CompareOp, left: Value, leftType: ValueType, right: Value, rightType: ValueType): boolean {
  if (op === "==" || op === "!=") return equals(left, leftType, right, rightType) === (op === "==");
  const order = compareNumbers(left, leftType, right, rightType);
  return { "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0 }[op];
}

const RAW: { readonly [O in ArithmeticOp]: (a: bigint, b: bigint) => bigint } = {
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
