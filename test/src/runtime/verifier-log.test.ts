import { expect, test } from "vitest";
import { span } from "../../../grammar/index.js";
import { lastWordsOf, spanOf } from "../../../src/runtime/verifier-log.js";
import { FILE } from "./objects.js";

const LOG = `func#0 @0
0: R1=ctx() R10=fp0
; print(1) @ stdin:1
0: (b7) r0 = 0                        ; R0_w=0
1: (79) r1 = *(u64 *)(r0 +0)
R0 invalid mem access 'scalar'
processed 2 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0
`;

test("the last words are the complaint and the instruction that it is about", () => {
  expect(lastWordsOf(LOG)).toBe("1: (79) r1 = *(u64 *)(r0 +0)\nR0 invalid mem access 'scalar'");
});

test.each([
  [
    "a complaint that stands alone",
    "0: (85) call x#999\ninvalid func unknown#999\nprocessed 1 insns\n",
    "invalid func unknown#999",
  ],
  ["no log", "", ""],
])("%s", (_, log, expected) => {
  expect(lastWordsOf(log)).toBe(expected);
});

test("the place is that of the last instruction which was looked at", () => {
  const lines = [
    { instruction: 0, span: span(FILE, 0, 5) },
    { instruction: 1, span: span(FILE, 8, 16) },
    { instruction: 2, span: span(FILE, 20, 23) },
  ];
  expect(spanOf(LOG, lines)).toEqual(span(FILE, 8, 16));
  expect(spanOf("", lines)).toBeUndefined();
  expect(spanOf(LOG, [])).toBeUndefined();
});
