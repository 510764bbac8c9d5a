import { BOOL } from "../types/type.js";
import { defineFunction, lowerConstant } from "../language/function.js";

export const isScalar = defineFunction({
  name: "is_scalar",
  doc: {
    summary: "Whether a map has no keys, known at compile time.",
    example: "BEGIN { @a = 1; print(is_scalar(@a)); exit(); }",
  },
  params: [{ name: "map", kind: "map" }],
  words: { notMap: "argument-map-first" },
  unknownMap: { code: "map-unknown", at: "call" },
  result: BOOL,
  constant: ({ isKeyed }) => (isKeyed === undefined ? undefined : !isKeyed),
  lower: lowerConstant,
});
