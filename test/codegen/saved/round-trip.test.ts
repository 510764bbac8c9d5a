import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compile, DEFAULT_OPTIONS } from "../../../codegen/compile.js";
import { FULL_LANGUAGE } from "../../../codegen/full-language.js";
import type { BpfObject } from "../../../codegen/object.js";
import { isSaved } from "../../../codegen/saved/index.js";
import { savedFacts } from "../../fixtures/facts.js";
import { readVectors } from "../../fixtures/language/vectors.js";
import { goldenFiles } from "../../golden/golden-file.js";
import { PROJECT_DIR } from "../../support/project.js";
import { decoded, encoded, savedScript } from "./script.js";

const facts = savedFacts();

function objectOf(text: string): BpfObject | undefined {
  const options = { ...DEFAULT_OPTIONS, isUnsafe: true, positional: ["5", "abc"] };
  return compile({ name: "round.bt", text }, facts, FULL_LANGUAGE, options).object;
}

function comesBack(object: BpfObject): void {
  const script = savedScript(object);
  const bytes = encoded(script);
  const again = decoded(bytes);
  expect(again).toStrictEqual(script);
  expect(Buffer.from(encoded(again)).equals(bytes)).toBe(true);
}

describe("a script comes back as it was", () => {
  const examples = readdirSync(join(PROJECT_DIR, "examples")).filter((name) => name.endsWith(".bt"));
  const scripts = [
    ...goldenFiles().map(({ name, source }) => ({ name, text: source })),
    ...examples.map((name) => ({ name, text: readFileSync(join(PROJECT_DIR, "examples", name), "latin1") })),
  ];
  test.each(scripts)("$name", ({ text }) => {
    const object = objectOf(text);
    if (object !== undefined) comesBack(object);
  });

  test("each of the reference's vectors that compiles", () => {
    const objects = readVectors().flatMap(({ body }) => objectOf(`begin { ${body} }`) ?? []);
    expect(objects.length).toBeGreaterThan(50);
    objects.forEach(comesBack);
  });
});

test("what is said of its warnings comes back, and text that is not of bytes", () => {
  const object = objectOf("begin { exit(); }")!;
  const span = object.events[0]!.span;
  const warning = { severity: "warning", code: "c", message: "é → ü", hints: ["h"], span, contexts: [] } as const;
  const script = savedScript(object, { warnings: [warning, { ...warning, span: undefined }], unsafe: ["system()"] });
  expect(decoded(encoded(script))).toStrictEqual(script);
});

test("numbers that only say that there is no limit come back", () => {
  const text = `config = { max_probes = 9223372036854775807; max_cat_bytes = 18446744073709551615 }
    begin { @[1] = 2; print(@, 9007199254740993, 4294967298); cat("/dev/null"); exit(); }`;
  const { events } = objectOf(text)!;
  expect(events.find(({ action }) => action === "print-map")?.site).toMatchObject({ top: 1, div: 2 });
  const compiled = compile({ name: "limits.bt", text }, facts, FULL_LANGUAGE, DEFAULT_OPTIONS);
  const script = savedScript(compiled.object!, { config: compiled.config });
  expect(decoded(encoded(script))).toStrictEqual(script);
});

test("what is read is independent of the memory that it was read from", () => {
  const script = savedScript(objectOf("begin { @ = count(); exit(); }")!);
  const bytes = Buffer.from(encoded(script));
  const again = decoded(bytes);
  bytes.fill(0);
  expect(again).toStrictEqual(script);
  for (const { code } of again.object.programs) expect(code.buffer.byteLength).toBe(code.length);
});

test("a file of one is told by how it begins", () => {
  const bytes = encoded(savedScript(objectOf("begin { exit(); }")!));
  expect(isSaved(Buffer.from(bytes).toString("latin1"))).toBe(true);
  expect(isSaved("begin { exit(); }")).toBe(false);
});
