/** A language of programs whose meaning is known: what the generator makes, and what printer and evaluator read. */
import type { EnumType, IntType, StructType, ValueType } from "./types.js";

/** Every expression says its type; nothing but an expression has a `result`. */
export type Expr = { readonly result: ValueType } & (
  | Target
  /** Integers are written with a cast, so that they are neither folded nor flexible. */
  | { readonly kind: "constant"; readonly value: bigint | boolean | string }
  /** Is folded before typing: literals and operators over them, as `text` says. */
  | { readonly kind: "literal"; readonly text: string; readonly value: bigint }
  | { readonly kind: "enumerator"; readonly name: string }
  /** An argument of a macro that is an expression. */
  | { readonly kind: "parameter"; readonly name: string }
  | { readonly kind: "binary"; readonly op: ArithmeticOp; readonly left: Expr; readonly right: Expr }
  | { readonly kind: "unary"; readonly op: "-" | "~"; readonly operand: Expr }
  | { readonly kind: "compare"; readonly op: CompareOp; readonly left: Expr; readonly right: Expr }
  /** Of anything that may be a condition. */
  | { readonly kind: "logic"; readonly op: "&&" | "||"; readonly left: Expr; readonly right: Expr }
  | { readonly kind: "not"; readonly operand: Expr }
  | { readonly kind: "cast"; readonly operand: Expr }
  | {
      readonly kind: "choose";
      readonly form: "?:" | "if";
      readonly condition: Expr;
      readonly then: Expr;
      readonly otherwise: Expr;
    }
  /** `a ?: b`. */
  | { readonly kind: "elvis"; readonly operand: Expr; readonly otherwise: Expr }
  | { readonly kind: "step"; readonly target: Target; readonly op: "++" | "--"; readonly isPrefix: boolean }
  | { readonly kind: "tuple"; readonly elements: readonly Expr[] }
  /** In the order of the members of `result`. */
  | { readonly kind: "record"; readonly elements: readonly Expr[] }
  /** Of a tuple or record. */
  | { readonly kind: "member"; readonly of: Expr; readonly name: string; readonly form: "." | "[]" }
  /** Of a struct, or through a pointer. */
  | { readonly kind: "field"; readonly of: Expr; readonly name: string }
  /** Of an array, a string or a pointer; as unsigned as the language wants it. */
  | { readonly kind: "index"; readonly of: Expr; readonly index: Expr }
  | { readonly kind: "address"; readonly variable: string }
  | { readonly kind: "dereference"; readonly operand: Expr }
  | { readonly kind: "offset"; readonly pointer: Expr; readonly by: Expr }
  | { readonly kind: "block"; readonly statements: readonly Statement[]; readonly value: Expr }
  | { readonly kind: "macro"; readonly name: string; readonly arguments: readonly Argument[] }
  | { readonly kind: "has-key" | "delete"; readonly map: string; readonly key: Expr | undefined }
  | { readonly kind: "find"; readonly map: string; readonly key: Expr; readonly variable: string }
  | { readonly kind: "len"; readonly map: string }
  /** An aggregation where the language reads it as a number. */
  | { readonly kind: "aggregate"; readonly map: string; readonly key: Expr | undefined }
  /** `$N`; the value is in the program. */
  | { readonly kind: "positional"; readonly number: number; readonly value: bigint | string }
);

export type Target = { readonly result: ValueType } & (
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "map"; readonly name: string; readonly key: Expr | undefined }
);

export type Argument =
  | { readonly kind: "expression"; readonly value: Expr }
  | { readonly kind: "reference"; readonly of: "variable" | "map"; readonly name: string };

export type ArithmeticOp = "+" | "-" | "*" | "/" | "%" | "&" | "|" | "^" | "<<" | ">>";
export type CompareOp = "==" | "!=" | "<" | "<=" | ">" | ">=";
export type AggregateBy = "count" | "sum" | "min" | "max" | "avg" | "stats" | "hist" | "lhist";

export type Statement =
  /** Creates a variable: with `let` and a type, with `let`, or by assignment. */
  | {
      readonly kind: "declare";
      readonly name: string;
      readonly type: ValueType;
      readonly form: "typed" | "let" | "assigned";
      readonly value: Expr | undefined;
    }
  | { readonly kind: "assign"; readonly target: Target; readonly value: Expr }
  | { readonly kind: "compound"; readonly target: Target; readonly op: ArithmeticOp; readonly value: Expr }
  | {
      readonly kind: "aggregation";
      readonly map: string;
      readonly key: Expr | undefined;
      readonly by: AggregateBy;
      readonly isSigned: boolean;
      readonly value: Expr | undefined;
    }
  /** A value that is not used: `_ = e;`, or bare. */
  | { readonly kind: "evaluate"; readonly form: "bare" | "discarded"; readonly value: Expr }
  /** An event, for the effects of its arguments. */
  | { readonly kind: "event"; readonly call: "printf" | "print"; readonly values: readonly Expr[] }
  | { readonly kind: "block"; readonly body: readonly Statement[] }
  | {
      readonly kind: "if";
      readonly condition: Expr;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | { readonly kind: "unroll"; readonly count: number; readonly text: string; readonly body: readonly Statement[] }
  | {
      readonly kind: "for-range";
      readonly variable: string;
      readonly type: IntType;
      readonly start: Expr;
      readonly end: Expr;
      readonly body: readonly Statement[];
    }
  | { readonly kind: "for-map"; readonly variable: string; readonly map: string; readonly body: readonly Statement[] }
  | { readonly kind: "while"; readonly condition: Expr; readonly body: readonly Statement[] }
  | { readonly kind: "leave"; readonly how: "break" | "continue" | "return" | "exit()" };

export interface MapShape {
  readonly name: string;
  readonly key: ValueType | undefined;
  /** Of an aggregation, what it reads as. */
  readonly value: ValueType;
  readonly aggregation: { readonly by: AggregateBy; readonly isSigned: boolean } | undefined;
}

export interface Macro {
  readonly name: string;
  readonly parameters: readonly {
    readonly kind: "expression" | "variable" | "map";
    readonly name: string;
    readonly type: ValueType;
    readonly key?: ValueType;
  }[];
  readonly statements: readonly Statement[];
  readonly value: Expr | undefined;
}

export interface Probe {
  readonly on: "begin" | "end";
  readonly predicate: Expr | undefined;
  readonly statements: readonly Statement[];
}

/** Its results are the maps that its probes leave. */
export interface Program {
  readonly id: number;
  readonly structs: readonly StructType[];
  readonly enums: readonly EnumType[];
  readonly maps: readonly MapShape[];
  readonly macros: readonly Macro[];
  readonly positional: readonly string[];
  readonly probes: readonly Probe[];
}
