/** A provider is described once: nobody else knows its name. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { PROVIDERS } from "../../../codegen/providers/index.js";

const ROOT = join(import.meta.dirname, "../../..");

/** Words that are something else as well: [file, words]. */
const OTHER_MEANINGS: ReadonlyMap<string, readonly string[]> = new Map([
  ["codegen/object.ts", ["kprobe", "tracepoint", "fentry", "fexit"]], // program and attach types of the kernel
  ["codegen/saved/object-codec.ts", ["kprobe", "tracepoint", "fentry", "fexit"]], // the same
  ["codegen/providers/contexts.ts", ["kprobe"]],
  ["codegen/facts.ts", ["kprobe", "fentry"]], // features of kernels
  ["codegen/providers/ways.ts", ["fentry", "fexit"]], // attach types
  ["src/kernel/feature-calls.ts", ["fentry"]],
  ["src/runtime/loader.ts", ["fentry", "fexit"]],
  ["src/core/load-failure.ts", ["fentry", "kprobe"]], // features
  ["codegen/providers/kernel-trampoline.ts", ["fentry", "fexit"]], // what the two have in common
  ["src/attach/trampoline.ts", ["fentry"]],
  ["codegen/analysis/typing/loops.ts", ["end"]], // of a range
  ["src/cli/modes.ts", ["test", "bench"]], // what the command is asked to do
  ["src/cli/info.ts", ["fentry", "iter", "kprobe"]], // features, as the reference names them
  ["src/cli/options.ts", ["test", "bench"]],
  ["src/repl/editor/press.ts", ["end"]], // a key
  ["src/symbols/target-process.ts", ["self"]], // of /proc
  ["codegen/bpf/selection/block-order.ts", ["test"]], // of bits
  ["codegen/kernel/operations.ts", ["test"]],
  ["codegen/bpf/selection/select-compare.ts", ["test"]],
  ["codegen/ir/ir.ts", ["test"]],
  ["codegen/ir/parse.ts", ["test"]],
  ["codegen/optimize/fold-constants.ts", ["test"]],
  ["src/attach/dynamic-pmu.ts", ["kprobe", "uprobe"]], // PMUs of the kernel
  ["src/attach/kernel-function.ts", ["kprobe"]],
  ["src/attach/usdt.ts", ["uprobe"]],
  ["src/attach/user-function.ts", ["uprobe"]],
]);

const sources = ["codegen", "src"].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => relative(ROOT, join(ROOT, folder, file))),
);

/** Strings, without the code between them; comments say what they like. */
function stringsIn(file: string): ReadonlySet<string> {
  const code = readFileSync(join(ROOT, file), "utf8")
    .replace(/\/\*[^]*?\*\//g, "")
    .replace(/\/\/.*$/gm, "");
  return new Set([...code.matchAll(/"([a-z]+)"/g)].map(([, word]) => word ?? ""));
}

test.each(Object.keys(PROVIDERS))("%s is named in its own files alone", (provider) => {
  const own = [`codegen/providers/${provider}.ts`, `src/attach/${provider}.ts`];
  const others = sources.filter(
    (file) =>
      !own.includes(file) &&
      !file.endsWith("/index.ts") &&
      !(OTHER_MEANINGS.get(file)?.includes(provider) ?? false) &&
      stringsIn(file).has(provider),
  );
  expect(others).toEqual([]);
});

test("a provider is known by the name and aliases of its definition", () => {
  const names = Object.entries(PROVIDERS).flatMap(([name, definition]) => {
    expect(definition.name).toBe(name);
    return [name, ...definition.aliases];
  });
  expect(new Set(names).size).toBe(names.length);
});
