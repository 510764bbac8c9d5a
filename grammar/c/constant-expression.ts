/** Constant expressions in declarations: lengths of arrays, widths of bit-fields, values of enumerators. */
import {
  type Constant,
  characterLiteral,
  constant,
  intConstant,
  integerLiteral,
  stringLength,
  truth,
  unaryConstant,
} from "./constant.js";
import { type CValue, ExpressionReader } from "./expression.js";
import { CSyntaxError, type CPlace } from "./failure.js";
import { alignOfC, sizeOfC } from "./layout.js";
import type { CParser } from "./parser.js";
import type { CToken } from "./token.js";
import { startsType } from "./specifier-words.js";
import { C_CHAR, C_INT, C_SIZE, C_UNKNOWN, type CType, cTypeName, integerNamed, integerOf, plain } from "./type.js";

/** Everything but the comma operator. */
export const evaluate = (cx: CParser): CValue => new DeclarationExpression(cx).conditional();

/** Mistakes in it are reported. @returns `undefined` for what is not constant */
export function evaluateInt(cx: CParser): bigint | undefined {
  const { constant: found, problem } = evaluate(cx);
  if (problem !== undefined) cx.errors.error(problem.place, problem.message);
  return found?.value;
}

/** `(type)` or `(expression)`: the type of it. */
export function readTypeofOperand(cx: CParser): CType {
  const { tokens } = cx;
  tokens.expect("(", "'(' after 'typeof'");
  const type = startsType(cx) ? cx.readTypeName() : (new DeclarationExpression(cx).comma().type ?? C_UNKNOWN);
  tokens.expect(")");
  return type;
}

const SIGNS: ReadonlySet<string> = new Set(["+", "-", "~", "!"]);
const SIZE_WORDS: ReadonlySet<string> = new Set(["sizeof", "_Alignof", "__alignof__", "__alignof", "alignof"]);

class DeclarationExpression extends ExpressionReader {
  protected override readonly closingParenthesis = "')'";
  readonly #cx: CParser;

  constructor(cx: CParser) {
    super(cx.tokens);
    this.#cx = cx;
  }

  protected override unary(): CValue {
    return this.tokens.nested(() => this.#unary());
  }

  #unary(): CValue {
    const token = this.tokens.peek();
    if (token.kind === "punctuator") {
      if (SIGNS.has(token.text)) return this.#signed(this.tokens.next());
      if (token.text === "*") return this.#dereference(this.tokens.next());
      if (token.text === "&") return this.#addressOf(this.tokens.next());
      if (token.text === "(") return this.#parenthesis(this.tokens.next());
    } else if (token.kind === "identifier") {
      if (token.text === "__extension__") {
        this.tokens.next();
        return this.unary();
      }
      if (SIZE_WORDS.has(token.text)) return this.#size(this.tokens.next());
    }
    return this.#postfix(this.#primary(this.tokens.next()));
  }

