/**
 * Macros of the script (language.md 14). A call is replaced by a copy of the macro's body in which parameters are
 * replaced by arguments.
 *
 * Spans of the copy say which call they were expanded from. That keeps variables apart, too: a name in a macro's
 * text means a variable of the same expansion only (see `scopes.ts`), while what came in as an argument still has the
 * spans of the caller.
 */
import {
  type AnyNode,
  type Block,
  type Call,
  context,
  copy,
  type DiagnosticBag,
  type Expr,
  type Identifier,
  isParserBuiltin,
  type Macro,
  type MacroParam,
  mapChildren,
  type NamedType,
  type Offsetof,
  type Probe,
  type Sizeof,
  type Span,
  type Typeinfo,
  type Typeof,
  type TypeofType,
} from "../../../grammar/index.js";
import { builtinNamed, type Language } from "../../language/language.js";

export function expandMacros(
  probes: readonly Probe[],
  macros: readonly Macro[],
  language: Language,
  bag: DiagnosticBag,
): readonly Probe[] {
  const expander = new Expander(withLibrary(collect(macros, bag), language), language, bag);
  return probes.map((probe) => mapChildren(probe, (child) => expander.expand(child)));
}

// ---------------------------------------------------------------- definitions

type Overloads = ReadonlyMap<string, readonly Macro[]>;

function collect(macros: readonly Macro[], bag: DiagnosticBag): Overloads {
  const byName = new Map<string, Macro[]>();
  for (const macro of macros) {
    checkParams(macro, bag);
    const others = byName.get(macro.name) ?? [];
    const same = others.find((other) => signature(other) === signature(macro));
    if (same !== undefined) {
      const contexts = [context("macro-original", headOf(same), {})];
      bag.error("macro-redefined", headOf(macro), { name: macro.name }, { contexts });
    }
    byName.set(macro.name, [...others, macro]);
  }
  return byName;
}

/** Behind the script's own macros, except where one of these takes its place. */
function withLibrary(own: Overloads, { macros }: Language): Overloads {
  const all = new Map(own);
  for (const macro of macros) {
    const others = all.get(macro.name) ?? [];
    const isReplaced = others.some((other) => signature(other) === signature(macro));
    if (!isReplaced) all.set(macro.name, [...others, macro]);
  }
  return all;
}

const signature = (macro: Macro): string => macro.params.map((param) => param.kind).join(" ");

/** `macro name`. */
function headOf({ span, name }: Macro): Span {
  const at = span.file.text.indexOf(name, span.start + "macro".length);
  return { ...span, end: at < 0 ? span.end : at + name.length };
}

const PARAM_WORDS = { variable: "Variable", map: "Map", identifier: "Ident" } as const;

function checkParams({ params }: Macro, bag: DiagnosticBag): void {
  const seen = new Set<string>();
  for (const param of params) {
    if (seen.has(param.name)) {
      bag.error("macro-parameter-twice", param.span, { name: param.name, what: PARAM_WORDS[param.kind] });
    }
    seen.add(param.name);
  }
}

// ---------------------------------------------------------------- calls

/** How deeply macros may call each other. */
export const MAX_MACRO_DEPTH = 4000;

/**
 * How many parts of a tree calls may become. A program of as many instructions as a kernel takes has fewer, and macros that
 * double what they are given would otherwise end with the memory.
 */
const MAX_MACRO_PARTS = 500_000;

/** The call in the script itself. */
export const outermost = (call: Span): Span => call.expandedFrom?.at(-1) ?? call;

interface Frame {
  readonly macro: Macro;
  readonly arguments: ReadonlyMap<string, Expr>;
  /** This call first, then those around it. */
  readonly calls: readonly Span[];
  /** The macros that are being expanded, outermost first. */
  readonly chain: readonly Macro[];
}

class Expander {
  readonly #macros: Overloads;
  readonly #language: Language;
  readonly #bag: DiagnosticBag;
  /** Of {@link MAX_MACRO_PARTS}. */
  #partsLeft = MAX_MACRO_PARTS;

  constructor(macros: Overloads, language: Language, bag: DiagnosticBag) {
    this.#macros = macros;
    this.#language = language;
    this.#bag = bag;
  }

