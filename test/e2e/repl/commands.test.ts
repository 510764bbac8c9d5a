/** Commands of the prompt that ask for more than a line, and `-p`. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { configNames } from "../../../codegen/analysis/read-config.js";
import { Child, kernelTest, objectsOf, runTsbt, tsbtCommand, waitFor } from "../../support/index.js";
import { KEY, PseudoTerminal } from "./pseudo-terminal.js";

const REQUIREMENTS = { matrix: false, timeoutMs: 60_000 } as const;

kernelTest(
  ":edit gives the last script to the editor, and what it makes of it is at the prompt",
  REQUIREMENTS,
  async () => {
    const directory = mkdtempSync(join(tmpdir(), "tsbt-editor-"));
    const editor = join(directory, "editor");
    // It has the terminal, and a private file.
    writeFileSync(
      editor,
      `#!/bin/sh\nstat -c '%a' "$2" > ${directory}/mode\ntest -t 1 && sed -i "s/$1/changed/" "$2"\n`,
    );
    chmodSync(editor, 0o755);
    const terminal = new PseudoTerminal({ env: { EDITOR: `${editor} first` } });
    try {
      await terminal.prompt();
      terminal.enter('BEGIN { print("first"); exit(); }');
      await terminal.see(/^first$/);
      await terminal.prompt();
      terminal.enter(":edit");
      await terminal.until("the script", ({ line }) => line === 'tsbt> BEGIN { print("changed"); exit(); }');
      terminal.type(KEY.enter);
      await terminal.see(/^changed$/);
      expect(readFileSync(join(directory, "mode"), "utf8")).toBe("600\n");
    } finally {
      terminal.close();
      rmSync(directory, { recursive: true });
    }
  },
);

kernelTest(":watch shows a map in place until a key is pressed", REQUIREMENTS, async () => {
  const terminal = new PseudoTerminal();
  try {
    await terminal.prompt();
    terminal.enter("interval:ms:1 { @ticks = count(); } &");
    await terminal.see("[1] runs");
    terminal.enter(":watch @ticks 20ms");
    const shown = (): number => Number(/^@ticks: (\d+)$/m.exec(terminal.text)?.[1] ?? 0);
    await terminal.until("the map", () => shown() > 0);
    const first = shown();
    await terminal.until("a newer one", () => shown() > first);
    expect(terminal.text.match(/^@ticks: /gm)).toHaveLength(1);
    terminal.type(" ");
    await terminal.prompt();
    terminal.enter(":stop 1");
    await terminal.see("[1] has ended");
    await waitFor("nothing attached", () => objectsOf(terminal.pty.pid).every(({ type }) => type !== "prog"));
  } finally {
    terminal.close();
  }
});

kernelTest(
  ":verifier tells what the kernel says of each program; nothing was compiled before",
  REQUIREMENTS,
  async () => {
    const input = [":verifier", "BEGIN { exit(); } END { }", ":verifier", ""].join("\n");
    const { stdout, status } = await runTsbt(["repl"], { input });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ERROR: nothing has been compiled yet\n/);
    expect(stdout.match(/^processed \d+ insns/gm)).toHaveLength(2);
  },
);

kernelTest("more than 1,000 attach points need a !", { ...REQUIREMENTS, needs: "own-machine" }, async () => {
  const script = `tracepoint:syscalls:sys_* /0/ { } tracepoint:syscalls:sys_* /0/ { } BEGIN { exit(); }`;
  const { stdout } = await runTsbt(["repl"], { input: `${script}\n${script} !\n` });
  expect(stdout).toMatch(
    /^ERROR: This has \d{4} attach points\nHINT: put a ! behind the last brace if that is meant\n/,
  );
  expect(stdout).toMatch(/^0 events/m);
});

kernelTest("kernel functions are probed at the prompt", { needs: "kprobe" }, async () => {
  const input = 'kprobe:vfs_read /pid > 1/ { printf("%s\\n", func); exit(); }\n';
  const { stdout, status } = await runTsbt(["repl"], { input });
  expect(status).toBe(0);
  expect(stdout).toMatch(/^vfs_read\n1 events?/m);
});

kernelTest("fentry at the prompt has the arguments", { needs: "fentry" }, async () => {
  const { stdout } = await runTsbt(["repl"], {
    input: 'fentry:vfs_read /pid > 1/ { printf("%d\\n", args.count > 0); exit(); }\n',
  });
  expect(stdout).toMatch(/^[01]\n/);
});

kernelTest("-p: probes are for one process, and end with it", REQUIREMENTS, async () => {
  const target = new Child("/bin/sh", ["-c", "while read -r line; do : < /dev/zero; done"], { input: "open" });
  const script =
    'tracepoint:syscalls:sys_enter_openat /str(args.filename) == "/dev/zero"/ { printf("%d opens\\n", pid); }';
  const tracer = new Child(tsbtCommand(), ["repl", "-p", `${target.pid}`], { input: "open" });
  tracer.write(`${script}\n`);
  await waitFor("an event", () => {
    target.write("\n");
    return tracer.stdout.includes(`${target.pid} opens`);
  });
  target.closeInput();
  await target.finished;
  await waitFor("the end of the run", () => /^\d+ events?/m.test(tracer.stdout));
  tracer.write("1 + 1\n");
  await waitFor("what is said", () => tracer.stdout.includes("is not there any more"));
  tracer.closeInput();
  expect((await tracer.finished).status).toBe(0);
});

kernelTest("-p: of no process", REQUIREMENTS, async () => {
  expect(await runTsbt(["repl", "-p", "4194304"])).toMatchObject({
    stderr: "ERROR: Failed to attach to pid: Unable to open pidfd (No such process)\n",
    status: 1,
  });
  expect((await runTsbt(["repl", "-p", "x"])).stderr).toBe("ERROR: Failed to parse pid: invalid integer: x\n");
});

kernelTest("who forgets the colon, or mistypes a command, is told", REQUIREMENTS, async () => {
  const { stdout } = await runTsbt(["repl"], { input: "help\nlist kprobe:x\n:hepl\n:nonsense\n:help progarray\n" });
  expect(stdout).toBe(
    "ERROR: commands begin with a colon: :help\n" +
      "ERROR: commands begin with a colon: :list kprobe:x\n" +
      "ERROR: there is no command :hepl; Did you mean `:help`?\n" +
      "ERROR: there is no command :nonsense; :help shows them all\n" +
      "progarray\nSlots for programs, which tail_call() goes on to: let @next = progarray(4); begin { @next[1] = hello; }\n",
  );
});

kernelTest(":set shows what is in force, and knows all settings of config blocks", REQUIREMENTS, async () => {
  const input = [":set", ":set unstable_tseries=enable", ":set unstable_tseries", ":set max_strln", ""].join("\n");
  const { stdout } = await runTsbt(["repl"], { input, env: { BPFTRACE_MAX_STRLEN: "77" } });
  const lines = stdout.trimEnd().split("\n");
  expect(lines.slice(-2)).toEqual([
    "unstable_tseries = enable",
    "ERROR: there is no setting max_strln; Did you mean `max_strlen`?",
  ]);
  const shown = lines.slice(0, -2).map((line) => line.split(" = "));
  // Nothing can be chosen by use_blazesym.
  expect(shown.map(([name]) => name).sort()).toEqual(configNames().filter((name) => name !== "use_blazesym"));
  expect(shown).toContainEqual(["max_strlen", "77"]);
  expect(shown).toContainEqual(["unstable_tseries", "warn"]);
});

kernelTest("files that cannot be read or written are told as the command tells them", REQUIREMENTS, async () => {
  const { stdout } = await runTsbt(["repl"], { input: "BEGIN { exit(); }\n:load /none/a.bt\n:save /none/a.bt\n" });
  expect(stdout.match(/^ERROR.*/gm)).toEqual([
    "ERROR: failed to open file '/none/a.bt': No such file or directory",
    "ERROR: failed to open file '/none/a.bt': No such file or directory",
  ]);
});

kernelTest("exit at the prompt is told how tsbt ends", REQUIREMENTS, async () => {
  const { stdout } = await runTsbt(["repl"], { input: "exit\nexit()\n1 + 1\n" });
  const told = "ERROR: exit() ends a script; :quit or Ctrl-D ends tsbt\n";
  expect(stdout).toBe(`${told}${told}2\n`);
});
