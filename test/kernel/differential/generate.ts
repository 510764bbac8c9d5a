/** Random well-typed programs. The same seed gives the same programs. */
import type { BoolExpr, CompareOp, IntExpr, IntOp, IntType, Program, Statement, StringExpr } from "./program.js";

const INT_TYPES: readonly IntType[] = ([1, 2, 4, 8] as const).flatMap((bytes) =>
  [true, false].map((isSigned) => ({ kind: "int", bytes, isSigned }) as const),
);
const INT64: IntType = { kind: "int", bytes: 8, isSigned: true };
const INTERESTING = [
  0n,
  1n,
  2n,
  5n,
  127n,
  128n,
  255n,
  256n,
  32767n,
  65535n,
  2147483647n,
  4294967295n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
];
const WORDS = ["", "a", "ab", "abc", "tsbt", "a longer text than a register", "x".repeat(60)];

interface Scope {
  readonly ints: { readonly name: string; readonly type: IntType }[];
  readonly bools: string[];
  readonly strings: { readonly name: string; readonly bytes: number }[];
  readonly tuples: { readonly name: string; readonly types: readonly IntType[] }[];
}

interface MapShape {
  readonly name: string;
  readonly type: IntType;
  readonly keyType: IntType | undefined;
}

/** Of loops inside of loops. */
const MAX_LOOP_DEPTH = 2;
const MAX_DEPTH = 4;

/** What is only read, or only added to, would not have the type that the map is meant to have. */
const firstStore = ({ name, type, keyType }: MapShape): Statement => ({
  kind: "store",
  map: name,
  key: keyType === undefined ? undefined : { kind: "constant", type: keyType, value: 5n },
  keyType,
  type,
  value: { kind: "constant", type, value: 3n },
});

export class Generator {
  readonly #below: (n: number) => number;
  readonly #id: number;
  readonly #maps: MapShape[] = [];
  #next = 0;

  /** @param random gives an integer below its argument */
  constructor(random: (below: number) => number, id: number) {
    this.#below = random;
    this.#id = id;
  }

