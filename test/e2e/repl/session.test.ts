/** What a new user may type in a first hour, as the terminal shows it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { kernelTest } from "../../support/index.js";
import { KEY, PseudoTerminal } from "./pseudo-terminal.js";

/** `UPDATE_GOLDEN=1` writes it anew. */
const GOLDEN = join(import.meta.dirname, "session.txt");

type Step = (terminal: PseudoTerminal) => Promise<void>;

/** An entry, and the next prompt. */
const entry =
  (text: string): Step =>
  async (terminal) => {
    terminal.type(text);
    // The echo has to come first, or the prompt may be the one before.
    await terminal.until(text, ({ line }) => line !== "tsbt>");
    terminal.type(KEY.enter);
    await terminal.prompt();
  };

/** An entry that runs until Ctrl-C, which it gets when it has printed something. */
const runs =
  (text: string, printed: RegExp): Step =>
  async (terminal) => {
    const before = terminal.text.match(new RegExp(printed.source, "gm"))?.length ?? 0;
    terminal.enter(text);
    await terminal.see(printed, before + 1);
    terminal.type(KEY.ctrl("c"));
    await terminal.prompt();
  };

/** Keys, until the line is this. */
const keys =
  (typed: readonly string[], line: string): Step =>
  async (terminal) => {
    terminal.type(...typed);
    await terminal.until(line, (t) => t.line === line);
  };

const clear = keys([KEY.ctrl("a"), KEY.ctrl("k")], "tsbt>");

const STEPS = (file: string): readonly Step[] => [
  entry(":help hist"),
  entry("1 + 2 * 3"),
  entry('"hello"'),
  entry("comm"),
  entry("curtask.comm"),
  entry("sizeof(struct list_head)"),
  entry(":type curtask.real_parent.comm"),
  entry(":type tracepoint:syscalls:sys_enter_openat { args.filename"),
  entry(":struct list_head"),
  entry(":struct task_struct tgid_does_not_exist"),
  entry(":list software:p*"),
  entry(":describe tracepoint:syscalls:sys_enter_close"),
  keys(["interval:ms:50 { @ti", KEY.tab], "tsbt> interval:ms:50 { @ti"),
  clear,
  keys(["tracepoint:syscalls:sys_enter_epoll_c", KEY.tab], "tsbt> tracepoint:syscalls:sys_enter_epoll_c"),
  clear,
  keys(["BEGIN { print(curtask.real_pare", KEY.tab], "tsbt> BEGIN { print(curtask.real_parent"),
  clear,
  runs("interval:ms:20 { @ticks = count(); @last = 7; }  interval:ms:45 { print(1); }", /^1$/),
  entry("@last"),
  entry("@last + 1"),
  entry("@nothing"),
  entry('@last = "text"'),
  entry(":drop @last"),
  entry('@last = "text"'),
  entry("@last"),
  entry('@byname[comm] = 4; @byname["other"] = 2'),
  entry("@byname"),
  entry(":plot @byname"),
  entry("BEGIN { for ($i : 1..9) { @h = hist($i); } exit(); }"),
  entry(":plot @h"),
  entry("BEGIN { @oops = nothing_like_that(); }"),
  entry("tracepoint:syscalls:no_such_* { @many[probe] = count(); }"),
  entry('system("true")'),
  entry(":unsafe on"),
  entry('system("echo run by the shell")'),
  entry(":set max_map_keys=100"),
  entry(":set max_map_keys"),
  entry(":set no_such_thing=1"),
  entry(`:save ${file}`),
  entry(`:load ${file}`),
  async (terminal) => {
    terminal.enter("interval:ms:10 { @bg = count(); } &");
    await terminal.see("[1] runs");
    await terminal.prompt();
  },
  entry(":jobs"),
  entry('interval:ms:1 { if (@bg > 3) { print("the job has counted"); exit(); } }'),
  async (terminal) => {
    terminal.enter(":stop 1");
    await terminal.see("[1] has ended");
    await terminal.prompt();
  },
  entry(":jobs"),
  entry(":nonsense"),
  entry(":maps"),
  entry(":drop *"),
  entry(":maps"),
  // The rest is the hint.
  keys([":he", KEY.tab], "tsbt> :help hist"),
];

/** What differs from run to run. */
function steady(text: string, directory: string): string {
  return text
    .replaceAll(directory, "/tmp/DIRECTORY")
    .replaceAll(/^(.*?)[\d,]+ events? in [\d.]+ s · [\d,]+ probes? hit.*$/gm, "$1N events in S s · N probes hit · …")
    .replaceAll(/^(@(?:ticks|bg)): \d+$/gm, "$1: N")
    .replaceAll(/^1\n(?:1\n)+/gm, "1\n");
}

kernelTest("a session of forty steps and more", { matrix: false, timeoutMs: 120_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), "tsbt-session-"));
  const terminal = new PseudoTerminal({ rows: 40 });
  try {
    await terminal.prompt();
    for (const step of STEPS(join(directory, "saved.bt"))) await step(terminal);
    const shown = `${steady(terminal.text, directory)}\n`;
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(GOLDEN, shown);
    expect(shown).toBe(readFileSync(GOLDEN, "utf8"));
    terminal.type(KEY.ctrl("a"), KEY.ctrl("k"), KEY.ctrl("d"));
    expect(await terminal.exit()).toBe(0);
  } finally {
    terminal.close();
    rmSync(directory, { recursive: true });
  }
});
