/** USDT probes as `-l` shows them (probes-and-cli.md 16). */
import { basename, dirname } from "node:path";
import { expect } from "vitest";
import { transcript } from "../../support/child.js";
import { Child, kernelTest, run, tsbtCommand } from "../../support/index.js";
import { formsProgram, NEEDS, server } from "./programs.js";

const file = (): string => `./${basename(server())}`;

const PROBES = ["other:two", "test_grp:guarded", "test_grp:many", "test_grp:test_idx"];

async function list(...args: readonly string[]): Promise<readonly string[]> {
  const result = await run(tsbtCommand(), args, { cwd: dirname(server()) });
  expect(result.status, transcript(result)).toBe(0);
  expect(result.stderr).toBe("");
  return result.stdout.split("\n").slice(0, -1);
}

kernelTest("a file's probes are listed, sorted, each once", NEEDS, async () => {
  const all = PROBES.map((probe) => `usdt:${file()}:${probe}`);
  expect(await list("-l", `usdt:${file()}:*`)).toEqual(all);
  expect(await list("-l", `U:${file()}:*:*`)).toEqual(all);
  expect(await list("-l", `usdt:./test-serv*:t*`)).toEqual([all[3], all[0]].toSorted());
  expect(await list("-l", `usdt:${file()}:test_*:*a*`)).toEqual(all.slice(1, 3));
  expect(await list("-l", `usdt:${file()}:nothing`)).toEqual([]);
  expect(await list("-l", "usdt:./nosuch:*")).toEqual([]);
  expect((await list("-l", `*:${file()}:*`)).filter((line) => line.startsWith("usdt:"))).toEqual(all);
});

kernelTest("their arguments are shown with sizes and signs", NEEDS, async () => {
  expect(await list("-lv", `usdt:${file()}:t*`)).toEqual([
    `usdt:${file()}:other:two`,
    "    int8 or int64 arg0",
    "    int64 or uint64 arg1",
    `usdt:${file()}:test_grp:test_idx`,
    "    int32 arg0",
  ]);
  const forms = formsProgram([{ name: "mixed", args: "1@%al -2@$5 8f@%xmm0 8@%xmm1" }]);
  expect(await list("-lv", "-e", `usdt:${forms}:mixed { }`)).toEqual([
    `usdt:${forms}:form:mixed`,
    "    uint8 arg0",
    "    int16 arg1",
    "    8f@%xmm0 arg2",
    "    8@%xmm1 arg3",
  ]);
});

kernelTest("with -p only what the process has mapped is listed", NEEDS, async () => {
  const child = new Child(server(), [], { input: "open" });
  await child.printed("ready");
  const root = `/proc/${child.pid}/root${server()}`;
  const all = PROBES.map((probe) => `usdt:${root}:${probe}`);
  const lines = await list("-p", String(child.pid), "-l", "usdt:*");
  expect(lines.filter((line) => line.includes("test-server"))).toEqual(all);
  expect(lines.every((line) => line.startsWith(`usdt:/proc/${child.pid}/root/`))).toBe(true);
  expect(await list("-p", String(child.pid), "-l", "usdt:test_idx")).toEqual(all.slice(3));
  expect(await list("-p", String(child.pid), "-l", `usdt:${file()}:test_idx`)).toEqual([
    `usdt:${file()}:test_grp:test_idx`,
  ]);
});
