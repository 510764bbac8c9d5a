import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kernelTest, PROJECT_DIR, TIME_FACTOR, tsbtCommand } from "../support/index.js";

/** A project of somebody else's, with the package as it is packed. */
const project = realpathSync(mkdtempSync(join(tmpdir(), "tsbt-project-")));
const modules = join(project, "node_modules");
const LIMIT_MS = 600_000 * TIME_FACTOR;

function run(command: string, args: readonly string[], cwd = project): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}

const node = (file: string, ...flags: readonly string[]): string => run(process.execPath, [...flags, file]);

function write(file: string, text: string): void {
  mkdirSync(dirname(join(project, file)), { recursive: true });
  writeFileSync(join(project, file), text);
}

beforeAll(() => {
  run("npm", ["pack", "--silent", "--pack-destination", project], PROJECT_DIR);
  const [tarball = ""] = readdirSync(project);
  mkdirSync(join(modules, "tsbt"), { recursive: true });
  run("tar", ["-xzf", tarball, "-C", join(modules, "tsbt"), "--strip-components=1"]);
  // What npm would fetch for it is here already.
  const { dependencies } = JSON.parse(readFileSync(join(PROJECT_DIR, "package.json"), "utf8")) as {
    dependencies: object;
  };
  for (const name of [...Object.keys(dependencies), "@types"]) {
    symlinkSync(join(PROJECT_DIR, "node_modules", name), join(modules, name));
  }
  run(process.execPath, [join(modules, "tsbt/src/build/build.mjs"), "addon", "api", "headers"]);
  write("package.json", `{ "type": "module" }`);
  write(
    "tsconfig.json",
    `{ "compilerOptions": { "module": "nodenext", "target": "es2022", "lib": ["es2023", "esnext.disposable"], "strict": true,
      "noEmit": true, "types": ["node"], "allowArbitraryExtensions": true }, "include": ["*.ts", "*.mts", "*.cts"] }`,
  );
}, LIMIT_MS);
afterAll(() => rmSync(project, { recursive: true }));

kernelTest("modules of both kinds share one state", { timeoutMs: 60_000 }, () => {
  write(
    "both.mjs",
    `import { createRequire } from "node:module";
     import { trace, TsbtError } from "tsbt";
     import { eventsOf } from "tsbt/vitest";
     const required = createRequire(import.meta.url)("tsbt");
     console.log(required.trace === trace, required.TsbtError === TsbtError);
     const events = await eventsOf('begin { printf("%s %d", "hello", 1); exit(); }', () => {});
     console.log(JSON.stringify(events[0].args));`,
  );
  expect(node("both.mjs")).toBe('true true\n["hello",1]\n');
});

kernelTest(
  "a program that has stopped its trace ends, and so does one whose script has ended",
  { timeoutMs: 60_000 },
  () => {
    write(
      "ends.cjs",
      `const { trace } = require("tsbt");
     (async () => {
       const stopped = await trace("interval:s:100 { @ = 1; }");
       await stopped.stop();
       const over = await trace('begin { @x["a"] = 2; exit(4); }');
       console.log((await over.ended).status, (await over.maps.x.entries())[0]);
     })();`,
    );
    expect(node("ends.cjs")).toBe("4 [ 'a', 2 ]\n");
  },
);

kernelTest("worker threads trace for themselves", { timeoutMs: 60_000 }, () => {
  write(
    "threads.mjs",
    `import { Worker, isMainThread, parentPort } from "node:worker_threads";
     import { trace } from "tsbt";
     const t = await trace('begin { printf("%d", ' + (isMainThread ? 1 : 2) + '); exit(); }');
     for await (const event of t.events) (parentPort ?? { postMessage: console.log }).postMessage(event.args[0]);
     await t[Symbol.asyncDispose]();
     if (isMainThread) new Worker(new URL(import.meta.url)).on("message", console.log);`,
  );
  expect(node("threads.mjs")).toBe("1\n2\n");
});

kernelTest("threads trace at the same time, each its own", { timeoutMs: 60_000 }, () => {
  write(
    "at-once.mjs",
    `import { openSync } from "node:fs";
     import { threadId, Worker, isMainThread, parentPort, workerData } from "node:worker_threads";
     import { trace } from "tsbt";
     if (isMainThread) {
       // Each goes on when the other one traces as well.
       const ready = new Int32Array(new SharedArrayBuffer(4));
       const results = [1, 2].map((number) => new Promise((resolve, reject) => {
         new Worker(new URL(import.meta.url), { workerData: { ready, number } }).once("message", resolve).once("error", reject);
       }));
       console.log(JSON.stringify(await Promise.all(results)));
     } else {
       const { ready, number } = workerData;
       const path = "/proc/self/no-file-" + number;
       const t = await trace(\`tracepoint:syscalls:sys_enter_openat /str(args.filename) == "\${path}"/ { printf("%s", str(args.filename)); @n = count(); }\`, { pid: process.pid });
       Atomics.add(ready, 0, 1);
       while (Atomics.load(ready, 0) < 2) await new Promise((resolve) => setTimeout(resolve, 5));
       for (let i = 0; i < 100; i++) try { openSync(path); } catch {}
       const paths = new Map();
       for await (const event of t.events) {
         paths.set(event.text, (paths.get(event.text) ?? 0) + 1);
         if (paths.get(event.text) === 100) break;
       }
       Atomics.add(ready, 0, 1);
       while (Atomics.load(ready, 0) < 4) await new Promise((resolve) => setTimeout(resolve, 5));
       const entries = await t.maps.n.entries();
       await t[Symbol.asyncDispose]();
       parentPort.postMessage([[...paths], String(entries[0][1])]);
     }`,
  );
  expect(JSON.parse(node("at-once.mjs"))).toEqual([1, 2].map((n) => [[[`/proc/self/no-file-${n}`, 100]], "100"]));
});

