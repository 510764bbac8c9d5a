/**
 * The syntax tree of a whole script: the node union and nothing else.
 *
 * Nodes are immutable. What later stages learn goes into side tables keyed by node, so every node
 * has its own identity: a pass that copies a body copies its nodes.
 */
import type { Span } from "./source.js";

interface Node<K extends string> {
  readonly kind: K;
  readonly span: Span;
}

// ---------------------------------------------------------------- program

export interface Program extends Node<"program"> {
  readonly cDefinitions: readonly CDefinition[];
  readonly config: ConfigBlock | undefined;
  readonly imports: readonly RootImport[];
  /** In source order. */
  readonly items: readonly Item[];
}

export type Item = Probe | Prog | Macro | MapDeclaration;

/** A `#` line or a struct, union or enum definition, as text for `grammar/c`. */
export interface CDefinition extends Node<"c-definition"> {
  readonly text: string;
}

export interface ConfigBlock extends Node<"config"> {
  readonly settings: readonly ConfigSetting[];
}

export interface ConfigSetting extends Node<"setting"> {
  readonly name: string;
  readonly nameSpan: Span;
  readonly value: string | bigint | boolean;
}

export interface RootImport extends Node<"root-import"> {
  readonly path: string;
}

export interface MapDeclaration extends Node<"map-declaration"> {
  /** With its `@`. */
  readonly map: string;
  readonly mapKind: string;
  readonly mapKindSpan: Span;
  readonly entries: bigint;
}

export interface Macro extends Node<"macro"> {
  readonly name: string;
  readonly params: readonly MacroParam[];
  readonly body: Block;
}

export type MacroParam = Variable | MapRef | Identifier;

export interface Probe extends Node<"probe"> {
  readonly attachPoints: readonly AttachPoint[];
  readonly predicate: Expr | undefined;
  readonly body: Block;
}

/** `prog NAME { … }`: entered by `tail_call()`, and attached nowhere. */
export interface Prog extends Node<"prog"> {
  readonly name: string;
  readonly nameSpan: Span;
  readonly body: Block;
}

/** Raw text; it is split into parts when positional parameters are known. */
export interface AttachPoint extends Node<"attach-point"> {
  readonly text: string;
}

// ---------------------------------------------------------------- statements

/** `{ statements; value }`. As an expression its value is `value`; without one it has none. */
export interface Block extends Node<"block"> {
  readonly statements: readonly Statement[];
  readonly value: Expr | undefined;
}

export type Statement =
  ExprStatement | Assign | Let | Discard | Break | Continue | Return | For | While | Unroll | ImportStatement;

export interface ExprStatement extends Node<"expr-statement"> {
  readonly expr: Expr;
}

/** `target = value` or `target op= value`; the span has no `;`. */
export interface Assign extends Node<"assign"> {
  readonly target: Variable | MapRef | MapAccess;
  /** The binary operator of a compound assignment. */
  readonly op: BinaryOp | undefined;
  readonly value: Expr;
}

export interface Let extends Node<"let"> {
  readonly variable: Variable;
  readonly type: TypeExpr | undefined;
  readonly value: Expr | undefined;
}

export interface Discard extends Node<"discard"> {
  readonly value: Expr;
}

export type Break = Node<"break">;
export type Continue = Node<"continue">;

export interface Return extends Node<"return"> {
  readonly value: Expr | undefined;
}

export interface For extends Node<"for"> {
  readonly variable: Variable;
  readonly over: Range | MapRef;
  readonly body: Block;
  /** `for` through the end of the head, for messages about the range. */
  readonly headSpan: Span;
}

export interface Range extends Node<"range"> {
  readonly start: Expr;
  readonly end: Expr;
}

export interface While extends Node<"while"> {
  readonly condition: Expr;
  readonly body: Block;
}

export interface Unroll extends Node<"unroll"> {
  readonly count: Expr;
  readonly body: Block;
}

export interface ImportStatement extends Node<"import-statement"> {
  readonly path: string;
}

// ---------------------------------------------------------------- expressions

export type Expr =
  | IntegerLiteral
  | StringLiteral
  | BoolLiteral
  | Positional
  | PositionalCount
  | Identifier
  | Variable
  | MapRef
  | MapAccess
  | Call
  | Unary
  | Step
  | Binary
  | Ternary
  | Cast
  | Field
  | Index
  | Tuple
  | Record
  | Block
  | If
  | Sizeof
  | Offsetof
  | Typeinfo
  | Typeof
  | Comptime;

/** Mathematical value in -2^63 .. 2^64-1 (negative after folding only). */
export interface IntegerLiteral extends Node<"integer"> {
  readonly value: bigint;
}

