import { describe, expect, test } from "vitest";
import { Builder } from "../../../codegen/ir/builder.js";
import { IrSyntaxError, parseFunction, parseProgram } from "../../../codegen/ir/parse.js";
import { printFunction, printProgram } from "../../../codegen/ir/print.js";

const EVERY_FORM = `program kprobe_vfs_read(v0: context) {
  slot s0: 8 align 8 "key"
  slot s1: 16 align 1 "comm"
b0:
  v1 = const -9223372036854775808
  v2 = add v1, v1
  v3 = sar v2, v1
  v4 = sext 16 v3
  v5 = zext 32 v3
  v6 = byte-swap 64 v5
  v7 = compare sle v6, v5
  v8: frame = slot-address s0
  v9: frame = slot-address s1
  v10 = load u32 [v0 + 16]
  v11 = load s8 [v9 - 0]
  v21 = load volatile u64 [v14 + 8]
  store u16 [v8 + 2], v10
  atomic-add u64 [v8 + 0], v1
  v12 = atomic-fetch-add u32 [v8 + 4], v1
  v22 = atomic-claim u64 [v8 + 8], v1
  copy 8 align 4 [v9 + 8], [v8 + 0]
  zero 16 align 1 [v9 + 0]
  v13: map = map 2
  v14: map-value = map-value 3 + 24
  v15: map-value-or-null = call map_lookup_elem(v13, v8)
  v16: memory-or-null = call-kfunc bpf_iter_num_next#1234(v9)
  v17: function = function 1
  v18 = call-function 1()
  v22 = call-function 1(v1, v18) changes nothing
  v23: map-value-or-null = call-function 1(v8) changes map 2
  branch ne v15, v18, b2(v15), b4
b2(v19: map-value):
  jump b4
b4:
  may-goto b5, b6(v1)
b5:
  jump b4
b6(v20):
  exit v20
}

callback each(v0: map, v1: memory) {
b0:
  v2 = const 0
  exit v2
}
`.replace("[v9 - 0]", "[v9 + 0]");

test("every form is read back as it was printed", () => {
  expect(printProgram(parseProgram(EVERY_FORM))).toBe(EVERY_FORM);
});

test("negative offsets keep their sign", () => {
  const text = "subprogram f(v0: frame) {\nb0:\n  v1 = load u8 [v0 - 4]\n  exit v1\n}\n";
  expect(printFunction(parseFunction(text))).toBe(text);
});

test("what the builder makes can be read back", () => {
  const b = new Builder("main", "program", ["context"]);
  const key = b.slotAddress(b.slot(8, 8, "key"));
  b.store(key, 0, 8, b.call("get_current_pid_tgid", []));
  b.ifNotNull(b.call("map_lookup_elem", [b.map(0), key]), {
    found: (entry) => b.atomicAdd(entry, 0, 8, b.int(1)),
  });
  b.exit(b.int(0));
  const text = printFunction(b.finish());
  expect(printFunction(parseFunction(text))).toBe(text);
});

test("source lines are comments, each once in a row", () => {
  const file = { name: "a.bt", text: "begin {\n  @ = 1;\n}\n" };
  const b = new Builder("main", "program", []);
  b.span = { file, start: 10, end: 11 };
  const one = b.int(1);
  b.exit(one);
  expect(printFunction(b.finish(), { withSource: true })).toBe(
    "program main() {\nb0:\n  // a.bt:2: @ = 1;\n  v0 = const 1\n  exit v0\n}\n",
  );
});

describe("broken text is an error with its line", () => {
  const inside = (line: string): string => `program f(v0) {\nb0:\n${line}\n  exit v0\n}\n`;
  test.each([
    ["an unknown instruction", inside("v1 = frobnicate v0"), 3],
    ["an unknown helper", inside("v1 = call nothing()"), 3],
    ["an unknown type", inside("v1: pointer = const 0"), 3],
    ["a missing operand", inside("v1 = add v0"), 3],
    ["a width that does not exist", inside("v1 = load u24 [v0 + 0]"), 3],
    ["a store with a result", inside("v1 = store u8 [v0 + 0], v0"), 3],
    ["an instruction after the end of a block", inside("exit v0"), 4],
    ["a slot out of order", 'program f() {\n  slot s1: 8 align 8 ""\nb0:\n}', 2],
    ["a block without an end", "program f() {\nb0:\n}", 2],
    ["a function without an end", "program f(v0) {\nb0:\n  exit v0", 3],
  ])("%s", (_, text, line) => {
    expect(() => parseProgram(text)).toThrow(IrSyntaxError);
    expect(() => parseProgram(text)).toThrow(`line ${line}:`);
  });
});
