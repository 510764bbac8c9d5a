import { describe, expect, test } from "vitest";
import { emitDebugInfo, generate } from "../../../codegen/bpf/index.js";
import { Btf, BtfBuilder } from "../../../codegen/btf/index.js";
import { Builder } from "../../../codegen/ir/builder.js";
import type { IrProgram } from "../../../codegen/ir/ir.js";
import { span, type SourceFile } from "../../../grammar/source.js";

const FILE: SourceFile = { name: "demo.bt", text: "begin\n{\n  @a = 1;\n  exit();\n}\n" };
const at = (text: string): ReturnType<typeof span> => {
  const start = FILE.text.indexOf(text);
  return span(FILE, start, start + text.length);
};

/** Two lines of the script, and a function that both call. */
function program(isCalleeKnown: boolean): IrProgram {
  const main = new Builder("begin:1", "program", ["context"]);
  main.span = at("@a = 1");
  const one = main.callFunction(1, [main.int(5)]);
  main.span = at("exit()");
  main.exit(main.callFunction(1, [one]));
  const callee = new Builder("callee", "subprogram", ["int"]);
  if (isCalleeKnown) callee.span = at("@a = 1");
  callee.exit(callee.add(callee.params[0] ?? callee.int(0), callee.int(1)));
  return { functions: [main.finish(), callee.finish()] };
}

function infoOf(given: IrProgram): { functions: readonly [number, string][]; lines: readonly string[] } {
  const btf = new BtfBuilder();
  const generated = generate(given, { supports: () => true });
  const { funcInfo, lineInfo } = emitDebugInfo(given, generated, btf);
  const blob = btf.encode();
  const read = Btf.parse(blob);
  const words = (bytes: Uint8Array): readonly number[] => [...new Uint32Array(bytes.slice().buffer)];
  const functions: [number, string][] = [];
  const pairs = words(funcInfo);
  for (let i = 0; i < pairs.length; i += 2) functions.push([pairs[i] ?? 0, nameOf(read, pairs[i + 1] ?? 0)]);
  const lines: string[] = [];
  const quads = words(lineInfo);
  for (let i = 0; i < quads.length; i += 4) {
    const place = quads[i + 3] ?? 0;
    lines.push(
      `${quads[i]}: ${stringAt(blob, quads[i + 1] ?? 0)}:${place >>> 10}:${place & 1023} ${stringAt(blob, quads[i + 2] ?? 0)}`,
    );
  }
  return { functions, lines };
}

/** The string section starts where the header, of which it is word 4, says. */
function stringAt(blob: Uint8Array, offset: number): string {
  const view = new DataView(blob.buffer);
  const start = view.getUint32(4, true) + view.getUint32(16, true) + offset;
  return Buffer.from(blob.subarray(start, blob.indexOf(0, start))).toString("latin1");
}

const nameOf = (btf: Btf, id: number): string => {
  const type = btf.type(id);
  return "name" in type ? type.name : "";
};

describe("debug information", () => {
  test("each function has its type, under a name that is a C identifier", () => {
    expect(infoOf(program(true)).functions).toEqual([
      [0, "begin_1"],
      [5, "callee"],
    ]);
  });

  test("lines are those of the script, at the first instruction of each place", () => {
    expect(infoOf(program(true)).lines).toEqual([
      "0: demo.bt:3:3   @a = 1;",
      "2: demo.bt:4:3   exit();",
      "5: demo.bt:3:3   @a = 1;",
    ]);
  });

  test("there are no lines when a function has none, which the kernel would refuse", () => {
    expect(infoOf(program(false)).lines).toEqual([]);
  });
});