test("without an addon there is an error with a code", () => {
  const folder = join(project, "bare");
  mkdirSync(folder);
  for (const file of ["index.cjs", "tsbt-api.cjs"]) copyFileSync(join(modules, "tsbt/dist", file), join(folder, file));
  write(
    "bare.cjs",
    `const { trace } = require("./bare/index.cjs");
     trace("begin { }").catch((error) => console.log(error.name, error.code, /npm install/.test(error.message)));`,
  );
  expect(node("bare.cjs")).toBe("TsbtError addon true\n");
});

kernelTest("a thread that is ended while events come takes nothing with it", { timeoutMs: 60_000 }, () => {
  write(
    "ended-threads.mjs",
    `import { Worker, isMainThread, parentPort } from "node:worker_threads";
     import { trace } from "tsbt";
     if (isMainThread) {
       for (let i = 0; i < 3; i++) {
         const worker = new Worker(new URL(import.meta.url));
         console.log(await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject)));
         await worker.terminate();
       }
     } else {
       const t = await trace("interval:us:200 { print(1); }");
       for await (const event of t.events) parentPort.postMessage(event.value);
     }`,
  );
  expect(node("ended-threads.mjs")).toBe("1\n1\n1\n");
});

kernelTest("scripts can be imported from files of their own", { timeoutMs: 60_000 }, () => {
  write("hello.bt", `begin { printf("%s\\n", "from a file"); exit(); }`);
  write(
    "imports.mjs",
    `import script from "./hello.bt";
     import { eventsOf } from "tsbt/vitest";
     console.log((await eventsOf(script, () => {}))[0].text);`,
  );
  expect(node("imports.mjs", "--import", "tsbt/register")).toBe("from a file\n\n");
});

kernelTest("`tsbt types` writes down what a script prints and keeps, exactly", {}, () => {
  write("exact.bt", `begin { printf("%d %s\\n", (int32)1, comm); @n[comm, (uint64)1] = hist(1); @s = (1, "x"); }`);
  run(tsbtCommand(), ["types", join(project, "exact.bt")]);
  write(
    "exact.mts",
    `import { trace } from "tsbt";
     import script from "./exact.bt";
     export async function check(): Promise<void> {
       const t = await trace(script);
       for await (const event of t.events) {
         if (event.kind === "printf") { const [number, text]: readonly [number, string] = event.args; void number; void text; }
       }
       const value: readonly [number, string] | undefined = await t.maps.s.get();
       const entries: readonly (readonly [readonly [string, number | bigint], readonly { readonly count: number | bigint }[]])[] =
         await t.maps.n.entries();
       void value; void entries;
     }`,
  );
});

const PRINTFS = Array.from(
  { length: 200 },
  (_, i) =>
    `tracepoint:syscalls:sys_enter_openat { printf("probe ${i}: %d %s %-8d of %s\\n", pid, comm, ${i}, str(args.filename)); @m${i}[comm, pid] = count(); }`,
).join("\n");

const TYPED = `
  type Integer = number | bigint;
  export async function check(): Promise<void> {
    await using t = await trace(\`begin { printf("%d %s %rx", 1, comm, buf(0, 1)); @n[comm, pid] = hist(1); @s = count(); }\`);
    for await (const event of t.events) {
      if (event.kind === "printf") { const args: readonly [Integer, string, Uint8Array] = event.args; void args; }
      if (event.kind === "map") { const name: string = event.map.name; void name; }
    }
    const entries: readonly (readonly [readonly [string, Integer], readonly { readonly count: Integer }[]])[] = await t.maps.n.entries();
    const scalar: Integer | undefined = await t.maps.s.get();
    // @ts-expect-error there is no such map
    t.maps.other;
    void entries; void scalar;
    const unknown = await trace(String(1));
    const any = unknown.maps["x"]; void any;
    const big = await trace(\`${PRINTFS}\`);
    for await (const event of big.events) {
      if (event.kind === "printf" && event.format === "probe 7: %d %s %-8d of %s\\n") { const path: string = event.args[3]; void path; }
    }
    const key: readonly (readonly [readonly [string, Integer], Integer])[] = await big.maps.m199.entries(); void key;
  }
`;

test(
  "a script's text types its events and maps, in modules of both kinds, 200 printfs as well",
  { timeout: LIMIT_MS },
  () => {
    for (const kind of ["mts", "cts"]) write(`typed.${kind}`, `import { trace } from "tsbt";\n${TYPED}`);
    run(process.execPath, [join(PROJECT_DIR, "node_modules/typescript/bin/tsc"), "-p", "."]);
  },
);
