/** USDT probes of a program that runs already (probes-and-cli.md 5.12, 7). */
import { basename, dirname } from "node:path";
import { describe, expect } from "vitest";
import { transcript } from "../../support/child.js";
import { Child, kernelTest, run, startTsbt, tsbtCommand, waitFor } from "../../support/index.js";
import { NEEDS, server, WAYS } from "./programs.js";

/** A server that waits for a line. */
async function startServer(file = server()): Promise<Child> {
  const child = new Child(file, [], { input: "open" });
  await child.printed("ready");
  return child;
}

/** Lets it go round once. @returns what it says of its semaphores */
async function round(child: Child, number: number): Promise<string> {
  child.write("\n");
  await child.printed(new RegExp(`^${number}: .*$`, "m"));
  return new RegExp(`^${number}: (.*)$`, "m").exec(child.stdout)?.[1] ?? "";
}

interface Row {
  readonly claim: string;
  /** `FILE` stands for the server. */
  readonly script: string;
  readonly match: RegExp;
  /** Without `-p`. */
  readonly isForAll?: boolean;
}

const ROWS: readonly Row[] = [
  {
    claim: "is traced with namespace",
    script: `usdt:FILE:test_grp:test_idx { printf("%d\\n", arg0); }`,
    match: /^1\n2\n/,
  },
  {
    claim: "is traced without namespace",
    script: `usdt:FILE:test_idx { printf("%d\\n", arg0); }`,
    match: /^1\n2\n/,
  },
  { claim: "has a probe by name alone", script: `U:test_idx { printf("%d\\n", arg0); }`, match: /^1\n2\n/ },
  { claim: "has a probe by two names", script: `usdt::test_grp:test_idx { print(arg0); }`, match: /^1\n2\n/ },
  {
    claim: "is found among all that is mapped",
    script: `usdt:*:test_grp:test_* { printf("%d\\n", arg0); }`,
    match: /^1\n2\n/,
  },
  {
    claim: "is known by its file's name",
    script: `usdt:test-server:test_grp:test_idx { printf("%d\\n", arg0); }`,
    match: /^1\n2\n/,
  },
  {
    claim: "has two places of one probe, each with arguments of its own",
    script: `usdt:FILE:other:two { printf("%d %d\\n", arg0, arg1 > 1000 ? 0 : arg1); }`,
    match: /^1 0\n-3 2\n2 0\n-3 3\n/,
  },
  {
    claim: "has twelve arguments and no more",
    script: `usdt:FILE:many { print((arg0, arg1, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12, arg255)); }`,
    match: /^\(1, 2, 6, -6, 7, 250, 4294967295, 10, -11, 0, 0\)\n\(2, 3,/,
  },
  {
    claim: "has arguments by number",
    script: `usdt:FILE:many { $i = arg0 + 7; print((usdt_arg(6), usdt_arg($i), usdt_arg(arg0 + 100))); }`,
    match: /^\(-6, 250, 0\)\n\(-6, 4294967295, 0\)\n/,
  },
  {
    claim: "has strings as arguments",
    script: `usdt:FILE:other:two /arg0 > 0/ { print(str(arg1)); }`,
    match: /^text\ntext\n/,
  },
  {
    claim: "listens for probes that are guarded",
    script: `usdt:FILE:guarded { print((arg0, arg1)); }`,
    match: /^\(77, -20\)\n\(77, 30\)\n/,
  },
  {
    claim: "has one program for a wildcard, and the probe's name",
    script: `usdt:FILE:test_grp:* { @[probe] = count(); }`,
    match: /^@\[usdt:\S*\/test-server:test_grp:guarded\]: 2\n@\[usdt:\S*:many\]: 2\n@\[usdt:\S*:test_idx\]: 2\n/m,
  },
  {
    claim: "counts places as one probe",
    script: `usdt:FILE:other:two { @[probetype] = count(); }`,
    match: /^@\[usdt\]: 4\n/m,
  },
  {
    claim: "has registers, its context and addresses of its symbols",
    script: `usdt:FILE:other:two { @[reg("ip") > 4096, ctx.cs, *uaddr("global"), *uaddr("word")] = count(); }`,
    match: /^@\[true, 51, 77, 99\]: 4\n/m,
  },
  {
    claim: "is told from others by its number",
    script: `usdt:FILE:test_idx { @[pid] = count(); }`,
    match: /^@\[\d+\]: 2\n\n*$/,
  },
  {
    claim: "is traced with all others, and those that start later",
    script: `usdt:FILE:test_idx { @[pid] = count(); }`,
    match: /^@\[\d+\]: [12]\n@\[\d+\]: [12]\n/m,
    isForAll: true,
  },
];

describe.each(WAYS)("a server, $name,", ({ needs, options }) => {
  for (const { claim, script, match, isForAll = false } of ROWS) {
    kernelTest(claim, { ...NEEDS, needs }, async () => {
      const child = await startServer();
      const filter = isForAll ? [] : ["-p", String(child.pid)];
      const text = script.replaceAll("FILE", `./${basename(server())}`);
      const tsbt = await startTsbt([...options, ...filter, "-e", text], { cwd: dirname(server()) });
      const other = await startServer();
      await round(child, 1);
      await round(other, 1);
      await round(child, 2);
      const result = await tsbt.interrupt();
      expect(result.stdout.trimStart(), transcript(result)).toMatch(match);
      expect(result.status, transcript(result)).toBe(0);
      const probes = claim.includes("wildcard") ? "3 probes" : "1 probe";
      expect(result.stderr).toBe(`Attached ${probes}\n`);
    });
  }

  kernelTest("semaphores count who listens, and only while they do", { ...NEEDS, needs }, async () => {
    const child = await startServer();
    expect(await round(child, 1)).toBe("0 0");
    const script = `usdt:${server()}:* { @ = count(); }`;
    const first = await startTsbt([...options, "-p", String(child.pid), "-e", script]);
    // The two places of `two` count one each, and a second listener of the same place counts no more.
    expect(await round(child, 2)).toBe("1 2");
    const second = await startTsbt([...options, "-e", script]);
    expect(await round(child, 3)).toBe("1 2");
    const other = await startServer();
    expect(await round(other, 1)).toBe("1 2");
    await second.interrupt();
    expect(await round(child, 4)).toBe("1 2");
    first.kill("SIGKILL");
    await first.finished;
    let rounds = 4;
    await waitFor("nobody listens", async () => (await round(child, ++rounds)) === "0 0");
    expect(await round(other, 2)).toBe("0 0");
  });

  kernelTest("a child of -c is traced from its beginning", { ...NEEDS, needs }, async () => {
    const script = `usdt:${server()}:test_idx { printf("index %d\\n", arg0); }`;
    const result = await run(tsbtCommand(), [...options, "-c", server(), "-e", script], { input: "\n\n\n" });
    expect(result.stdout.match(/^index \d$/gm), transcript(result)).toEqual(["index 1", "index 2", "index 3"]);
    expect(result.stdout).toMatch(/^3: 0 0$/m);
  });
});

describe("a program that is", () => {
  for (const [kind, flags] of [
    ["position-independent", ["-fPIE", "-pie"]],
    ["at fixed addresses", ["-fno-pie", "-no-pie"]],
    ["static", ["-static"]],
    ["static and position-independent", ["-static-pie"]],
  ] as const) {
    kernelTest(`${kind} has its probes and its memory found`, NEEDS, async () => {
      const file = server({ flags: ["-O2", ...flags] });
      const child = await startServer(file);
      const script = `usdt:${file}:guarded { print((arg0, arg1)); } usdt:${file}:two { print((2, arg0)); }`;
      const tsbt = await startTsbt(["-p", String(child.pid), "-e", script]);
      expect(await round(child, 1)).toBe("1 2");
      const result = await tsbt.interrupt();
      expect(result.stdout.trim(), transcript(result)).toBe("(2, 1)\n(2, -3)\n(77, -20)");
    });
  }
});
