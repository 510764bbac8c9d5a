/**
 * `getopt()` (language.md 16.3): options of a script, given after `--` on the command line. A call becomes a cast of the
 * option's value: an ordinary run-time expression of the option's type.
 */
import {
  type AnyNode,
  type Call,
  type Cast,
  type DiagnosticBag,
  type Expr,
  type Identifier,
  mapChildren,
  parseIntegerText,
  type Span,
  type TypeExpr,
} from "../../../grammar/index.js";
import { isLiteral, literal } from "../folding/literal.js";
import type { ProbeBody } from "../input.js";

/** The text behind `--name=`; `true` for a bare `--name`. */
export type NamedParameters = ReadonlyMap<string, string | true>;

export interface ScriptOption {
  readonly name: string;
  readonly description: string | undefined;
  readonly default: bigint | string | boolean;
}

export interface OptionInput {
  readonly named: NamedParameters;
  readonly maxStrlen: number;
  readonly bag: DiagnosticBag;
}

export function expandOptions(
  probes: readonly ProbeBody[],
  input: OptionInput,
): { readonly probes: readonly ProbeBody[]; readonly options: readonly ScriptOption[] } {
  const options = new Map<string, ScriptOption>();
  const expand = <N extends AnyNode>(node: N): N => {
    const inside = mapChildren(node, expand);
    return inside.kind === "call" && inside.name === "getopt" ? (optionValue(inside, options, input) as N) : inside;
  };
  const expanded = probes.map((probe) => ({
    ...probe,
    predicate: probe.predicate === undefined ? undefined : expand(probe.predicate),
    body: expand(probe.body),
  }));
  return { probes: expanded, options: [...options.values()] };
}

function optionValue(call: Call, options: Map<string, ScriptOption>, input: OptionInput): Expr {
  const option = readOption(call, input.bag);
  if (option === undefined) return call;
  const before = options.get(option.name);
  if (before !== undefined) checkSame(before, option, call, input.bag);
  else options.set(option.name, option);
  return typedValue(option.default, valueOf(option, input), call.span, input.maxStrlen);
}

/** Arguments have been folded. */
function readOption(call: Call, bag: DiagnosticBag): ScriptOption | undefined {
  const [name, fallback, description] = call.args;
  if (name === undefined || call.args.length > 3) {
    bag.error("option-arity", call.span, {});
    return undefined;
  }
  if (name.kind !== "string") {
    bag.error("option-name", name.span, {});
    return undefined;
  }
  if (fallback !== undefined && !isLiteral(fallback)) {
    bag.error("option-default", fallback.span, {});
    return undefined;
  }
  return {
    name: name.value,
    default: fallback?.value ?? false,
    description: description?.kind === "string" ? description.value : undefined,
  };
}

function checkSame(before: ScriptOption, now: ScriptOption, call: Call, bag: DiagnosticBag): void {
  const { name } = now;
  if (before.default !== now.default) {
    bag.error("option-default-differs", call.span, { name, previous: String(before.default) });
  } else if (before.description !== now.description) bag.error("option-description-differs", call.span, { name });
}

// ---------------------------------------------------------------- values

function valueOf(option: ScriptOption, { named, bag }: OptionInput): bigint | string | boolean {
  const given = named.get(option.name);
  if (given === undefined) return option.default;
  const read = READERS[typeof option.default as "bigint" | "string" | "boolean"];
  return read(option.name, given, bag) ?? option.default;
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...["1", "true", "on", "yes"].map((word) => [word, true] as const),
  ...["0", "false", "off", "no"].map((word) => [word, false] as const),
]);

type Reader = (name: string, given: string | true, bag: DiagnosticBag) => bigint | string | boolean | undefined;

/** They report and give nothing when the text is wrong. */
const READERS: { readonly [K in "bigint" | "string" | "boolean"]: Reader } = {
  bigint: (name, given, bag) => {
    if (given === true) {
      bag.error("option-integer", undefined, { name });
      return undefined;
    }
    const value = parseIntegerText(given);
    if (typeof value === "bigint") return value;
    const isTooLarge = value.error.startsWith("overflow");
    bag.error(isTooLarge ? "option-integer-range" : "option-integer-invalid", undefined, { name, value: given });
    return undefined;
  },
  boolean: (name, given, bag) => {
    const value = given === true ? true : BOOLEANS.get(given.toLowerCase());
    if (value === undefined) bag.error("option-boolean", undefined, { name, value: String(given) });
    return value;
  },
  string: (name, given, bag) => {
    if (given !== true) return given;
    bag.error("option-string", undefined, { name });
    return undefined;
  },
};

/** A cast is never folded: the value has its type, and is no literal. */
function typedValue(
  fallback: bigint | string | boolean,
  value: bigint | string | boolean,
  span: Span,
  maxStrlen: number,
): Cast {
  const type = typeFor(fallback, span, maxStrlen);
  const operand = typeof value === "boolean" ? literal(value ? 1n : 0n, span) : literal(asSigned(value), span);
  return { kind: "cast", span, type, operand };
}

/** A leading `-` has wrapped to 64 bits. What is of another type than the cast's makes that a cast with a purpose. */
const asSigned = (value: bigint | string): bigint | string =>
  typeof value === "bigint" ? BigInt.asIntN(64, value) : value;

function typeFor(fallback: bigint | string | boolean, span: Span, maxStrlen: number): TypeExpr {
  const named = (name: Identifier["name"]): TypeExpr => ({ kind: "named-type", span, tag: undefined, name });
  if (typeof fallback === "boolean") return named("bool");
  if (typeof fallback === "string")
    return { kind: "array-type", span, element: named("string"), length: BigInt(maxStrlen) };
  return named(fallback < 0n ? "int64" : "uint64");
}
