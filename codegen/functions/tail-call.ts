import { UINT64, VOID } from "../types/type.js";
import { defineFunction, mapArgument } from "../language/function.js";

export const tailCall = defineFunction({
  name: "tail_call",
  isMacro: true,
  doc: {
    summary:
      "Goes on to the program in a slot of a progarray, and does not come back; does nothing where the slot is empty. A loop is left for it.",
    example: [
      "let @next = progarray(2);",
      'prog hello { print("hello"); exit(); }',
      "BEGIN { @next[1] = hello; }",
      "interval:ms:10 { tail_call(@next, 1); }",
    ].join(" "),
  },
  params: [
    { name: "array", kind: "map" },
    { name: "slot", kind: "value" },
  ],
  result: VOID,
  entersPrograms: true,
  lower: (cx, call) => {
    const slot = call.args[1];
    if (slot !== undefined) cx.tailCall(mapArgument(call), cx.castTo(slot, UINT64), call.span);
    return undefined;
  },
});
