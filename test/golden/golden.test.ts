import { describe, expect, it } from "vitest";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { disassemble } from "../../codegen/bpf/index.js";
import { type Compilation, compile, DEFAULT_OPTIONS } from "../../codegen/compile.js";
import { printProgram } from "../../codegen/ir/print.js";
import { verifyProgram } from "../../codegen/ir/verify.js";
import { renderDiagnostics } from "../../grammar/index.js";
import { savedFacts } from "../fixtures/facts.js";
import { goldenFiles, writeGolden } from "./golden-file.js";

const SECTIONS: Readonly<Record<string, (c: Compilation) => string>> = {
  diagnostics: (c) => renderDiagnostics(c.diagnostics, { color: false }),
  events: (c) =>
    (c.object?.events ?? []).map((e) => `${e.id} ${e.action} ${e.fixedBytes} ${describeFields(e)}\n`).join(""),
  ir: (c) => c.ir.map((program) => printProgram(program)).join("\n"),
  bytecode: (c) => (c.object?.programs ?? []).map((p) => `${p.name}\n${disassemble(p.code)}`).join("\n"),
};

const describeFields = (event: NonNullable<Compilation["object"]>["events"][number]): string =>
  event.fields
    .map((f) => `${f.name}@${f.offset}${f.variable === undefined ? "" : `(<${f.variable.capacity})`}`)
    .join(" ");

const compileGolden = (source: string): Compilation =>
  compile({ name: "golden.bt", text: source }, savedFacts(), FULL_LANGUAGE, { ...DEFAULT_OPTIONS, isChecked: true });

describe("golden files", () => {
  for (const golden of goldenFiles()) {
    it(golden.name, () => {
      const compilation = compileGolden(golden.source);
      const now = new Map([...golden.sections.keys()].map((title) => [title, section(title, compilation)]));
      if (process.env["UPDATE_GOLDEN"] === "1") writeGolden(golden, now);
      else for (const [title, text] of now) expect(text, title).toBe(golden.sections.get(title));
    });

    it(`${golden.name}: the optimiser leaves valid IR, and the same bytes come out twice`, () => {
      const first = compileGolden(golden.source);
      for (const program of first.ir) expect(verifyProgram(program)).toEqual([]);
      const second = compileGolden(golden.source);
      expect(second.object?.programs.map((p) => p.code)).toEqual(first.object?.programs.map((p) => p.code));
    });
  }
});

function section(title: string, compilation: Compilation): string {
  const make = SECTIONS[title];
  if (make === undefined) throw new Error(`no section ${title}`);
  return make(compilation);
}
