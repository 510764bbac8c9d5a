/** A small language of programs whose meaning is known: what the generator makes, and what printer and evaluator read. */

export interface IntType {
  readonly kind: "int";
  readonly bytes: 1 | 2 | 4 | 8;
  readonly isSigned: boolean;
}

export type ValueType =
  | IntType
  | { readonly kind: "bool" }
  /** Of so many bytes, NUL included. */
  | { readonly kind: "string"; readonly bytes: number }
  | { readonly kind: "tuple"; readonly elements: readonly ValueType[] };

/** An integer expression has the type that language.md 8.3 gives it. */
export type IntExpr =
  /** Never folded: written with a cast. */
  | { readonly kind: "constant"; readonly type: IntType; readonly value: bigint }
  /** A bare non-negative literal, which takes the other side's signedness: only right of an operator. */
  | { readonly kind: "literal"; readonly value: bigint }
  | { readonly kind: "variable"; readonly name: string; readonly type: IntType }
  | {
      readonly kind: "map";
      readonly name: string;
      readonly key: IntExpr | undefined;
      readonly keyType: IntType | undefined;
      readonly type: IntType;
    }
  | { readonly kind: "binary"; readonly op: IntOp; readonly left: IntExpr; readonly right: IntExpr }
  | { readonly kind: "unary"; readonly op: "-" | "~"; readonly operand: IntExpr }
  | { readonly kind: "cast"; readonly type: IntType; readonly operand: IntExpr | BoolExpr }
  | {
      readonly kind: "choose";
      readonly type: IntType;
      readonly condition: BoolExpr;
      readonly then: IntExpr;
      readonly otherwise: IntExpr;
    }
  | {
      readonly kind: "step";
      readonly name: string;
      readonly type: IntType;
      readonly op: "++" | "--";
      readonly isPrefix: boolean;
    }
  /** `((uint8[N])x)[i]`. */
  | { readonly kind: "byte"; readonly of: IntExpr; readonly ofType: IntType; readonly index: number }
  | { readonly kind: "element"; readonly tuple: string; readonly index: number; readonly type: IntType };

export type IntOp = "+" | "-" | "*" | "/" | "%" | "&" | "|" | "^" | "<<" | ">>";

export type BoolExpr =
  | { readonly kind: "compare"; readonly op: CompareOp; readonly left: IntExpr; readonly right: IntExpr }
  | { readonly kind: "logic"; readonly op: "&&" | "||"; readonly left: BoolExpr; readonly right: BoolExpr }
  | { readonly kind: "not"; readonly operand: BoolExpr }
  | { readonly kind: "bool-variable"; readonly name: string }
  | { readonly kind: "same-string"; readonly isNegated: boolean; readonly left: StringExpr; readonly right: StringExpr }
  | { readonly kind: "same-tuple"; readonly isNegated: boolean; readonly left: string; readonly right: string };

export type CompareOp = "==" | "!=" | "<" | "<=" | ">" | ">=";

export type StringExpr =
  { readonly kind: "text"; readonly text: string } | { readonly kind: "string-variable"; readonly name: string };

export type TupleExpr = readonly (IntExpr | StringExpr | BoolExpr)[];

export type Statement =
  | { readonly kind: "let"; readonly name: string; readonly type: IntType; readonly value: IntExpr }
  | { readonly kind: "assign"; readonly name: string; readonly type: IntType; readonly value: IntExpr }
  /** Only on variables of eight bytes. */
  | {
      readonly kind: "compound";
      readonly name: string;
      readonly type: IntType;
      readonly op: IntOp;
      readonly value: IntExpr;
    }
  | { readonly kind: "assign-bool"; readonly name: string; readonly value: BoolExpr }
  | { readonly kind: "assign-string"; readonly name: string; readonly bytes: number; readonly value: StringExpr }
  | {
      readonly kind: "choose-string";
      readonly name: string;
      readonly condition: BoolExpr;
      readonly then: string;
      readonly otherwise: string;
    }
  | { readonly kind: "assign-tuple"; readonly name: string; readonly value: TupleExpr }
  | {
      readonly kind: "store";
      readonly map: string;
      readonly key: IntExpr | undefined;
      readonly keyType: IntType | undefined;
      readonly type: IntType;
      readonly value: IntExpr;
    }
  /** `@m += …` on maps of eight bytes. */
  | {
      readonly kind: "add";
      readonly map: string;
      readonly key: IntExpr | undefined;
      readonly keyType: IntType | undefined;
      readonly type: IntType;
      readonly value: IntExpr;
    }
  | {
      readonly kind: "aggregate";
      readonly map: string;
      readonly by: "count" | "sum" | "min" | "max" | "avg";
      readonly isSigned: boolean;
      readonly value: IntExpr;
    }
  | { readonly kind: "delete"; readonly map: string; readonly key: IntExpr; readonly keyType: IntType }
  | {
      readonly kind: "if";
      readonly condition: BoolExpr;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | {
      readonly kind: "for";
      readonly variable: string;
      readonly start: number;
      readonly end: number;
      readonly body: readonly Statement[];
    }
  | { readonly kind: "while"; readonly counter: string; readonly count: number; readonly body: readonly Statement[] }
  | { readonly kind: "leave"; readonly how: "break" | "continue"; readonly condition: BoolExpr };

/** One `begin` probe. Its results are the maps it leaves. */
export interface Program {
  /** In names of maps, so that many programs share a script. */
  readonly id: number;
  readonly statements: readonly Statement[];
}
