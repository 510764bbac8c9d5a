import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { compile, DEFAULT_OPTIONS } from "../../codegen/compile.js";
import { renderDiagnostics } from "../../grammar/index.js";
import { LiveFacts } from "../../src/kernel/live.js";
import { native } from "../../src/kernel/native.js";
import { Bpf } from "../../src/runtime/bpf.js";
import { VerifierError } from "../../src/runtime/errors.js";
import { load } from "../../src/runtime/loader.js";
import { decoded, encoded, savedScript } from "../codegen/saved/script.js";
import { goldenFiles } from "../golden/golden-file.js";
import { type FeatureName, kernelTest, PROJECT_DIR } from "../support/index.js";
import { TOPICS } from "../../docs/generator/topics.js";
import { pageScripts } from "../support/page-scripts.js";

interface Script {
  readonly name: string;
  readonly text: string;
  /** Not even a warning may be said of it. */
  readonly isExemplary?: boolean;
}

/** What a script needs of the kernel, by what its text says. */
const NEEDS: readonly (readonly [pattern: RegExp, feature: FeatureName])[] = [
  [/\bk(ret)?probe:/, "kprobe"],
  [/\b(fentry|fexit|kfunc|kretfunc):/, "fentry"],
  [/\bhardware:/, "hardware-counters"],
  [/\bwatchpoint:/, "hardware-counters"],
  [/\bcgroupid\(/, "cgroup2"],
  [/\block:contention_/, "contention"],
  [/\bwrite_user\(/, "write-user"],
  [/\boverride\(/, "override-return"],
];

let facts: LiveFacts | undefined;

describe("the verifier of this kernel accepts", () => {
  for (const { name, text, isExemplary = false } of [
    ...goldenScripts(),
    ...examples(),
    ...documentation(),
    ...pages(),
  ]) {
    const needs = NEEDS.filter(([pattern]) => pattern.test(text)).map(([, feature]) => feature);
    kernelTest(name, { needs }, () => {
      accepts({ name, text, isExemplary });
    });
  }
});

function accepts(source: Script): void {
  facts ??= new LiveFacts({ btfPath: undefined, searchPath: process.env["PATH"], acceptsAnyFile: false });
  const { object, diagnostics } = compile({ name: source.name, text: source.text }, facts, FULL_LANGUAGE, {
    ...DEFAULT_OPTIONS,
    isUnsafe: true,
    pid: process.pid,
  });
  const told = diagnostics.filter(({ severity }) => severity === "error" || source.isExemplary);
  expect(renderDiagnostics(told, { color: false })).toBe("");
  if (object === undefined) throw new Error("nothing was compiled");
  try {
    const options = { ringBytes: 1 << 16, logBytes: 1 << 24, onLog: undefined };
    // As it comes back from a file, which is as it was.
    const again = decoded(encoded(savedScript(object))).object;
    expect(again).toStrictEqual(object);
    load(again, new Bpf(native()), options).close();
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error;
    throw new Error(`${source.text}\n${error.message}\n${error.log.slice(-3000)}`, { cause: error });
  }
}

/** All but those that show diagnostics of errors. */
function goldenScripts(): readonly Script[] {
  return goldenFiles()
    .filter(({ sections }) => !/ERROR: /.test(sections.get("diagnostics") ?? ""))
    .map(({ name, source }) => ({ name: `golden ${name}`, text: source }));
}

function examples(): readonly Script[] {
  const dir = join(PROJECT_DIR, "examples");
  const files = readdirSync(dir).filter((file) => file.endsWith(".bt"));
  return files.map((file) => ({ name: `example ${file}`, text: readFileSync(join(dir, file), "latin1") }));
}

/** The example in the description of each function, builtin, provider, and of what else can be looked up. */
function documentation(): readonly Script[] {
  const { functions, builtins, providers } = FULL_LANGUAGE;
  const documented = [...functions.values(), ...builtins.values(), ...providers.values()];
  const topics = TOPICS.map(({ name, example }) => ({ name, doc: { example } }));
  return [...documented, ...topics].flatMap(({ name, doc }) =>
    doc.example === undefined ? [] : [{ name: `the example of ${name}`, text: doc.example.replaceAll("$1", "1234") }],
  );
}

/** What the pages of docs/ tell people to type. */
function pages(): readonly Script[] {
  return pageScripts().map(({ page, line, text }) => ({
    name: `${page}:${line}`,
    text: text.replaceAll("$1", "1234"),
  }));
}