  #signed(op: CToken): CValue {
    const operand = this.unary();
    const value = operand.constant && unaryConstant(op.text, operand.constant);
    return { place: op, constant: value, problem: operand.problem, type: op.text === "!" ? C_INT : operand.type };
  }

  #dereference(op: CToken): CValue {
    const { constant: value, problem, type } = this.unary();
    return this.#pointee(op, value, problem, type);
  }

  /** The object that a pointer points to. */
  #pointee(
    place: CPlace,
    address: Constant | undefined,
    problem: CValue["problem"],
    pointer: CType | undefined,
  ): CValue {
    const type = pointer && plain(pointer);
    if (type?.kind === "pointer")
      return { place, constant: undefined, problem, type: type.to, address: address?.value };
    return { place, constant: undefined, problem, type: type?.kind === "array" ? type.element : undefined };
  }

  #addressOf(op: CToken): CValue {
    const { address, type, problem } = this.unary();
    const to = type ?? C_UNKNOWN;
    return {
      place: op,
      constant: address === undefined ? undefined : pointerConstant(address),
      problem,
      type: { kind: "pointer", to },
    };
  }

  // ---------------------------------------------------------------- ( … )

  #parenthesis(open: CToken): CValue {
    if (this.tokens.is("{")) {
      // GNU: a block as an expression.
      this.tokens.skipBalanced();
      this.tokens.expect(")");
      return this.#postfix({ place: open, constant: undefined });
    }
    if (!startsType(this.#cx)) return this.#postfix({ ...this.parenthesized(), place: open });
    const type = this.#cx.readTypeName();
    this.expect(")", "')'");
    if (this.tokens.is("{")) {
      this.tokens.skipBalanced();
      return this.#postfix({ place: open, constant: undefined, type });
    }
    return this.#cast(open, type, this.unary());
  }

  #cast(place: CPlace, to: CType, { constant: value, problem }: CValue): CValue {
    const converted = value && convertConstant(this.#cx.scope.completed(to, place), value);
    return { place, constant: converted, problem, type: to };
  }

  // ---------------------------------------------------------------- sizes

  #size(word: CToken): CValue {
    const type = this.#operandOfSize();
    const complete = type && this.#cx.scope.completed(type, word);
    const isSize = word.text === "sizeof";
    const bytes = complete && (isSize ? sizeOfC(complete) : alignOfC(complete));
    if (bytes !== undefined) return { place: word, constant: constant(BigInt(bytes), 8, false), type: C_SIZE };
    const what = isSize ? "sizeof" : "alignof";
    const message =
      complete === undefined
        ? `the operand of '${what}' has no known type`
        : `invalid application of '${what}' to an incomplete type '${cTypeName(complete)}'`;
    return { place: word, constant: undefined, problem: { place: word, message }, type: C_SIZE };
  }

  #operandOfSize(): CType | undefined {
    if (!this.tokens.is("(")) return this.unary().type;
    const open = this.tokens.next();
    if (!startsType(this.#cx)) return this.#postfix({ ...this.parenthesized(), place: open }).type;
    const type = this.#cx.readTypeName();
    this.expect(")", "')'");
    return type;
  }

  // ---------------------------------------------------------------- operands

  #primary(token: CToken): CValue {
    switch (token.kind) {
      case "number":
        return numberValue(token);
      case "character":
        return { place: token, constant: characterLiteral(token.text), type: C_INT };
      case "string":
        return this.#string(token);
      case "identifier":
        return this.#named(token);
      default:
        throw new CSyntaxError(token, "expected expression");
    }
  }

  /** Literals next to each other are one. */
  #string(first: CToken): CValue {
    let length = stringLength(first.text);
    while (this.tokens.peek().kind === "string") length += stringLength(this.tokens.next().text);
    return { place: first, constant: undefined, type: { kind: "array", element: C_CHAR, length: length + 1 } };
  }

  #named(name: CToken): CValue {
    const builtin = BUILTINS.get(name.text);
    if (builtin !== undefined && this.tokens.is("(")) return builtin(this.#cx, name);
    const value = this.#cx.scope.constantNamed(name.text);
    if (value !== undefined) return { place: name, constant: value, type: integerOf(value.bytes, value.isSigned) };
    if (this.tokens.is("(")) return { place: name, constant: undefined };
    this.#cx.lacksDeclarations = true;
    return {
      place: name,
      constant: undefined,
      problem: { place: name, message: `use of undeclared identifier '${name.text}'` },
    };
  }

  // ---------------------------------------------------------------- a.b, a->b, a[i], f(x)

  #postfix(start: CValue): CValue {
    let value = start;
    for (;;) {
      if (this.tokens.accept(".")) value = this.#member(value);
      else if (this.tokens.accept("->"))
        value = this.#member(this.#pointee(value.place, value.constant, value.problem, value.type));
      else if (this.tokens.accept("[")) value = this.#element(value);
      else if (this.tokens.is("(")) {
        this.tokens.skipBalanced();
        value = { place: value.place, constant: undefined };
      } else if (!this.tokens.accept("++") && !this.tokens.accept("--")) return value;
    }
  }

  #member({ place, type, address, problem }: CValue): CValue {
    const name = this.tokens.next();
    const found = type && this.#cx.scope.member(type, name.text, name);
    if (found === undefined) {
      const container = type === undefined ? "the type" : `'${cTypeName(type)}'`;
      return {
        place,
        constant: undefined,
        problem: problem ?? { place: name, message: `no member named '${name.text}' in ${container}` },
      };
    }
    const at = address === undefined ? undefined : address + BigInt(Math.floor(found.offsetBits / 8));
    return { place, constant: undefined, problem, type: found.type, address: at };
  }

  #element({ place, type, address, problem }: CValue): CValue {
    const index = this.comma();
    this.expect("]", "']'");
    const container = type && plain(type);
    const element =
      container?.kind === "array" ? container.element : container?.kind === "pointer" ? container.to : undefined;
    const stride = element && sizeOfC(this.#cx.scope.completed(element, place));
    const isKnown =
      container?.kind === "array" && address !== undefined && stride !== undefined && index.constant !== undefined;
    const at = isKnown ? address + BigInt(stride) * index.constant.value : undefined;
    return { place, constant: undefined, problem: problem ?? index.problem, type: element, address: at };
  }
}

