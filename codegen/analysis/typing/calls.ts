/** Calls: the type that comes out, and arguments of the right kinds (language.md 19.3, 21; stdlib.md 1.2). */
import type { Call, Expr, Help } from "../../../grammar/index.js";
import type { AnyFunction, CallTyping, Param } from "../../language/function.js";
import { aggregationNamed, takesMap } from "../../language/language.js";
import { familyOf } from "../../types/families.js";
import { type Type, typeName, VOID } from "../../types/type.js";
import { isLiteral } from "../folding/literal.js";
import { similarMap, similarWord } from "../names/similar-names.js";
import { isUnknown, UNKNOWN } from "../names/slots.js";
import { typeAggregation } from "./aggregations.js";
import type { BodyTyping } from "./body-typing.js";
import { typeKey } from "./keys.js";
import { checkTailCall, isProgramArray } from "./program-arrays.js";
import { originsOf } from "./type-origins.js";

export function typeCall(cx: BodyTyping, call: Call): Type {
  const definition = cx.language.functions.get(call.name);
  if (definition === undefined) {
    const help = () => similarWord(call.name, cx.program.words, "call");
    cx.bag.error("function-unknown", call.span, { name: call.name }, { help });
    for (const arg of call.args) cx.typeExpr(arg);
    return UNKNOWN;
  }
  for (const [i, arg] of call.args.entries()) {
    cx.isLongTextAllowed = i === 0 && definition.takesLongText === true;
    typeArgument(cx, call, arg, i, paramAt(definition, i));
    cx.isLongTextAllowed = false;
  }
  const isTyped = call.args.every((arg) => !isUnknown(cx.known(arg)));
  if (cx.isFinal && isTyped) checkArguments(cx, call, definition);
  if (definition.kind === "aggregation") return typeAggregation(cx, call, definition);
  if (typeof definition.result !== "function") return definition.result;
  return isTyped ? definition.result(typingOf(cx, call)) : UNKNOWN;
}

export const paramAt = (definition: AnyFunction, index: number): Param | undefined => {
  const last = definition.params.at(-1);
  return definition.params[index] ?? (last?.isRest === true ? last : undefined);
};

function typeArgument(cx: BodyTyping, call: Call, arg: Expr, index: number, param: Param | undefined): void {
  if (param?.kind === "name" && arg.kind === "identifier") {
    cx.types.set(arg, VOID);
    return;
  }
  if (arg.kind === "map" && takesMap(cx.language, call.name, index)) return typeMapArgument(cx, call, arg);
  const [first] = call.args;
  if (param?.isKey === true && first?.kind === "map") {
    const map = cx.map(first.name);
    if (map.isKeyed === true) return typeKey(cx, map, arg, call.span);
  }
  cx.typeExpr(arg);
}

/** A map by reference: it has to be used as a map somewhere. */
function typeMapArgument(cx: BodyTyping, call: Call, arg: Extract<Expr, { kind: "map" }>): void {
  const type = cx.typeExpr(arg);
  if (cx.map(arg.name).isKeyed !== undefined || !isUnknown(type)) return;
  const { name } = arg;
  const help = () => similarMap(name, cx.program.maps);
  const { code = "map-undefined", at = "argument" } = cx.language.functions.get(call.name)?.unknownMap ?? {};
  cx.bag.error(code, at === "call" ? call.span : arg.span, { name }, { help });
}

// ---------------------------------------------------------------- arguments

function checkArguments(cx: BodyTyping, call: Call, definition: AnyFunction): void {
  if (cx.isInLoop && definition.mapUse === "prints" && call.args[0]?.kind === "map")
    cx.bag.warning("print-in-loop", call.span, {});
  for (const [i, arg] of call.args.entries()) {
    const param = paramAt(definition, i);
    if (param !== undefined && !checkArgument(cx, call, arg, param)) return;
  }
  if (definition.kind === "function" && definition.entersPrograms === true) checkTailCall(cx, call);
  definition.check?.({
    ...typingOf(cx, call),
    bag: cx.bag,
    mapTypes: (name) => {
      const map = cx.program.maps.get(name);
      if (map === undefined || isUnknown(map.value.type)) return undefined;
      return {
        key: map.isKeyed === true ? map.key.type : undefined,
        value: map.value.type,
        holdsPrograms: isProgramArray(map),
      };
    },
  });
}

function checkArgument(cx: BodyTyping, call: Call, arg: Expr, param: Param): boolean {
  const type = cx.known(arg);
  if (param.kind === "literal") return checkLiteral(cx, call, arg, param, type);
  if (param.accepts === undefined || param.accepts.some((family) => family === familyOf(type))) return true;
  const { name, span } = call;
  const called = aggregationNamed(cx.language, name);
  const help = (): Help => ({
    ...originsOf(cx, [arg])(),
    hints: type.kind === "string" && called !== undefined ? [COUNT_STRINGS] : [],
  });
  const extra = { mark: arg.span, help };
  // Aggregations with a sign need the type itself, and have words of their own.
  if (called?.type.sign === "named") cx.bag.error("aggregation-argument", span, { name, type: typeName(type) }, extra);
  else cx.bag.error("argument-type", span, { name, wanted: param.accepts.join(" or "), given: familyOf(type) }, extra);
  return false;
}

const COUNT_STRINGS = "To count how often each string comes, make it a key: `@[STRING] = count()`.";

function checkLiteral(cx: BodyTyping, call: Call, arg: Expr, param: Param, type: Type): boolean {
  const [wanted] = param.accepts ?? [];
  if (isLiteral(arg) && (wanted === undefined || familyOf(type) === wanted)) return true;
  const args = { name: call.name, wanted: wanted ?? "int", given: familyOf(type) };
  cx.bag.error("argument-literal", call.span, args, { mark: arg.span });
  return false;
}

function typingOf(cx: BodyTyping, call: Call): CallTyping {
  return {
    call,
    typeOf: (arg) => cx.known(arg),
    literal: (index) => {
      const arg = call.args[index];
      return arg !== undefined && isLiteral(arg) ? arg.value : undefined;
    },
    context: cx.context,
    config: cx.config,
    facts: cx.facts,
    structs: cx.structs,
  };
}
