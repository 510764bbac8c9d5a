/** The prompt in terminals of all kinds, and what becomes of it when it is interrupted. */
import { mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { kernelTest, objectsOf, PROJECT_DIR, run, runTsbt, tsbtCommand, waitFor } from "../../support/index.js";
import { KEY, PseudoTerminal, type TerminalOptions } from "./pseudo-terminal.js";

const REQUIREMENTS = { matrix: false, timeoutMs: 60_000 } as const;

async function inTerminal(options: TerminalOptions, use: (terminal: PseudoTerminal) => Promise<void>): Promise<void> {
  const terminal = new PseudoTerminal(options);
  try {
    await terminal.prompt();
    await use(terminal);
  } finally {
    terminal.close();
  }
}

const quit = async (terminal: PseudoTerminal): Promise<void> => {
  terminal.type(KEY.ctrl("d"));
  expect(await terminal.exit()).toBe(0);
};

kernelTest("without a terminal entries come line by line", REQUIREMENTS, async () => {
  const input = [":list software:cpu-cl*", "1 + 1", "BEGIN {", "  @x = 3;", "}", "@x", ":nonsense", ""].join("\n");
  const { stdout, status } = await runTsbt(["repl"], { input });
  expect(status).toBe(0);
  expect(stdout.replace(/^0 events.*$/m, "…")).toBe(
    "software:cpu-clock:\n2\n@x: 3\n…\n@x: 3\nERROR: there is no command :nonsense; :help shows them all\n",
  );
});

kernelTest("what is wrong with an expression is marked where it was typed", { needs: "btf" }, async () => {
  const { stdout, stderr } = await runTsbt(["repl"], { input: "curtask.real_parnt\n" });
  expect(stdout + stderr).toMatch(/^curtask\.real_parnt\n {8}~{10}\nHINT: Did you mean `real_parent`\?\n/m);
});

kernelTest("maps of an entry's own types and programs are not for others", {}, async () => {
  const entry = (name: string): string =>
    `let @n = progarray(1); prog ${name} { } begin { @n[0] = ${name}; exit(); } interval:s:9 { tail_call(@n, 0); }\n`;
  const { stdout, stderr } = await runTsbt(["repl"], { input: entry("one") + entry("two") });
  expect(stdout + stderr).toContain(
    "@n is there already, as uint64 -> enum prog of an entry before: names of types and programs live in one entry",
  );
  expect(stdout + stderr).toContain("HINT: :drop @n lets go of the old one");
});

kernelTest("help and lists of jobs are UTF-8", REQUIREMENTS, async () => {
  const input = [":help", ":help for", ":help pid", "BEGIN {", "} &", ":jobs", ""].join("\n");
  const stdout = Buffer.from((await runTsbt(["repl"], { input })).stdout, "latin1").toString("utf8");
  expect(stdout).toContain("PROBE { … } ");
  expect(stdout).toContain("Tab completes, → takes");
  expect(stdout).toContain("for ($i : 0..10) { … }");
  expect(stdout).toContain("pid([namespace]) → uint32");
  expect(stdout).toContain("BEGIN { …\n");
});

kernelTest("tsbt alone in a terminal is the prompt", REQUIREMENTS, () => inTerminal({ args: [] }, quit));

kernelTest("40 columns: lines are broken, and nothing is left behind when they become short again", REQUIREMENTS, () =>
  inTerminal({ columns: 40 }, async (terminal) => {
    terminal.type("x".repeat(50));
    await terminal.until("two rows", ({ line }) => line === "x".repeat(17));
    terminal.type(KEY.ctrl("u"));
    await terminal.prompt();
    expect(terminal.text.split("\n").at(-1)).toBe("tsbt>");
    terminal.enter('print("日本")');
    await terminal.see(/^日本$/);
    await terminal.prompt();
    await quit(terminal);
  }),
);

kernelTest("NO_COLOR: no colours, and the hint is still told from the text", REQUIREMENTS, () =>
  inTerminal({ env: { NO_COLOR: "1" } }, async (terminal) => {
    terminal.enter("1 + 41");
    await terminal.see(/^42$/);
    await terminal.prompt();
    terminal.type("1 +");
    await terminal.until("the hint", ({ line }) => line === "tsbt> 1 + 41");
    expect(terminal.bytes).not.toMatch(/\x1b\[(3|9)\d/);
    terminal.type(KEY.right, KEY.enter);
    await terminal.see(/^42$/, 2);
  }),
);

kernelTest("TERM=dumb: lines and a prompt, and nothing that is for a better terminal", REQUIREMENTS, async () => {
  const terminal = new PseudoTerminal({ env: { TERM: "dumb" } });
  try {
    await terminal.see("tsbt>");
    terminal.enter("1 + 41");
    await terminal.see(/^42$/);
    await terminal.see("tsbt>", 2);
    terminal.enter('interval:ms:10 { printf("tick\\n"); @n = count(); }');
    await terminal.see(/^tick$/, 3);
    terminal.type(KEY.ctrl("c"));
    await terminal.see(/@n: \d+$/);
    await terminal.see("tsbt>", 3);
    await quit(terminal);
    expect(terminal.bytes).not.toContain("\x1b");
  } finally {
    terminal.close();
  }
});

// xterm.js moves the cursor to another row than its text when it breaks lines, so an old row may be left above.
kernelTest("a window that changes its size has the entry drawn in its width", REQUIREMENTS, () =>
  inTerminal({ columns: 100 }, async (terminal) => {
    terminal.type(`BEGIN { print("${"long ".repeat(14)}end"`);
    await terminal.until("the entry", ({ line }) => line.endsWith('end"'));
    terminal.resize(50, 30);
    await terminal.until("another width", ({ line }) => line === `g ${"long ".repeat(8)}end"`);
    terminal.resize(100, 30);
    await terminal.until("the old width", ({ line }) => line === `tsbt> BEGIN { print("${"long ".repeat(14)}end"`);
  }),
);

kernelTest("a paste of a megabyte, and binary, are text and no commands", REQUIREMENTS, () =>
  inTerminal({}, async (terminal) => {
    terminal.type(KEY.paste(`// ${"y".repeat(1 << 20)}`));
    await terminal.until("the paste", ({ line }) => line.includes("yyyy"));
    terminal.type(KEY.ctrl("c"));
    await terminal.prompt();
    terminal.type(KEY.paste("\x03\x04\x1b[31m\x80\xff:quit\r"));
    await terminal.until("what cannot be seen", ({ text }) => text.includes("^C^D^[[31m"));
    terminal.type(KEY.ctrl("c"));
    await terminal.prompt();
    await quit(terminal);
  }),
);

kernelTest("Ctrl-C at the prompt clears the line; in a run it ends it and prints the maps", REQUIREMENTS, () =>
  inTerminal({}, async (terminal) => {
    terminal.type("something", KEY.ctrl("c"));
    await terminal.prompt();
    terminal.enter('interval:ms:1 { printf("flood %d\\n", nsecs); @n = count(); }');
    await terminal.see("flood", 20);
    terminal.type(KEY.ctrl("c"));
    await terminal.see(/^@n: \d+$/);
    await terminal.prompt();
    await waitFor("nothing attached", () => objectsOf(terminal.pty.pid).every(({ type }) => type !== "prog"));
    await quit(terminal);
  }),
);

kernelTest("what was typed is kept, for its owner alone, even when the terminal goes away", REQUIREMENTS, async () => {
  const state = mkdtempSync(join(tmpdir(), "tsbt-state-"));
  const path = join(state, "tsbt/history");
  const env = { XDG_STATE_HOME: state };
  try {
    await inTerminal({ env }, async (terminal) => {
      terminal.enter('BEGIN {\nprint("kept");\n}');
      await terminal.see(/^kept$/);
      await terminal.prompt();
      terminal.enter("interval:ms:5 { @n = count(); } &");
      await terminal.see("[1] runs");
      terminal.pty.kill("SIGHUP");
      await terminal.exit();
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, "utf8").split("\n").length).toBe(3);
    await inTerminal({ env }, async (terminal) => {
      terminal.type(KEY.ctrl("r"), "kept");
      await terminal.see("history 'kept'");
      terminal.type(KEY.enter);
      await terminal.see(/^kept$/);
    });
  } finally {
    rmSync(state, { recursive: true });
  }
});

for (const signal of ["SIGTERM", "SIGHUP"] as const)
  kernelTest(`a terminal that is still there after ${signal} is as it was`, REQUIREMENTS, () =>
    inTerminal(
      { command: ["/bin/sh", "-c", `${tsbtCommand()} repl; stty -a; read end`], args: [] },
      async (terminal) => {
        terminal.enter("pid");
        await terminal.see(/^\d+$/);
        terminal.type("unfinished");
        await terminal.see("tsbt> unfinished");
        process.kill(Number(/^\d+$/m.exec(terminal.text)?.[0]), signal);
        await terminal.see(/^speed .*baud/);
        await terminal.see(/[ ;]icanon .*[ ;]echo /);
        expect(terminal.bytes.lastIndexOf("\x1b[?2004l")).toBeGreaterThan(terminal.bytes.lastIndexOf("\x1b[?2004h"));
      },
    ),
  );

kernelTest("while something runs the terminal is as it was, whatever becomes of us", REQUIREMENTS, () =>
  inTerminal(
    { command: ["sh", "-c", `stty > /dev/null; ${tsbtCommand()} "$@"; stty -a; exec cat`, "sh"] },
    async (terminal) => {
      terminal.enter("pid");
      await terminal.see(/^\d+$/);
      terminal.enter('interval:ms:10 { printf("tick\\n"); }');
      await terminal.see(/^tick$/, 3);
      process.kill(Number(/^\d+$/m.exec(terminal.text)?.[0]), "SIGKILL");
      await terminal.see(/^speed .*baud/);
      await terminal.see(/[ ;]icanon .*[ ;]echo /);
      expect(terminal.bytes.lastIndexOf("\x1b[?2004l")).toBeGreaterThan(terminal.bytes.lastIndexOf("\x1b[?2004h"));
    },
  ),
);

kernelTest("what is typed while something runs is for the next prompt", REQUIREMENTS, () =>
  inTerminal({}, async (terminal) => {
    terminal.enter('begin { printf("begun\\n"); } interval:ms:700 { printf("over\\n"); exit(); }');
    await terminal.see(/^begun$/);
    terminal.enter("20 + 22");
    terminal.type(KEY.ctrl("d"));
    await terminal.see(/^42$/);
    expect(terminal.text).toMatch(/^over$[^]*^42$/m);
    expect(await terminal.exit()).toBe(0);
  }),
);

kernelTest("after a stop the terminal, which the shell has had meanwhile, is the prompt's again", REQUIREMENTS, () =>
  inTerminal({}, async (terminal) => {
    const { pid } = terminal.pty;
    const device = readlinkSync(`/proc/${pid}/fd/0`);
    terminal.type("1 +");
    await terminal.see("tsbt> 1 +");
    process.kill(pid, "SIGSTOP");
    await run("/usr/bin/stty", ["-F", device, "sane"]);
    writeFileSync(device, "\nfg\n");
    process.kill(pid, "SIGCONT");
    await terminal.until("the entry", ({ line, text }) => /^fg$/m.test(text) && line.startsWith("tsbt> 1 +"));
    expect((await run("/usr/bin/stty", ["-F", device, "-a"])).stdout).toMatch(/ -icanon .* -echo /s);
    terminal.type(" 1", KEY.enter);
    await terminal.see(/^2$/);
    await terminal.prompt();
    await quit(terminal);
  }),
);

kernelTest("in tmux", { ...REQUIREMENTS, package: "tmux" }, async () => {
  const socket = join(mkdtempSync(join(tmpdir(), "tsbt-tmux-")), "socket");
  const tmux = async (...args: readonly string[]): Promise<string> =>
    (await run("/usr/bin/tmux", ["-S", socket, "-f", "/dev/null", ...args])).stdout;
  try {
    await tmux("new-session", "-d", "-x", "60", "-y", "20", `${tsbtCommand()} repl`);
    const shows = (text: string): Promise<string> =>
      waitFor(text, async () => {
        const screen = await tmux("capture-pane", "-p");
        return screen.includes(text) && screen;
      });
    await shows("tsbt>");
    await tmux("send-keys", "sizeof(struct list_head)", "Enter");
    expect(await shows("\n16\n")).toContain("tsbt> sizeof(struct list_head)");
  } finally {
    await tmux("kill-server");
  }
});

kernelTest(
  "keys that are pressed before Node has started are not lost, and all greet alike",
  REQUIREMENTS,
  async () => {
    const shown = async (command: readonly string[]): Promise<string> => {
      const terminal = new PseudoTerminal({ command });
      try {
        terminal.enter("20 + 22");
        terminal.type(KEY.ctrl("d"));
        expect(await terminal.exit()).toBe(0);
        await terminal.see(/^42$/);
        // Until Node reads, the terminal echoes keys by itself, and that may be on the same line.
        return /tsbt: .*Ctrl-D/.exec(terminal.text)?.[0] ?? "";
      } finally {
        terminal.close();
      }
    };
    const greeting = await shown([process.execPath, join(PROJECT_DIR, "dist/tsbt.cjs")]);
    expect(greeting).toMatch(/^tsbt: probes and expressions/);
    expect(await shown([tsbtCommand()])).toBe(greeting);
  },
);

kernelTest("maps become wider from entry to entry, with all that is in them", REQUIREMENTS, async () => {
  const entries = [
    'BEGIN { @a["x"] = -1; @c["abc", 1] = count(); @h[1] = hist(5); @n = -3; @r["a"] = (x=1,y="a"); } //',
    '@a["longer than x"] = 70000000000',
    "@a",
    'BEGIN { @c["abcdefghij", -2000] = count(); @c["abc", 1] = count(); } //',
    "@h[-70000] = hist(5)",
    "@h",
    "@n = 70000000000 - @n",
    "@n",
    '@r["a longer key"] = (x=700,y="abc")',
    "@r",
    ":maps",
  ];
  const { stdout } = await runTsbt(["repl"], { input: entries.join("\n\n") });
  for (const shown of [
    "@a[x]: -1\n@a[longer than x]: 70000000000\n",
    "@c[abcdefghij, -2000]: 1\n@c[abc, 1]: 2\n",
    /@h\[-70000\]:\n\[4, 8\) +1 .*\n\n@h\[1\]:\n\[4, 8\) +1 /,
    "@n: 70000000003\n",
    "@r[a]: { .x = 1, .y = a }\n@r[a longer key]: { .x = 700, .y = abc }\n",
    "@c: (string[11],int16) -> count_t\n",
  ])
    expect(stdout).toMatch(shown);
});

kernelTest("a map does not grow while a job uses it", REQUIREMENTS, async () => {
  const longer = 'BEGIN { @c["longer"] = count(); } //';
  const entries = ['interval:s:60 { @c["z"] = count(); } &', longer, ":stop 1", longer, ""];
  const { stdout } = await runTsbt(["repl"], { input: entries.join("\n\n") });
  expect(stdout).toMatch(
    /here it is string\[7\] -> count_t\nHINT: it grows when no job uses it[^]*\[1\] has ended[^]*@c\[longer\]: 1\n/,
  );
});
