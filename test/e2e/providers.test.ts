/** What every provider does: the suite walks the registry, and `providers/rows.ts` has the facts of each. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PROVIDERS } from "../../codegen/providers/index.js";
import {
  dynamicEvents,
  type FeatureName,
  isAlive,
  kernelTest,
  objectsOf,
  PROJECT_DIR,
  runTsbt,
  waitFor,
} from "../support/index.js";
import { type RowName, ROWS } from "./providers/rows.js";
import { providerTable } from "./providers/table.js";
import { Target, targetPath } from "./providers/target.js";
import { Trace } from "./providers/trace.js";

const RUN_WHEN_ASKED: ReadonlySet<string> = new Set(["as-test", "as-benchmark"]);

/** What the machines that run the tests often lack. */
const VIRTUAL_ONLY: ReadonlySet<unknown> = new Set<FeatureName>(["kprobe", "fentry"]);

const NAMES = Object.entries(PROVIDERS)
  .filter(([, { schedule }]) => !RUN_WHEN_ASKED.has(schedule.runs))
  .map(([name]) => name as RowName);

test("every provider has its row", () => {
  expect(Object.keys(ROWS).toSorted()).toEqual(NAMES.toSorted());
});

/** What `UPDATE_GOLDEN=1` writes anew. */
const PAGE = join(PROJECT_DIR, "test/e2e/README.md");
const [START, END] = ["<!-- providers -->\n\n", "\n\n<!-- end -->\n"];

test("the table in the README is made from the rows", { skip: process.env["TSBT_MATRIX"] !== undefined }, () => {
  const text = readFileSync(PAGE, "utf8");
  const [before = "", rest = ""] = text.split(START);
  const made = `${before}${START}${providerTable()}${END}${rest.split(END)[1]}`;
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(PAGE, made);
  // However wide its columns are.
  const plain = (table: string): string => table.replace(/ +/g, " ").replace(/-{3,}/g, "---");
  expect(plain(readFileSync(PAGE, "utf8"))).toBe(plain(made));
});

