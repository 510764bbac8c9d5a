import { expect, it } from "vitest";
import { partsOf } from "../../../src/dwarf/location-expressions.js";

const WIDTHS = { addressBytes: 8, offsetBytes: 4, origin: { file: "a", section: ".debug_info" } };

/** DW_OP_entry_value of another expression. */
function entryValue(inner: readonly number[]): readonly number[] {
  const length = [];
  let rest = inner.length;
  for (; rest >= 0x80; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
  return [0xa3, ...length, rest, ...inner];
}

const REGISTER_5 = [0x55];
const read = (expression: readonly number[]): ReturnType<typeof partsOf> =>
  partsOf(Uint8Array.from(expression), { frame: undefined, isEntry: true, widths: WIDTHS as never });

it("what was in a register when the function was called", () => {
  expect(read([...entryValue(REGISTER_5), 0x9f])).toMatchObject([{ kind: "value", base: 5 }]);
});

it("of the entry of an entry nothing is known, however deep", () => {
  let nested: readonly number[] = REGISTER_5;
  for (let depth = 0; depth < 2000; depth++) nested = entryValue(nested);
  expect(read(nested)).toMatchObject([{ kind: "computed" }]);
});

it("what is computed is a part as others are", () => {
  // A byte of register 5: DW_OP_breg5 0, DW_OP_const1u 255, DW_OP_and, DW_OP_stack_value
  const masked = [0x75, 0, 0x08, 0xff, 0x1a, 0x9f];
  expect(read([...REGISTER_5, 0x93, 4, ...masked, 0x93, 1])).toMatchObject([
    { kind: "register", register: 5, bytes: 4 },
    { kind: "computed", isOfEntry: false, bytes: 1 },
  ]);
  expect(read([0x75, 0, 0xa8, 1, 0xa8, 2, 0x9f])).toMatchObject([{ kind: "computed" }]);
});
