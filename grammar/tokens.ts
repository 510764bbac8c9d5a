/**
 * The vocabulary: one token type a line, keywords and punctuation in tables.
 *
 * No type has a pattern, because what a byte means depends on where it stands (attach points, the
 * closing `/` of a predicate, C definitions): `parser/scanner.ts` makes the tokens.
 *
 * There are no reserved words. A keyword's token type has {@link Identifier} as its category, so the
 * grammar takes it for a name wherever it does not expect the keyword.
 */
import { createToken, EOF, Lexer, type IToken, type TokenType } from "chevrotain";

const token = (name: string, label: string, ...categories: TokenType[]): TokenType =>
  createToken({ name, label, categories, pattern: Lexer.NA });

// ---------------------------------------------------------------- names and literals

export const Identifier = token("Identifier", "identifier");
/** A name that the parser itself knows (language.md 2.4). */
export const Builtin = token("Builtin", "identifier", Identifier);
export const Variable = token("Variable", "variable");
export const MapName = token("MapName", "map");
export const Positional = token("Positional", "positional parameter");
export const PositionalCount = token("PositionalCount", "'$#'");
export const Integer = token("Integer", "integer");
export const QuotedString = token("QuotedString", "string");
/** A string that meets the end of its line. */
export const UnterminatedString = token("UnterminatedString", "string");
/** The raw text of one attach point. */
export const AttachPoint = token("AttachPoint", "attach point");
/** A byte that starts no token. */
export const Unknown = token("Unknown", "unknown byte");
export const EndOfFile = EOF;

// ---------------------------------------------------------------- keywords

const keyword = (word: string): TokenType => token(`keyword ${word}`, `'${word}'`, Identifier);

export const Config = keyword("config");
export const Import = keyword("import");
export const Macro = keyword("macro");
export const Prog = keyword("prog");
export const Let = keyword("let");
export const Struct = keyword("struct");
export const Union = keyword("union");
export const Enum = keyword("enum");
export const For = keyword("for");
export const While = keyword("while");
export const Unroll = keyword("unroll");
export const Break = keyword("break");
export const Continue = keyword("continue");
export const Return = keyword("return");
export const If = keyword("if");
export const Else = keyword("else");
export const Sizeof = keyword("sizeof");
export const Offsetof = keyword("offsetof");
export const Typeinfo = keyword("typeinfo");
export const Typeof = keyword("typeof");
export const Comptime = keyword("comptime");
export const True = keyword("true");
export const False = keyword("false");

const KEYWORDS: ReadonlyMap<string, TokenType> = new Map([
  ["config", Config],
  ["import", Import],
  ["macro", Macro],
  ["prog", Prog],
  ["let", Let],
  ["struct", Struct],
  ["union", Union],
  ["enum", Enum],
  ["for", For],
  ["while", While],
  ["unroll", Unroll],
  ["break", Break],
  ["continue", Continue],
  ["return", Return],
  ["if", If],
  ["else", Else],
  ["sizeof", Sizeof],
  ["offsetof", Offsetof],
  ["typeinfo", Typeinfo],
  ["typeof", Typeof],
  ["comptime", Comptime],
  ["true", True],
  ["false", False],
]);

const PARSER_BUILTINS: ReadonlySet<string> = new Set([
  "args",
  "ctx",
  "kstack",
  "ustack",
  "nsecs",
  "pid",
  "tid",
  "__builtin_comm",
  "__builtin_cpid",
  "__builtin_cpu",
  "__builtin_dw_ustack",
  "__builtin_elapsed",
  "__builtin_func",
  "__builtin_ncpus",
  "__builtin_probe",
  "__builtin_retval",
  "__builtin_usermode",
]);

const ARGUMENT = /^s?arg[0-9]+$/;

/** Whether the parser itself knows the name, so that it can be no record field, macro parameter or C macro. */
export const isParserBuiltin = (name: string): boolean => PARSER_BUILTINS.has(name) || ARGUMENT.test(name);