describe.each(NAMES)("%s", (name) => {
  const row = ROWS[name];
  const needs = {
    needs: row.needs === undefined ? [] : [row.needs].flat(),
    package: ["gcc", "libc6-dev"],
    timeoutMs: 60_000,
    // The hundred runs of all would take longer than all other tests together where the processor is emulated.
    matrix: VIRTUAL_ONLY.has(row.needs),
  } as const;
  const firing = { ...needs, needs: row.firing === undefined ? needs.needs : [...needs.needs, row.firing] };

  kernelTest("is meant by each of its names", needs, async () => {
    const { aliases } = PROVIDERS[name];
    const parts = row.exact({ path: targetPath(), watched: "0x10000" });
    const script = [name, name.toUpperCase(), ...aliases].map((text) => `${text}${parts} { }`).join("\n");
    const { status, stderr } = await runTsbt(["-l", "-e", script]);
    expect({ status, stderr }, script).toEqual({ status: 0, stderr: "" });
  });

  kernelTest("is listed, with its arguments if that is asked for", needs, async () => {
    const { listed } = row;
    if (listed === "never") {
      const { stdout, status } = await runTsbt(["-lv", `${name}:*`]);
      return expect({ stdout, status }).toEqual({ stdout: "", status: 0 });
    }
    const word = `${name}${listed.parts(targetPath())}`;
    const line = listed.line(targetPath());
    expect((await runTsbt(["-l", word])).stdout).toBe(`${line}\n`);
    expect((await runTsbt(["-lv", word])).stdout).toBe(
      [line, ...listed.args.map((arg) => `    ${arg}`), ""].join("\n"),
    );
  });

  kernelTest("is listed with -p", needs, async () => {
    const target = await Target.start();
    const { listed } = row;
    const word = `${name}${listed === "never" ? "" : listed.parts(targetPath())}`;
    const list = await runTsbt(["-p", String(target.pid), "-l", word]);
    // Files are those that the process has mapped, as it sees them.
    const seen = list.stdout.replaceAll(`/proc/${target.pid}/root`, "");
    expect({ list: seen, status: list.status }, list.stderr).toEqual({
      list: listed === "never" ? "" : `${listed.line(targetPath())}\n`,
      status: 0,
    });
    await target.end();
  });

  kernelTest("fires where it is, and leaves nothing behind", firing, async () => {
    const target = await Target.start();
    const instructions = target.instructions();
    const before = dynamicEvents();
    const at = { path: targetPath(), watched: target.watched };
    const trace = new Trace(row, target, `${name}${row.exact(at)}`, { withPid: row.pid === "needed" });
    await trace.fires(`${name}${(row.exactName ?? row.exact)(at)}`);
    const objects = row.isAlone === true ? [] : objectsOf(trace.tsbt.pid);
    if (row.isAlone !== true) expect(objects).not.toEqual([]);
    await trace.end();
    await waitFor("the kernel to free everything", () => !objects.some(isAlive));
    expect(dynamicEvents()).toBe(before);
    expect(target.instructions()).toBe(instructions);
    await target.round();
    expect(await target.end()).toBe(0);
  });

  kernelTest("a pattern stands for what it matches", firing, async () => {
    const { wildcard } = row;
    const parts = wildcard.parts(targetPath());
    if ("refusal" in wildcard) return expectRefusal(name, parts, wildcard.refusal);
    const target = await Target.start();
    const trace = new Trace(row, target, `${name}${parts}`, { withPid: false });
    for (const point of wildcard.names(targetPath())) await trace.fires(`${name}${point}`);
    await trace.end();
  });

  kernelTest("a target that is missing is told, and nothing attached", needs, async () => {
    const { missing } = row;
    const parts = missing.parts(targetPath());
    if ("refusal" in missing) return expectRefusal(name, parts, missing.refusal);
    await expectRefusal(name, parts, missing.message(targetPath()));
    // Where that is expected, the rest goes on.
    const { stdout, stderr, status } = await runTsbt(
      ["-e", `${name}${parts} { } begin { printf("the rest\\n"); exit(); }`],
      { env: { BPFTRACE_MISSING_PROBES: "warn" } },
    );
    expect({ stdout: stdout.trim(), status }, stderr).toEqual({ stdout: "the rest", status: 0 });
    expect(stderr).toContain(`stdin:1:1-${name.length + parts.length + 1}: WARNING: `);
  });

  kernelTest(
    row.pid === "means nothing" ? "fires whatever -p says" : "with -p other processes are left alone",
    firing,
    async () => {
      const [target, other] = [await Target.start(), await Target.start()];
      const at = { path: targetPath(), watched: target.watched, pid: target.pid };
      const trace = new Trace(row, target, `${name}${row.exact(at)}`, { withPid: true });
      for (let i = 0; i < 2; i++) {
        await other.round();
        await trace.fires(`${name}${(row.exactName ?? row.exact)(at)}`);
      }
      const found = await trace.end();
      if (row.pid !== "means nothing") expect(found).toEqual(new Set([target.pid]));
    },
  );
});

/** The message is at the attach point, and the run ends there. */
async function expectRefusal(name: string, parts: string, message: string): Promise<void> {
  const point = `${name}${parts}`;
  const script = `begin { printf("started\\n"); } ${point} { }`;
  const { stdout, stderr, status } = await runTsbt(["-e", script]);
  expect({ stdout, status }, stderr).toEqual({ stdout: "", status: 1 });
  expect(stderr).toContain(located("ERROR", message, point, script));
  expect(stderr).not.toContain("Attached");
}

function located(severity: string, message: string, point: string, script: string): string {
  const before = script.indexOf(point);
  // What is marked below is the part that is wrong, or all of the point.
  return `stdin:1:${before + 1}-${before + point.length + 1}: ${severity}: ${message}\n${script}\n`;
}
