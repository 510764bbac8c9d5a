import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import ts from "typescript";
import { afterAll, beforeAll, expect, test } from "vitest";
import { onDemand } from "../../src/build/on-demand/plugin.mjs";

const FILES = {
  "main.ts": `
    import { add, Counter, FarError, LIMIT, refuse } from "./far/index.js";
    import { mark } from "./near.js";
    console.log(mark("begun"), LIMIT);
    if (process.argv.includes("more")) {
      console.log(add(LIMIT, 2), new Counter(5).next());
      try { refuse(); } catch (error) { console.log(error instanceof FarError); }
    }`,
  "near.ts": `export const mark = (word: string): string => "<" + word + ">";`,
  "far/index.ts": `
    import { mark } from "../near.js";
    import { FarError } from "./error.js";
    export { Counter } from "./counter.js";
    export { FarError } from "./error.js";
    export { LIMIT } from "./limit.js";
    export const add = (a: number, b: number): string => mark("sum " + String(a + b));
    export function refuse(): never { throw new FarError("far away"); }`,
  "far/counter.ts": `export class Counter { readonly what = "a counter"; constructor(private readonly n: number) {} next(): number { return this.n + 1; } }`,
  "far/error.ts": `import { nameOf } from "./name.js"; export class FarError extends Error { override name = nameOf(); }`,
  "far/name.ts": `export const nameOf = (): string => "FarError";`,
  "far/limit.ts": `export const LIMIT = 40;`,
};

let folder: string;
const parts = new Map<string, string>();

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "tsbt-on-demand-")));
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const main = join(folder, "main.ts");
  const program = ts.createProgram([main], { module: ts.ModuleKind.NodeNext, types: [] });
  const emit = (name: string, text: string): unknown => parts.set(name, text);
  await build({
    entryPoints: [main],
    outfile: join(folder, "main.cjs"),
    ...{ bundle: true, platform: "node", format: "cjs" },
    plugins: [onDemand({ program, root: folder, plugins: [], emit, groups: { far: ["far"] } })],
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: readonly string[]): { readonly stdout: string; readonly error: string } {
  const { stdout, stderr } = spawnSync(process.execPath, [join(folder, "main.cjs"), ...args], { encoding: "utf8" });
  return { stdout, error: /^Error: .*/m.exec(stderr)?.[0] ?? stderr };
}

test("what a group gives is in a file of its own, and what cannot wait is not", () => {
  expect([...parts.keys()]).toEqual(["part-far.cjs"]);
  const bundle = readFileSync(join(folder, "main.cjs"), "utf8");
  for (const far of ["sum ", "far away", "a counter"]) {
    expect(bundle).not.toContain(far);
    expect(parts.get("part-far.cjs")).toContain(far);
  }
  for (const near of ["LIMIT = 40", "extends Error"]) {
    expect(bundle).toContain(near);
    expect(parts.get("part-far.cjs")).not.toContain(near);
  }
});

test("it is read when it is needed", () => {
  expect(run()).toEqual({ stdout: "<begun> 40\n", error: "" });
  expect(run("more").error).toContain("part-far.cjs");
});

test("functions, constructors and classes are what they would be without", () => {
  writeFileSync(join(folder, "part-far.cjs"), parts.get("part-far.cjs") ?? "");
  expect(run("more")).toEqual({ stdout: "<begun> 40\n<sum 42> 6\ntrue\n", error: "" });
});

test("it is that of the start, whatever is installed meanwhile", () => {
  const replaced = join(folder, "replaced.cjs");
  const part = join(folder, "part-far.cjs");
  // As package managers do it: another file of that name.
  const text = readFileSync(join(folder, "main.cjs"), "utf8");
  const replace = `require("fs").rmSync(${JSON.stringify(part)}); require("fs").writeFileSync(${JSON.stringify(part)}, "other");`;
  writeFileSync(replaced, text.replace("console.log(mark", `${replace} console.log(mark`));
  writeFileSync(part, parts.get("part-far.cjs") ?? "");
  const { stdout } = spawnSync(process.execPath, [replaced, "more"], { encoding: "utf8" });
  expect(stdout).toBe("<begun> 40\n<sum 42> 6\ntrue\n");
});

test("one of another build is not used", () => {
  writeFileSync(join(folder, "part-far.cjs"), `//${"0".repeat(64)}\nmodule.exports = {};\n`);
  expect(run("more").error).toMatch(
    /^Error: \/.*part-far\.cjs has been replaced since tsbt was started: start it again$/,
  );
});