const pointerConstant = (address: bigint): Constant => constant(address, 8, false);

const FLOATING = /^(?:[0-9]*\.|[0-9]+[eE]|0[xX][0-9a-fA-F.]*[pP])/;

function numberValue(token: CToken): CValue {
  const value = integerLiteral(token.text);
  if (value !== undefined) return { place: token, constant: value, type: integerOf(value.bytes, value.isSigned) };
  if (FLOATING.test(token.text)) return { place: token, constant: undefined };
  return { place: token, constant: undefined, problem: { place: token, message: "invalid integer constant" } };
}

function convertConstant(to: CType, value: Constant): Constant | undefined {
  const type = plain(to);
  switch (type.kind) {
    case "bool":
      return truth(value.value !== 0n);
    case "integer":
      return constant(value.value, type.bytes === 16 ? 8 : type.bytes, type.isSigned);
    case "enum":
      return constant(value.value, type.body?.bytes ?? 4, type.body?.isSigned ?? false);
    case "pointer":
      return pointerConstant(value.value);
    default:
      return undefined;
  }
}

// ---------------------------------------------------------------- functions of the compiler

type Builtin = (cx: CParser, name: CToken) => CValue;

const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ["__builtin_offsetof", readOffsetof],
  ["offsetof", readOffsetof],
  ["__builtin_types_compatible_p", (cx, name) => skipCall(cx, name, intConstant(0n))],
  ["__builtin_constant_p", (cx, name) => skipCall(cx, name, intConstant(1n))],
  ["__builtin_choose_expr", readChooseExpr],
  ["__builtin_clz", (cx, name) => readBitCount(cx, name, (value) => leadingZeros(value, 32))],
  ["__builtin_clzl", (cx, name) => readBitCount(cx, name, (value) => leadingZeros(value, 64))],
  ["__builtin_clzll", (cx, name) => readBitCount(cx, name, (value) => leadingZeros(value, 64))],
  ["__builtin_ctz", (cx, name) => readBitCount(cx, name, trailingZeros)],
  ["__builtin_ctzl", (cx, name) => readBitCount(cx, name, trailingZeros)],
  ["__builtin_ctzll", (cx, name) => readBitCount(cx, name, trailingZeros)],
]);

const leadingZeros = (value: bigint, bits: number): number => bits - BigInt.asUintN(bits, value).toString(2).length;
const trailingZeros = (value: bigint): number => BigInt.asUintN(64, value & -value).toString(2).length - 1;

/** Of 0 they are not defined. */
function readBitCount(cx: CParser, place: CToken, count: (value: bigint) => number): CValue {
  cx.tokens.next();
  const { constant: operand, problem } = evaluate(cx);
  cx.tokens.expect(")");
  const known = operand !== undefined && operand.value !== 0n;
  return { place, constant: known ? intConstant(BigInt(count(operand.value))) : undefined, problem, type: C_INT };
}

function skipCall({ tokens }: CParser, place: CToken, value: Constant): CValue {
  tokens.skipBalanced();
  return { place, constant: value, type: integerNamed("int") };
}

/** `offsetof(type, a.b[2])` */
function readOffsetof(cx: CParser, name: CToken): CValue {
  const { tokens, scope } = cx;
  tokens.next();
  let type: CType | undefined = cx.readTypeName();
  tokens.expect(",");
  let bits = 0;
  for (let isFirst = true; !tokens.is(")"); isFirst = false) {
    if (tokens.accept("[")) {
      const index: bigint = evaluateInt(cx) ?? 0n;
      tokens.expect("]");
      type = type?.kind === "array" ? type.element : undefined;
      bits += Number(index) * 8 * ((type && sizeOfC(scope.completed(type, name))) ?? 0);
      continue;
    }
    if (!isFirst) tokens.expect(".");
    const member = tokens.next();
    const found = type && scope.member(type, member.text, name);
    if (found === undefined)
      throw new CSyntaxError(member, `no member named '${member.text}' in '${type ? cTypeName(type) : "?"}'`);
    bits += found.offsetBits;
    type = plain(found.type);
  }
  tokens.next();
  return { place: name, constant: constant(BigInt(Math.floor(bits / 8)), 8, false), type: C_SIZE };
}

function readChooseExpr(cx: CParser, name: CToken): CValue {
  const { tokens } = cx;
  tokens.next();
  const condition = evaluate(cx);
  tokens.expect(",");
  const then = evaluate(cx);
  tokens.expect(",");
  const otherwise = evaluate(cx);
  tokens.expect(")");
  return { ...(condition.constant?.value === 0n ? otherwise : then), place: name };
}
