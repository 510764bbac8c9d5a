import { memory } from "../language/lowering.js";
import { array, UINT8 } from "../types/type.js";
import { type CallCheck, defineFunction } from "../language/function.js";
import { parseInetAddress } from "./parts/inet-address.js";

export const pton = defineFunction({
  name: "pton",
  doc: {
    summary: "The bytes of a network address, in network order.",
    example: 'BEGIN { print(pton("127.0.0.1")); exit(); }',
  },
  params: [{ name: "address", kind: "value" }],
  result: ({ literal }) => array(UINT8, bytesOf(literal(0)).length, "kernel"),
  check: checkAddress,
  lower: (cx, call) => memory(cx.constant(String.fromCharCode(...bytesOf(cx.literal(call, 0))))),
});

const bytesOf = (literal: bigint | string | boolean | undefined): readonly number[] =>
  (typeof literal === "string" ? parseInetAddress(literal) : undefined) ?? [0, 0, 0, 0];

function checkAddress({ call, literal, bag }: CallCheck): void {
  const text = literal(0);
  if (typeof text !== "string") return bag.error("pton-literal", call.span, {});
  if (!/[.:]/.test(text)) return bag.error("pton-family", call.span, { text });
  if (parseInetAddress(text) === undefined) bag.error("pton-address", call.span, { text });
}
