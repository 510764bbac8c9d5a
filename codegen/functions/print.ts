import type { Call } from "../../grammar/index.js";
import type { Lowering } from "../language/lowering.js";
import { isRecord } from "../language/provider.js";
import { pointsToContext } from "../types/promote.js";
import { isUnreadable, type Type, typeName, VOID } from "../types/type.js";
import { type CallCheck, defineFunction } from "../language/function.js";

export const print = defineFunction({
  name: "print",
  doc: { summary: "Prints a value, or a whole map.", example: "BEGIN { @[1] = 2; print(@); print(@[1]); exit(); }" },
  params: [
    { name: "value", kind: "value", acceptsMap: true },
    { name: "top", kind: "literal", accepts: ["int"], isOptional: true },
    { name: "div", kind: "literal", accepts: ["int"], isOptional: true },
  ],
  mapUse: "prints",
  result: VOID,
  check: checkPrint,
  sends: ({ args }) => args[0]?.kind !== "map",
  lower: (cx, call) => {
    const value = call.args[0];
    if (value?.kind === "map") printMap(cx, call, value.name);
    else if (value !== undefined) {
      cx.sendEvent({
        action: "print-value",
        site: {},
        fields: [{ name: "value", type: cx.typeOf(value), expr: value }],
        span: call.span,
      });
    }
    return undefined;
  },
});

function printMap(cx: Lowering, call: Call, name: string): void {
  cx.sendEvent({
    action: "print-map",
    mustArrive: "queued",
    fields: [],
    site: {
      map: cx.scriptMapIndex(name),
      top: u32Of(cx.literal(call, 1)),
      div: u32Of(cx.literal(call, 2)),
      afterwards: cx.takings.afterwards.get(call) ?? "keep",
    },
    span: call.span,
  });
}

/** As the reference keeps them. */
const u32Of = (literal: ReturnType<Lowering["literal"]>): number => Number(BigInt.asUintN(32, BigInt(literal ?? 0n)));

const UNPRINTABLE: ReadonlySet<Type["kind"]> = new Set<Type["kind"]>(["none", "void", "timestamp-mode"]);

const isArgs = (type: Type): boolean => type.kind === "struct" && type.source.origin === "args";

function checkPrint({ call, typeOf, context, bag }: CallCheck): void {
  const value = call.args[0];
  if (value === undefined) return;
  const type = typeOf(value);
  if (value.kind === "map") {
    if (call.args.length > 1 && type.kind === "aggregation" && typeof type.of.reads === "object") {
      bag.warning("print-stats-arguments", call.span, {});
    }
    return;
  }
  if (call.args.length > 1) return bag.error("print-arity", call.span, { count: call.args.length });
  if (isUnreadable(type)) {
    return bag.error("print-entry", call.span, { type: typeName(type) });
  }
  if (UNPRINTABLE.has(type.kind) || pointsToContext(type) || (isArgs(type) && isRecord(context.args))) {
    bag.error("print-unprintable", call.span, { type: typeName(type) });
  }
}
