/** Entries in files. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytePath, lateModule } from "../../files/index.js";
import { isSystemCallFailure, reasonOf } from "../../kernel/index.js";
import { fromBytes, toBytes } from "../typed/bytes.js";
import type { Shell } from "../shell.js";
import { type Command, CommandError, required } from "./command.js";

export const FILE_COMMANDS: readonly Command[] = [
  {
    name: "save",
    argument: "FILE",
    summary: "writes the last script to a file, which is new",
    completes: "file",
    run: (shell, argument) => {
      const path = required(argument, "a file");
      if (shell.lastScript === "") throw new CommandError("there is no script yet");
      attempt(path, () => writeFileSync(bytePath(path), `${shell.lastScript}\n`, { encoding: "latin1", flag: "wx" }));
      shell.say(`saved ${path}\n`);
    },
  },
  {
    name: "load",
    argument: "FILE",
    summary: "runs a script from a file",
    completes: "file",
    run: async (shell, argument) => {
      const path = required(argument, "a file");
      const text = attempt(path, () => readFileSync(bytePath(path), "latin1"));
      await shell.submitScript(text);
    },
  },
  {
    name: "edit",
    argument: "",
    summary: "the last script in $EDITOR; it comes back to the prompt",
    run: (shell) => {
      if (!shell.face.isTerminal) throw new CommandError("there is no terminal to edit in");
      shell.face.preset(edit(shell));
    },
  },
];

/** What the file system has against it, in one line. */
function attempt<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (isSystemCallFailure(error)) throw new CommandError(`failed to open file '${path}': ${reasonOf(error)}`);
    throw new CommandError(error instanceof Error ? toBytes(error.message) : String(error));
  }
}

/** @returns JavaScript's text */
function edit(shell: Shell): string {
  const { environment, inherited } = shell.host;
  const editor = environment.get("VISUAL") ?? environment.get("EDITOR") ?? "vi";
  const directory = mkdtempSync(join(tmpdir(), "tsbt-"));
  const path = join(directory, "entry.bt");
  try {
    writeFileSync(path, `${shell.lastScript}\n`, { encoding: "latin1", mode: 0o600 });
    const env = Object.fromEntries(
      (inherited.env ?? []).map((entry) => {
        const equals = entry.indexOf("=");
        return [fromBytes(entry.slice(0, equals)), fromBytes(entry.slice(equals + 1))];
      }),
    );
    let status: number | null = 0;
    // An editor may be a command with arguments, as the shell reads it.
    shell.face.lend(() => {
      ({ status } = lateModule("node:child_process").spawnSync(
        "/bin/sh",
        ["-c", `${fromBytes(editor)} "$1"`, "sh", path],
        { stdio: "inherit", env },
      ));
    });
    if (status !== 0 || !existsSync(path)) throw new CommandError(`${editor} has failed`);
    return readFileSync(path, "utf8").trimEnd();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
