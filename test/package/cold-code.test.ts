import { runInNewContext } from "node:vm";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { rewrite } from "../../src/build/cold-code/rewrite.mjs";

const FILE = "case.ts";
const OPTIONS: ts.CompilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };

/** Of one parse of the library: it takes longest. */
const host = ts.createCompilerHost(OPTIONS);
const library = new Map<string, ts.SourceFile | undefined>();

function rewritten(text: string): string {
  const getSourceFile: ts.CompilerHost["getSourceFile"] = (name, version) => {
    if (name === FILE) return ts.createSourceFile(FILE, text, version, true);
    if (!library.has(name)) library.set(name, host.getSourceFile(name, version));
    return library.get(name);
  };
  const program = ts.createProgram([FILE], OPTIONS, { ...host, getSourceFile });
  const source = program.getSourceFile(FILE);
  if (source === undefined) throw new Error("no file");
  return rewrite(source, program.getTypeChecker(), "$1");
}

/** What `out` collects. */
function run(text: string): unknown {
  const out: unknown[] = [];
  const { outputText } = ts.transpileModule(text, { compilerOptions: { ...OPTIONS, useDefineForClassFields: false } });
  runInNewContext(outputText, { out });
  return JSON.parse(JSON.stringify(out));
}

const PRELUDE = "declare const out: unknown[];\n";

/** Shapes that the rewriter knows, and what is left of them. */
const CASES: Record<string, { readonly text: string; readonly gone: string }> = {
  "a loop over an array": { text: "for (const x of [1, 2, 3]) out.push(x);", gone: " of " },
  "a loop that is left and goes on": {
    text: "outer: for (const x of [1, 2, 3, 4]) { for (const y of [x]) { if (y === 2) continue outer; if (y > 3) break outer; out.push(y); } }",
    gone: " of ",
  },
  "a loop over what grows and shrinks meanwhile": {
    text: "const list = [1, 2]; for (const x of list) { out.push(x); if (list.length < 5) list.push(x * 10); else list.pop(); }",
    gone: " of ",
  },
  "functions that remember their turn": {
    text: "const f: (() => number)[] = []; for (const x of [1, 2]) f.push(() => x); for (const g of f) out.push(g());",
    gone: " of ",
  },
  "a loop whose body declares the same name": {
    text: "for (const x of [1]) { const x = 2; out.push(x); }",
    gone: " of ",
  },
  "a loop as one arm of a condition": {
    text: "if (out.length > 0) for (const x of [1]) out.push(x); // nothing\nelse out.push(2);",
    gone: " of ",
  },
  "a variable that is assigned": { text: "for (let x of [1, 2]) { x += 1; out.push(x); }", gone: " of " },
  "positions and elements": {
    text: "for (const [i, { a }] of [{ a: 5 }, { a: 6 }].entries()) out.push(i, a); for (const [, x] of [7].entries()) out.push(x);",
    gone: " of ",
  },
  "a loop over a typed array": { text: "for (const x of new Int32Array([1, 2])) out.push(x);", gone: " of " },
  "a loop over either of two": {
    text: "function f<T extends readonly number[] | [string]>(list: T) { for (const x of list) out.push(x); } f([1, 2]);",
    gone: " of ",
  },
  "patterns of elements": {
    text: "const [a, , [b, c = 4], d = 5] = [1, 2, [3], undefined] as [number, number, number[], number?]; out.push(a, b, c, d); const [e] = [1] as readonly number[]; out.push(e);",
    gone: "const [",
  },
  "patterns of parameters and of a map's entries": {
    text: "const f = ([a, b]: readonly number[]) => a! + b!; out.push(f([1, 2])); for (const [k, v] of new Map([[1, 2]])) out.push(k, v);",
    gone: "[a, b]",
  },
  "private names": {
    text: `class A { #x = 1; get #y() { return this.#x; } #z() { return this.#y; } a() { return this.#z(); } static #n = 7; static n() { return A.#n; } has(o: object) { return #x in o; } }
      class B extends A { #x = 2; #z() { return this.#x; } b() { return [this.a(), this.#z()]; } }
      const b = new B(); out.push(b.b(), A.n(), b.has(b), b.has({}));
      class Outer { #x = 3; inner() { const outer = this; return new (class { #y = 4; sum() { return outer.#x + this.#y; } })().sum(); } } out.push(new Outer().inner());`,
    gone: "#",
  },
};

describe("what is rewritten does the same", () => {
  test.each(Object.entries(CASES))("%s", (_, { text, gone }) => {
    const changed = rewritten(PRELUDE + text);
    expect(changed).not.toContain(gone);
    expect(run(changed)).toEqual(run(text));
  });
});

describe("what may be no array is left as it is", () => {
  test.each([
    "for (const x of new Set([1])) out.push(x);",
    "const either: number[] | Set<number> = Math.random() > 2 ? [1] : new Set([1]); for (const x of either) out.push(x);",
    "for (const x of 'text') out.push(x);",
    "function f(list: any) { for (const x of list) out.push(x); } f([1]);",
    "const [a, ...rest] = [1, 2, 3]; out.push(a, rest);",
    "const [a] = new Set([1]); out.push(a);",
    "let x: number; for (x of [1]) out.push(x);",
    "class List { entries() { return [[1, 2]]; } } for (const [a, ...b] of new List().entries().values()) out.push(a, b);",
    "async function f() { for await (const x of [1]) out.push(x); } void f();",
  ])("%s", (text) => {
    expect(rewritten(PRELUDE + text)).toBe(PRELUDE + text);
  });
});