  expand(node: AnyNode, frame?: Frame): AnyNode {
    if (node.kind === "identifier") return this.#identifier(node, frame);
    if (node.kind === "call") return this.#call(node, frame);
    if (node.kind === "named-type") return this.#namedType(node, frame);
    if (isQuery(node)) return this.#query(withMembers(node, frame), frame);
    if (frame !== undefined) this.#checkHygiene(node, frame);
    const copied = this.#children(node, frame);
    if (frame === undefined || !this.#takePart(node.span, frame)) return copied;
    const argument = node.kind === "variable" || node.kind === "map" ? frame.arguments.get(node.name) : undefined;
    return argument === undefined ? { ...copied, span: inFrame(node.span, frame) } : this.#copyOf(argument, frame);
  }

  /** What is made for a call, and for those in it. @returns false when it is too much, which is said once */
  #takePart(span: Span, frame: Frame): boolean {
    if (this.#partsLeft-- > 0) return true;
    if (this.#partsLeft === -1)
      this.#bag.error("macro-too-large", outermost(inFrame(span, frame)), { limit: MAX_MACRO_PARTS });
    return false;
  }

  /** New nodes, so that side tables can tell them from those of the argument; as far as there may be more. */
  #copyOf<N extends AnyNode>(argument: N, frame: Frame): N {
    if (!this.#takePart(argument.span, frame)) return argument;
    const copied = mapChildren(argument, (child) => this.#copyOf(child, frame));
    return copied === argument ? { ...argument } : copied;
  }

  #children<N extends AnyNode>(node: N, frame: Frame | undefined): N {
    return mapChildren(node, (child) => this.expand(child, frame));
  }

  #identifier(node: Identifier, frame: Frame | undefined): AnyNode {
    const argument = frame?.arguments.get(node.name);
    if (frame !== undefined && argument !== undefined) return valueOf(this.#copyOf(argument, frame));
    const here = frame === undefined ? node : { ...node, span: inFrame(node.span, frame) };
    const outer = isParserBuiltin(node.name) || !this.#macros.has(node.name) ? this.#outerName(node.name) : undefined;
    if (outer !== undefined) return { ...here, name: outer };
    const isMacro = !isParserBuiltin(node.name) && this.#macros.get(node.name)?.some((m) => m.params.length === 0);
    return isMacro === true ? this.#instantiate(here, [], frame) : here;
  }

  #call(node: Call, frame: Frame | undefined): AnyNode {
    const expanded = this.#children(node, frame);
    const here: Call =
      frame === undefined
        ? expanded
        : { ...expanded, span: inFrame(node.span, frame), nameSpan: inFrame(node.nameSpan, frame) };
    const { args } = here;
    if (!this.#macros.has(node.name)) {
      const outer = this.#outerName(node.name);
      if (outer !== undefined) return { ...here, name: outer };
      for (const arg of args) if (arg.kind === "typeof") this.#bag.error("typeof-argument", arg.span, {});
      return here;
    }
    return this.#instantiate(here, args, frame);
  }

  /** What the reference calls `__builtin_comm` within its library is `comm`, whatever macro the script has of that name. */
  #outerName(name: string): string | undefined {
    if (!isInner(name)) return undefined;
    const outer = name.slice(INNER_PREFIX.length);
    const isKnown = this.#language.functions.has(outer) || builtinNamed(this.#language, outer) !== undefined;
    return isKnown ? outer : undefined;
  }

  #instantiate(call: Call | Identifier, args: readonly Expr[], frame: Frame | undefined): AnyNode {
    const overloads = this.#macros.get(call.name) ?? [];
    const macro = select(overloads, args);
    if (macro === undefined) {
      const isLibrary =
        this.#language.functions.has(call.name) || builtinNamed(this.#language, call.name) !== undefined;
      if (!isLibrary) reportMismatch(call, args, overloads, this.#bag);
      return call;
    }
    if (this.#partsLeft < 0) return call;
    const chain = [...(frame?.chain ?? []), macro];
    const start = chain.indexOf(macro);
    if (start < chain.length - 1) {
      this.#bag.error("macro-recursion", call.span, { chain: chain.slice(start).map(({ name }) => name) });
      return call;
    }
    if (chain.length > MAX_MACRO_DEPTH) {
      this.#bag.error("macro-too-deep", outermost(call.span), { limit: MAX_MACRO_DEPTH });
      return call;
    }
    const given = new Map(macro.params.map((param, i) => [param.name, args[i] as Expr]));
    const calls = [call.span, ...(call.span.expandedFrom ?? [])];
    return this.#body(macro.body, call.span, { macro, arguments: given, calls, chain });
  }

  /** A body that is one expression is that expression. */
  #body(body: Block, span: Span, frame: Frame): AnyNode {
    const copied = this.#children(body, frame);
    if (copied.statements.length === 0 && copied.value !== undefined) return valueOf(copied.value);
    return { ...copied, span };
  }

  /** A type parameter stands for the type of its argument, or for the type that it names. */
  #namedType(node: NamedType, frame: Frame | undefined): AnyNode {
    const argument = node.tag === undefined ? frame?.arguments.get(node.name) : undefined;
    if (frame === undefined || argument === undefined) return node;
    if (argument.kind === "typeof") return typeOf(argument);
    if (argument.kind === "identifier" && !isParserBuiltin(argument.name))
      return namedType(argument.name, inFrame(node.span, frame));
    this.#bag.error("macro-type-parameter", argument.span, {
      name: frame.macro.name,
      param: node.name,
      type: node.name,
    });
    return node;
  }

  /** A bare word in it names a type, or stands for whatever the macro was given; in no case it is a call. */
  #query(node: Query, frame: Frame | undefined): AnyNode {
    const { operand } = node;
    const copied = { ...withMembers(node, frame), span: inFrame(node.span, frame) };
    const name = bareWord(operand);
    if (name === undefined) return this.#children(copied, frame);
    const argument = frame?.arguments.get(name);
    if (frame === undefined || argument === undefined)
      return { ...copied, operand: namedType(name, inFrame(operand.span, frame)) };
    return {
      ...copied,
      operand: argument.kind === "typeof" ? typeOf(argument) : valueOf(this.#copyOf(argument, frame)),
    };
  }

  #checkHygiene(node: AnyNode, frame: Frame): void {
    if (node.kind === "map" && !frame.arguments.has(node.name)) {
      this.#bag.error("macro-map", inFrame(node.span, frame), { name: node.name });
    }
    if (node.kind !== "let" || !frame.arguments.has(node.variable.name)) return;
    const span = inFrame({ ...node.span, end: node.variable.span.end }, frame);
    this.#bag.error("macro-shadows-parameter", span, { name: node.variable.name });
  }
}

