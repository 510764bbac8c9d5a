import { expect, test } from "vitest";
import { disassemble } from "../../../codegen/bpf/disassemble.js";
import { withStopSwitch } from "../../../src/runtime/stop-switch.js";
import { encode, program, SPAN } from "./objects.js";

const records = (bytes: number, ...offsets: readonly number[]): Uint8Array => {
  const view = new DataView(new ArrayBuffer(bytes * offsets.length));
  offsets.forEach((offset, i) => view.setUint32(i * bytes, offset, true));
  return new Uint8Array(view.buffer);
};
const offsetsOf = (bytes: number, all: Uint8Array): number[] =>
  Array.from({ length: all.length / bytes }, (_, i) => new DataView(all.buffer).getUint32(i * bytes, true));

const PROLOGUE = 6;

test("the flag is looked at before anything else", () => {
  const lines = disassemble(withStopSwitch(program(), 3).code).trim().split("\n");
  expect(lines).toHaveLength(7);
  expect(lines.slice(1).join("\n")).toMatch(
    /r0 = \*\(u32 \*\)\(r0 \+ ?0\)[^]*if r0 == 0[x0]* goto[^]*r0 = 0[^]*exit[^]*r0 = 0[^]*exit/,
  );
});

test("a silenced tracepoint still lets other users see the event", () => {
  const code = withStopSwitch(program({ type: "tracepoint" }), 0).code;
  expect(Array.from(code.slice(4 * 8, 5 * 8))).toEqual([0xb7, 0, 0, 0, 1, 0, 0, 0]);
});

test("everything that names an instruction moves with it", () => {
  const switched = withStopSwitch(
    program({
      relocations: [{ kind: "map", instruction: 2, map: 1 }],
      lines: [{ instruction: 4, span: SPAN }],
    }),
    9,
  );
  expect(switched.relocations).toEqual([
    { kind: "map-value", instruction: 0, map: 9, offset: 0 },
    { kind: "map", instruction: 2 + PROLOGUE, map: 1 },
  ]);
  expect(switched.lines).toEqual([{ instruction: 4 + PROLOGUE, span: SPAN }]);
});

test("functions and lines move, but the program still begins at 0", () => {
  const { funcInfo, lineInfo } = withStopSwitch(
    program({ funcInfo: records(8, 0, 12), lineInfo: records(16, 0, 1, 12) }),
    0,
  );
  expect(offsetsOf(8, funcInfo)).toEqual([0, 18]);
  expect(offsetsOf(16, lineInfo)).toEqual([0, 7, 18]);
});

test("the program itself is unchanged", () => {
  const code = encode([0xbf, 6, 1, 0, 0], [0xb7, 0, 0, 0, 0], [0x95, 0, 0, 0, 0]);
  expect(withStopSwitch(program({ code }), 0).code.slice(PROLOGUE * 8)).toEqual(code);
});