  program(): Program {
    for (let i = 0; i < 3; i++) {
      const type = this.#pick(INT_TYPES);
      this.#maps.push({ name: `@p${this.#id}_m${i}`, type, keyType: i === 0 ? undefined : this.#pick(INT_TYPES) });
    }
    const scope: Scope = { ints: [], bools: [], strings: [], tuples: [] };
    const statements = [...this.#maps.map(firstStore), ...this.#declarations(scope)];
    const count = 4 + this.#below(10);
    for (let i = 0; i < count; i++) statements.push(this.#statement(scope, 0, 0));
    statements.push(...this.#results(scope));
    return { id: this.#id, statements };
  }

  /** All variables stand before anything that could hide them in a block. */
  #declarations(scope: Scope): Statement[] {
    const statements: Statement[] = [];
    for (let i = 0; i < 5; i++) {
      const type = this.#pick(INT_TYPES);
      const name = this.#name("v");
      statements.push({ kind: "let", name, type, value: this.#constant(type) });
      scope.ints.push({ name, type });
    }
    const bool = this.#name("b");
    statements.push({ kind: "assign-bool", name: bool, value: this.#compare(scope, 1) });
    scope.bools.push(bool);
    const string = { name: this.#name("s"), bytes: 64 };
    statements.push({ kind: "assign-string", ...string, value: this.#text() });
    scope.strings.push(string);
    const types = [this.#pick(INT_TYPES), this.#pick(INT_TYPES)];
    const tuples = [this.#name("t"), this.#name("t")];
    for (const name of tuples) {
      statements.push({
        kind: "assign-tuple",
        name,
        value: types.map((type) => this.#cast(type, this.#int(scope, 1))),
      });
    }
    for (const name of tuples) scope.tuples.push({ name, types });
    return statements;
  }

  /** Every variable goes into a map of its own. */
  #results(scope: Scope): Statement[] {
    return scope.ints.map(({ name, type }) => ({
      kind: "store",
      map: `@p${this.#id}_${name.slice(1)}`,
      key: undefined,
      keyType: undefined,
      type,
      value: { kind: "variable", name, type },
    }));
  }

  #statement(scope: Scope, depth: number, loops: number): Statement {
    const simple = [
      () => this.#assignment(scope),
      () => this.#assignment(scope),
      () => this.#compound(scope),
      () => this.#store(scope),
      () => this.#add(scope),
      () => this.#boolAssignment(scope),
      () => this.#stringChoice(scope),
      () => this.#tupleAssignment(scope),
      () => this.#aggregate(scope),
      () => this.#delete(scope),
    ];
    const nested = [
      () => this.#if(scope, depth, loops),
      () => this.#for(scope, depth, loops),
      () => this.#while(scope, depth, loops),
    ];
    if (depth < MAX_DEPTH && this.#below(3) === 0) {
      const kind = this.#below(loops < MAX_LOOP_DEPTH ? nested.length : 1);
      return (nested[kind] ?? simple[0])?.() ?? this.#assignment(scope);
    }
    return this.#pick(simple)();
  }

  #body(scope: Scope, depth: number, loops: number): readonly Statement[] {
    const statements = Array.from({ length: 1 + this.#below(3) }, () => this.#statement(scope, depth + 1, loops));
    if (loops > 0 && this.#below(3) === 0) {
      const how = this.#below(2) === 0 ? "break" : "continue";
      statements.splice(this.#below(statements.length + 1), 0, {
        kind: "leave",
        how,
        condition: this.#compare(scope, 1),
      });
    }
    return statements;
  }

  #if(scope: Scope, depth: number, loops: number): Statement {
    return {
      kind: "if",
      condition: this.#bool(scope, 2),
      then: this.#body(scope, depth, loops),
      otherwise: this.#below(2) === 0 ? [] : this.#body(scope, depth, loops),
    };
  }

  #for(scope: Scope, depth: number, loops: number): Statement {
    const start = this.#below(5) - 2;
    const variable = this.#name("i");
    const body = this.#body(scope, depth, loops + 1);
    return { kind: "for", variable, start, end: start + this.#below(5), body };
  }

  #while(scope: Scope, depth: number, loops: number): Statement {
    return {
      kind: "while",
      counter: this.#name("w"),
      count: this.#below(4),
      body: this.#body(scope, depth, loops + 1),
    };
  }

  #assignment(scope: Scope): Statement {
    const { name, type } = this.#pick(scope.ints);
    return { kind: "assign", name, type, value: this.#cast(type, this.#int(scope, 3)) };
  }

  #compound(scope: Scope): Statement {
    const wide = scope.ints.filter(({ type }) => type.bytes === 8);
    if (wide.length === 0) return this.#assignment(scope);
    const { name, type } = this.#pick(wide);
    return {
      kind: "compound",
      name,
      type,
      op: this.#pick(["+", "-", "*", "&", "|", "^"] as const),
      value: this.#cast(type, this.#int(scope, 2)),
    };
  }

  #store(scope: Scope): Statement {
    const map = this.#pick(this.#maps);
    return {
      kind: "store",
      map: map.name,
      ...this.#keyOf(map, scope),
      type: map.type,
      value: this.#cast(map.type, this.#int(scope, 2)),
    };
  }

  #add(scope: Scope): Statement {
    const wide = this.#maps.filter(({ type }) => type.bytes === 8);
    if (wide.length === 0) return this.#store(scope);
    const map = this.#pick(wide);
    return {
      kind: "add",
      map: map.name,
      ...this.#smallKey(map),
      type: map.type,
      value: this.#cast(map.type, this.#int(scope, 2)),
    };
  }

  /** Few different keys, so that entries are met again. */
  #keyOf(map: MapShape, scope: Scope): { key: IntExpr | undefined; keyType: IntType | undefined } {
    const { keyType } = map;
    if (keyType === undefined) return { key: undefined, keyType };
    const few: IntExpr = { kind: "binary", op: "&", left: this.#int(scope, 1), right: { kind: "literal", value: 3n } };
    return { key: this.#cast(keyType, few), keyType };
  }

  #delete(scope: Scope): Statement {
    const keyed = this.#maps.filter((map) => map.keyType !== undefined);
    const map = this.#pick(keyed);
    const { key, keyType } = this.#keyOf(map, scope);
    return key === undefined || keyType === undefined
      ? this.#assignment(scope)
      : { kind: "delete", map: map.name, key, keyType };
  }

  #boolAssignment(scope: Scope): Statement {
    return { kind: "assign-bool", name: this.#pick(scope.bools), value: this.#bool(scope, 2) };
  }

  #stringChoice(scope: Scope): Statement {
    const { name } = this.#pick(scope.strings);
    return {
      kind: "choose-string",
      name,
      condition: this.#bool(scope, 1),
      then: this.#pick(WORDS),
      otherwise: this.#pick(WORDS),
    };
  }

  #tupleAssignment(scope: Scope): Statement {
    const { name, types } = this.#pick(scope.tuples);
    return { kind: "assign-tuple", name, value: types.map((type) => this.#cast(type, this.#int(scope, 2))) };
  }

  #aggregate(scope: Scope): Statement {
    const by = this.#pick(["count", "sum", "min", "max", "avg"] as const);
    const isSigned = this.#below(2) === 0;
    const type: IntType = { kind: "int", bytes: 8, isSigned };
    const map = `@p${this.#id}_${by}${isSigned ? "s" : "u"}`;
    return { kind: "aggregate", map, by, isSigned, value: this.#cast(type, this.#int(scope, 2)) };
  }

  // ---- expressions

  #int(scope: Scope, depth: number): IntExpr {
    if (depth === 0) return this.#leaf(scope);
    switch (this.#below(9)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return this.#binary(scope, depth);
      case 4:
        return { kind: "unary", op: this.#pick(["-", "~"] as const), operand: this.#notConstant(scope, depth - 1) };
      case 5:
        return this.#cast(
          this.#pick(INT_TYPES),
          this.#below(3) === 0 ? this.#bool(scope, depth - 1) : this.#int(scope, depth - 1),
        );
      case 6: {
        const type = this.#pick(INT_TYPES);
        const arm = (): IntExpr => this.#cast(type, this.#int(scope, depth - 1));
        return { kind: "choose", type, condition: this.#bool(scope, depth - 1), then: arm(), otherwise: arm() };
      }
      case 7: {
        const ofType = this.#pick(INT_TYPES.filter((t) => t.bytes > 1));
        return {
          kind: "byte",
          of: this.#cast(ofType, this.#int(scope, depth - 1)),
          ofType,
          index: this.#below(ofType.bytes),
        };
      }
      default:
        return this.#leaf(scope);
    }
  }

  #leaf(scope: Scope): IntExpr {
    switch (this.#below(6)) {
      case 0: {
        const map = this.#pick(this.#maps);
        return { kind: "map", name: map.name, ...this.#smallKey(map), type: map.type };
      }
      case 1: {
        if (scope.tuples.length === 0) return { kind: "variable", ...this.#pick(scope.ints) };
        const { name, types } = this.#pick(scope.tuples);
        const index = this.#below(types.length);
        return { kind: "element", tuple: name, index, type: types[index] ?? INT64 };
      }
      case 2:
        return this.#constant(this.#pick(INT_TYPES));
      case 3: {
        const variable = this.#pick(scope.ints);
        return { kind: "step", ...variable, op: this.#pick(["++", "--"] as const), isPrefix: this.#below(2) === 0 };
      }
      default:
        return { kind: "variable", ...this.#pick(scope.ints) };
    }
  }

  #smallKey({ keyType }: MapShape): { key: IntExpr | undefined; keyType: IntType | undefined } {
    return keyType === undefined
      ? { key: undefined, keyType }
      : { key: { kind: "constant", type: keyType, value: BigInt(this.#below(4)) }, keyType };
  }

  /** Unary operators would be folded into a literal. */
  #notConstant(scope: Scope, depth: number): IntExpr {
    return this.#cast(this.#pick(INT_TYPES), this.#int(scope, depth));
  }

  #binary(scope: Scope, depth: number): IntExpr {
    const op: IntOp = this.#pick(["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"] as const);
    const left = this.#int(scope, depth - 1);
    if (op === "<<" || op === ">>")
      return { kind: "binary", op, left, right: { kind: "literal", value: BigInt(this.#below(64)) } };
    if (this.#below(4) === 0 && left.kind !== "constant")
      return { kind: "binary", op, left, right: { kind: "literal", value: BigInt(1 + this.#below(1000)) } };
    return { kind: "binary", op, left, right: this.#int(scope, depth - 1) };
  }

  #bool(scope: Scope, depth: number): BoolExpr {
    if (depth === 0) return this.#compare(scope, 0);
    switch (this.#below(7)) {
      case 0:
        return {
          kind: "logic",
          op: this.#pick(["&&", "||"] as const),
          left: this.#bool(scope, depth - 1),
          right: this.#bool(scope, depth - 1),
        };
      case 1:
        return { kind: "not", operand: this.#bool(scope, depth - 1) };
      case 2:
        return scope.bools.length === 0
          ? this.#compare(scope, depth - 1)
          : { kind: "bool-variable", name: this.#pick(scope.bools) };
      case 3: {
        if (scope.strings.length === 0) return this.#compare(scope, depth - 1);
        const left: StringExpr = { kind: "string-variable", name: this.#pick(scope.strings).name };
        return { kind: "same-string", isNegated: this.#below(2) === 0, left, right: this.#text() };
      }
      case 4: {
        if (scope.tuples.length < 2) return this.#compare(scope, depth - 1);
        const [left, right] = [this.#pick(scope.tuples), this.#pick(scope.tuples)];
        return { kind: "same-tuple", isNegated: this.#below(2) === 0, left: left.name, right: right.name };
      }
      default:
        return this.#compare(scope, depth - 1);
    }
  }

  #compare(scope: Scope, depth: number): BoolExpr {
    const op: CompareOp = this.#pick(["==", "!=", "<", "<=", ">", ">="] as const);
    if (scope.tuples.length === 0) {
      return {
        kind: "compare",
        op,
        left: { kind: "variable", ...this.#pick(scope.ints) },
        right: this.#constant(this.#pick(INT_TYPES)),
      };
    }
    return { kind: "compare", op, left: this.#int(scope, depth), right: this.#int(scope, depth) };
  }

  #text(): StringExpr {
    return { kind: "text", text: this.#pick(WORDS) };
  }

  #constant(type: IntType): IntExpr {
    const bits = BigInt(type.bytes * 8);
    const raw = this.#below(2) === 0 ? this.#pick(INTERESTING) : BigInt(this.#below(300));
    const value = type.isSigned ? BigInt.asIntN(Number(bits), raw) : BigInt.asUintN(Number(bits), raw);
    return { kind: "constant", type, value };
  }

  #cast(type: IntType, operand: IntExpr | BoolExpr): IntExpr {
    return { kind: "cast", type, operand };
  }

  #name(prefix: string): string {
    return `$${prefix}${this.#next++}`;
  }

  #pick<T>(items: readonly T[]): T {
    const item = items[this.#below(items.length)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  }
}