/** The token type of a whole word. */
export const wordType = (word: string): TokenType =>
  KEYWORDS.get(word) ?? (isParserBuiltin(word) ? Builtin : Identifier);

// ---------------------------------------------------------------- punctuation

/** Any operator that may stand between two operands. */
export const BinaryOperator = token("BinaryOperator", "operator");
/** Any operator that may stand before an operand. */
export const PrefixOperator = token("PrefixOperator", "operator");
/** `++` and `--`. */
export const StepOperator = token("StepOperator", "operator", PrefixOperator);
/** `=` and its compounds. */
export const AssignOperator = token("AssignOperator", "'='");

export const LCurly = token("LCurly", "'{'");
export const RCurly = token("RCurly", "'}'");
export const LParen = token("LParen", "'('");
export const RParen = token("RParen", "')'");
export const LSquare = token("LSquare", "'['");
export const RSquare = token("RSquare", "']'");
export const Semicolon = token("Semicolon", "';'");
export const Comma = token("Comma", "','");
export const Colon = token("Colon", "':'");
export const Question = token("Question", "'?'");
export const Dot = token("Dot", "'.'");
export const Arrow = token("Arrow", "'->'");
export const DotDot = token("DotDot", "'..'");
export const Assign = token("Assign", "'='", AssignOperator);
export const Star = token("Star", "'*'", BinaryOperator, PrefixOperator);
/** The `/` that opens a predicate, and the one that closes it. */
export const PredicateStart = token("PredicateStart", "'/'");
export const PredicateEnd = token("PredicateEnd", "'/'");

const binary = (text: string): readonly [string, TokenType] => [text, token(text, `'${text}'`, BinaryOperator)];
const prefix = (text: string): readonly [string, TokenType] => [text, token(text, `'${text}'`, PrefixOperator)];
const both = (text: string): readonly [string, TokenType] => [
  text,
  token(text, `'${text}'`, BinaryOperator, PrefixOperator),
];
const step = (text: string): readonly [string, TokenType] => [text, token(text, `'${text}'`, StepOperator)];
const compound = (text: string): readonly [string, TokenType] => [text, token(text, `'${text}'`, AssignOperator)];

/** Spelling and type. The scanner takes the longest that matches. */
export const PUNCTUATION: readonly (readonly [string, TokenType])[] = [
  ...["<<=", ">>=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^="].map(compound),
  ...["<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+", "/", "%", "|", "^", "<", ">"].map(binary),
  ...["-", "&"].map(both),
  ...["!", "~"].map(prefix),
  ...["++", "--"].map(step),
  // `$a+++$b` is an error in bpftrace.
  ["+++", Unknown],
  ["---", Unknown],
  ["->", Arrow],
  ["..", DotDot],
  ["{", LCurly],
  ["}", RCurly],
  ["(", LParen],
  [")", RParen],
  ["[", LSquare],
  ["]", RSquare],
  [";", Semicolon],
  [",", Comma],
  [":", Colon],
  ["?", Question],
  [".", Dot],
  ["=", Assign],
  ["*", Star],
];

export const VOCABULARY: TokenType[] = [
  Identifier,
  Builtin,
  Variable,
  MapName,
  Positional,
  PositionalCount,
  Integer,
  QuotedString,
  UnterminatedString,
  AttachPoint,
  Unknown,
  ...KEYWORDS.values(),
  BinaryOperator,
  PrefixOperator,
  StepOperator,
  AssignOperator,
  PredicateStart,
  PredicateEnd,
  ...PUNCTUATION.map(([, type]) => type),
];

/** A token with byte offsets; `endOffset` is one past the last byte (unlike in Chevrotain's own lexer). */
export class Token implements IToken {
  readonly image: string;
  readonly startOffset: number;
  readonly endOffset: number;
  readonly tokenTypeIdx: number;
  readonly tokenType: TokenType;

  constructor(type: TokenType, image: string, startOffset: number, endOffset: number) {
    this.image = image;
    this.startOffset = startOffset;
    this.endOffset = endOffset;
    this.tokenTypeIdx = type.tokenTypeIdx as number;
    this.tokenType = type;
  }
}