type Query = Sizeof | Offsetof | Typeinfo | Typeof | TypeofType;

const QUERIES: ReadonlySet<AnyNode["kind"]> = new Set(["sizeof", "offsetof", "typeinfo", "typeof", "typeof-type"]);

const isQuery = (node: AnyNode): node is Query => QUERIES.has(node.kind);

const INNER_PREFIX = "__builtin_";

const isInner = (name: string): boolean => name.startsWith(INNER_PREFIX);

/** `comm`, with or without parentheses around it; not `pid`, which is more than a name. */
function bareWord(operand: Query["operand"]): string | undefined {
  if (operand.kind === "identifier")
    return isParserBuiltin(operand.name) || isInner(operand.name) ? undefined : operand.name;
  return operand.kind === "named-type" && operand.tag === undefined ? operand.name : undefined;
}

const namedType = (name: string, span: Span): NamedType => ({ kind: "named-type", span, tag: undefined, name });

/** Of a map, what is in it: only a parameter with its `@` stands for the map itself. */
const valueOf = (expr: Expr): Expr =>
  expr.kind === "map" ? { kind: "block", span: expr.span, statements: [], value: expr } : expr;

const typeOf = (argument: Typeof): TypeofType => ({ ...copy(argument), kind: "typeof-type" });

/** A parameter may stand for a member of `offsetof()`, and for a member of a member. */
function withMembers<N extends Query>(node: N, frame: Frame | undefined): N {
  if (node.kind !== "offsetof" || frame === undefined) return node;
  const path = node.path.flatMap((name) => {
    const argument = frame.arguments.get(name);
    return argument === undefined ? [name] : memberPath(argument);
  });
  return { ...node, path };
}

function memberPath(argument: Expr): readonly string[] {
  if (argument.kind === "identifier") return [argument.name];
  if (argument.kind === "field") return [...memberPath(argument.object), String(argument.name)];
  return [""];
}

function inFrame(span: Span, frame: Frame | undefined): Span {
  return frame === undefined ? span : { ...span, expandedFrom: frame.calls };
}

// ---------------------------------------------------------------- overloads

const accepts = (param: MacroParam, arg: Expr): boolean => param.kind === "identifier" || param.kind === arg.kind;

const matches = (macro: Macro, args: readonly Expr[]): boolean =>
  macro.params.length === args.length &&
  macro.params.every((param, i) => {
    const arg = args[i];
    return arg !== undefined && accepts(param, arg);
  });

/** `$v` and `@m` before a parameter that takes anything. */
const precision = (macro: Macro): number => macro.params.filter((param) => param.kind !== "identifier").length;

function select(overloads: readonly Macro[], args: readonly Expr[]): Macro | undefined {
  const fitting = overloads.filter((macro) => matches(macro, args));
  return fitting.sort((a, b) => precision(b) - precision(a))[0];
}

function reportMismatch(
  call: Call | Identifier,
  args: readonly Expr[],
  overloads: readonly Macro[],
  bag: DiagnosticBag,
): void {
  const closest = overloads.find((macro) => macro.params.length === args.length) ?? overloads[0];
  if (closest === undefined) return;
  const { name, span } = call;
  const definition = closest.span.file.isLibrary === true ? span : headOf(closest);
  const wrong =
    closest.params.length === args.length ? closest.params.findIndex((p, i) => !accepts(p, args[i] as Expr)) : -1;
  const [param, arg] = [closest.params[wrong], args[wrong]];
  if (param === undefined || arg === undefined) {
    const counts = { wanted: closest.params.length, given: args.length };
    bag.error(
      "definition-mismatch",
      span,
      { name },
      { contexts: [context("definition-arity", definition, { name, ...counts })] },
    );
    return;
  }
  const wanted = param.kind === "map" ? "map" : "variable";
  const contexts = [
    context("definition-kind", arg.span, { name, param: param.name, wanted, given: kindWord(arg) }),
    context("definition-here", param.span, {}),
  ];
  bag.error("definition-mismatch", span, { name }, { contexts });
}

const kindWord = (arg: Expr): string =>
  arg.kind === "map" ? "a map" : arg.kind === "variable" ? "a variable" : "an expression";
