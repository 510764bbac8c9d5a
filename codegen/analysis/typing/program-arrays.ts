/** Arrays of programs: their slots are numbers, and what is put into them is the name of a program. */
import { type Assign, type Call, context, type Context, type Expr } from "../../../grammar/index.js";
import { builtinNamed } from "../../language/language.js";
import { asInteger } from "../../types/promote.js";
import { read } from "../../types/readings.js";
import { PROGRAM, sameType, typeName } from "../../types/type.js";
import { isUnknown, type MapSlot } from "../names/slots.js";
import type { BodyTyping } from "./body-typing.js";

export interface ProgramArray extends MapSlot {
  readonly programs: NonNullable<MapSlot["programs"]>;
}

export const isProgramArray = (map: MapSlot): map is ProgramArray => map.programs !== undefined;

const declared = ({ name, programs }: ProgramArray): { readonly contexts: readonly Context[] } => ({
  contexts: [context("program-array-here", programs.span, { map: name })],
});

/** `@m[K] = NAME`. */
export function typeEntry(cx: BodyTyping, map: ProgramArray, node: Assign): void {
  const { target, op, value } = node;
  if (op !== undefined)
    cx.bag.error("program-array-operator", node.span, { map: map.name, op: `${op}=` }, declared(map));
  if (target.kind === "map-access") {
    typeSlot(cx, map, target.key);
    cx.types.set(target.map, PROGRAM);
  }
  cx.types.set(target, PROGRAM);
  typeProgram(cx, map, value);
}

/** What may be in a variable or another array is known well enough: see {@link TailCalls}. */
function typeProgram(cx: BodyTyping, map: ProgramArray, value: Expr): void {
  const isName = value.kind === "identifier" && builtinNamed(cx.language, value.name) === undefined;
  const known = isName ? cx.structs.enumerator(value.name)?.type : undefined;
  if (isName && known === undefined) {
    const names = cx.structs.enumerators(PROGRAM).map(({ name }) => name);
    const hints = names.length > 0 ? [`Programs of this script: ${names.join(", ")}`] : [];
    return cx.bag.error("program-unknown", value.span, { name: value.name }, { hints });
  }
  const type = cx.typeExpr(value);
  if (sameType(isName && known !== undefined ? known : type, PROGRAM)) return;
  if (!isUnknown(type))
    cx.bag.error("program-array-value", value.span, { map: map.name, type: typeName(type) }, declared(map));
}

/** The number of a slot: its type need not be that of the others. */
export function typeSlot(cx: BodyTyping, map: ProgramArray, key: Expr): void {
  const type = read(cx.typeExpr(key));
  if (isUnknown(type)) return;
  if (asInteger(type) === undefined) {
    return cx.bag.error("program-array-index-type", key.span, { map: map.name, type: typeName(type) }, declared(map));
  }
  const { entries } = map.programs;
  if (key.kind !== "integer" || (key.value >= 0n && key.value < entries)) return;
  cx.bag.error("program-array-index", key.span, { map: map.name, index: key.value, entries }, declared(map));
}

/** `tail_call(@m, K)`. */
export function checkTailCall(cx: BodyTyping, call: Call): void {
  const [array, slot] = call.args;
  if (array?.kind !== "map" || slot === undefined) return;
  const map = cx.map(array.name);
  if (isProgramArray(map)) typeSlot(cx, map, slot);
  else cx.bag.error("program-array-needed", array.span, { map: array.name });
}
