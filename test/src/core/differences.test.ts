import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { compile, DEFAULT_OPTIONS } from "../../../codegen/compile.js";
import { FULL_LANGUAGE } from "../../../codegen/full-language.js";
import { differences } from "../../../src/core/index.js";
import { stampOf } from "../../../src/core/saved/file-stamps.js";
import { LiveFacts } from "../../../src/kernel/index.js";
import { savedScript } from "../../codegen/saved/script.js";
import { savedFacts } from "../../fixtures/facts.js";

const facts = savedFacts();
const object = compile({ name: "d.bt", text: "begin { exit(); }" }, facts, FULL_LANGUAGE, DEFAULT_OPTIONS).object!;
const kernel = { release: "1", build: undefined, buildId: undefined };

const found = (parts: Parameters<typeof savedScript>[1]): readonly string[] =>
  differences(savedScript(object, { kernel, facts: [], files: [], ...parts }), facts, kernel);

test("a program with another build id is another one, though its size and its time are the same", () => {
  const directory = mkdtempSync(join(tmpdir(), "tsbt-stamps-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "program");
  copyFileSync(process.execPath, path);
  const stamp = stampOf(path)!;
  expect(stamp.buildId).toMatch(/^[0-9a-f]{16,}$/);
  expect(found({ files: [stamp] })).toEqual([]);
  const { atime, mtime } = statSync(path);
  const bytes = readFileSync(path);
  const id = Buffer.from(stamp.buildId!, "hex");
  bytes[bytes.indexOf(id)]! ^= 1;
  writeFileSync(path, bytes);
  utimesSync(path, atime, mtime);
  expect(found({ files: [{ ...stamp, modifiedNs: stampOf(path)!.modifiedNs }] })).toEqual([`${path} is another file`]);
});

test.each([
  ["functionAddresses", "[5]"],
  ["tracepointFormat", "[7, {}]"],
  ["cgroupId", '["a\\u0000b"]'],
])("%s that no compiler asks is another answer, and no mistake of ours", (question, args) => {
  const script = savedScript(object, { kernel, files: [], facts: [{ question, args, answer: "?" }] });
  expect(differences(script, new LiveFacts(), kernel)).toEqual([expect.stringMatching(/something else here|then/)]);
});
