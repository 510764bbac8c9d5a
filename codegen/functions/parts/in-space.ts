/** `kptr()` and `uptr()`: the same value, in a known address space. */
import { scalar } from "../../language/lowering.js";
import { familyOf } from "../../types/families.js";
import { withSpace } from "../../types/spaces.js";
import type { AddressSpace } from "../../types/type.js";
import { type Doc, defineFunction, firstArgument, type FunctionDefinition } from "../../language/function.js";

export const inSpace = (name: string, space: AddressSpace, doc: Doc): FunctionDefinition =>
  defineFunction({
    name,
    doc,
    params: [{ name: "address", kind: "value" }],
    result: ({ call, typeOf }) => withSpace(typeOf(firstArgument(call)), space),
    check: ({ call, typeOf, bag }) => {
      const given = familyOf(typeOf(firstArgument(call)));
      if (given === "int" || given === "pointer") return;
      bag.error("argument-type", call.span, { name, wanted: "integer or pointer", given });
    },
    lower: (cx, call) => scalar(cx.value(firstArgument(call))),
  });