/** A byte string, escapes resolved, without the final NUL. */
export interface StringLiteral extends Node<"string"> {
  readonly value: string;
}

export interface BoolLiteral extends Node<"bool"> {
  readonly value: boolean;
}

/** `$1`. */
export interface Positional extends Node<"positional"> {
  readonly number: bigint;
}

/** `$#`. */
export type PositionalCount = Node<"positional-count">;

/** A bare word: builtin, zero-argument macro, C macro or enum constant. */
export interface Identifier extends Node<"identifier"> {
  readonly name: string;
}

/** `$x`; the name has its `$`. */
export interface Variable extends Node<"variable"> {
  readonly name: string;
}

/** `@m` without a key; the name has its `@`, the anonymous map is `@`. */
export interface MapRef extends Node<"map"> {
  readonly name: string;
}

/** `@m[k]`. `@m[a, b]` has a {@link Tuple} as key. */
export interface MapAccess extends Node<"map-access"> {
  readonly map: MapRef;
  readonly key: Expr;
}

export interface Call extends Node<"call"> {
  readonly name: string;
  readonly nameSpan: Span;
  readonly args: readonly Expr[];
}

export type UnaryOp = "-" | "!" | "~" | "*" | "&";

export interface Unary extends Node<"unary"> {
  readonly op: UnaryOp;
  readonly operand: Expr;
}

/** `++` and `--`, before or after their target. */
export interface Step extends Node<"step"> {
  readonly op: "++" | "--";
  readonly isPrefix: boolean;
  readonly target: Variable | MapRef | MapAccess;
}

export type BinaryOp =
  "||" | "&&" | "|" | "^" | "&" | "==" | "!=" | "<" | ">" | "<=" | ">=" | "<<" | ">>" | "+" | "-" | "*" | "/" | "%";

export interface Binary extends Node<"binary"> {
  readonly op: BinaryOp;
  readonly left: Expr;
  readonly right: Expr;
}

/** `condition ? then : otherwise`; `a ?: b` has no `then`. */
export interface Ternary extends Node<"ternary"> {
  readonly condition: Expr;
  readonly then: Expr | undefined;
  readonly otherwise: Expr;
}

/** The span is only `(type)` plus the layout that follows it. */
export interface Cast extends Node<"cast"> {
  readonly type: TypeExpr;
  readonly operand: Expr;
}

/** `a.b`, `a->b` and `a.0`: a name, or the index of a tuple element. */
export interface Field extends Node<"field"> {
  readonly object: Expr;
  readonly name: string | number;
}

export interface Index extends Node<"index"> {
  readonly object: Expr;
  readonly index: Expr;
}

export interface Tuple extends Node<"tuple"> {
  readonly elements: readonly Expr[];
}

export interface Record extends Node<"record"> {
  readonly fields: readonly RecordField[];
}

export interface RecordField extends Node<"record-field"> {
  readonly name: string;
  readonly value: Expr;
}

export interface If extends Node<"if"> {
  readonly condition: Expr;
  readonly then: Block;
  /** `else if` is an {@link If} here. */
  readonly otherwise: Block | If | undefined;
}

export interface Sizeof extends Node<"sizeof"> {
  readonly operand: TypeExpr | Expr;
}

export interface Offsetof extends Node<"offsetof"> {
  readonly operand: TypeExpr | Expr;
  readonly path: readonly string[];
}

export interface Typeinfo extends Node<"typeinfo"> {
  readonly operand: TypeExpr | Expr;
}

/** As an argument of a macro call only. */
export interface Typeof extends Node<"typeof"> {
  readonly operand: TypeExpr | Expr;
}

export interface Comptime extends Node<"comptime"> {
  readonly operand: Expr;
}

// ---------------------------------------------------------------- types as written

export type TypeExpr = NamedType | PointerType | ArrayType | TypeofType;

export interface NamedType extends Node<"named-type"> {
  readonly tag: "struct" | "union" | "enum" | undefined;
  readonly name: string;
}

export interface PointerType extends Node<"pointer-type"> {
  readonly to: TypeExpr;
}

/** `T[N]`, or `T[]` without a length. */
export interface ArrayType extends Node<"array-type"> {
  readonly element: TypeExpr;
  readonly length: bigint | undefined;
}

export interface TypeofType extends Node<"typeof-type"> {
  readonly operand: TypeExpr | Expr;
}

export type AnyNode =
  | Program
  | CDefinition
  | ConfigBlock
  | ConfigSetting
  | RootImport
  | MapDeclaration
  | Macro
  | Probe
  | Prog
  | AttachPoint
  | Statement
  | Range
  | Expr
  | RecordField
  | TypeExpr;
