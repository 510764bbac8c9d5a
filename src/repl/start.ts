/** Where the prompt begins. */
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { type Host, watchOwnProcess } from "../core/index.js";
import { LiveFacts, native } from "../kernel/index.js";
import type { RunRepl } from "../cli/start-repl.js";
import { COMMANDS } from "./commands/index.js";
import { toBytes } from "./typed/bytes.js";
import { isFinished } from "./typed/entry.js";
import type { Face } from "./face/face.js";
import { PlainFace } from "./face/plain.js";
import { TerminalFace } from "./face/terminal.js";
import { makeHelper } from "./helper.js";
import { History, historyPath } from "./typed/history.js";
import { Names } from "./names/names.js";
import { Tracer } from "./run/tracer.js";
import { Shell } from "./shell.js";

/** @returns the exit status */
export const runRepl: RunRepl = async ({ surroundings, pid, greeted }) => {
  const { environment, inherited } = surroundings;
  const facts = new LiveFacts({
    searchPath: environment.get("PATH"),
    btfPath: environment.get("BPFTRACE_BTF"),
    vmlinuxPath: environment.get("BPFTRACE_VMLINUX"),
  });
  const isTerminal = greeted !== undefined;
  const color = greeted?.color ?? false;
  const host: Host = {
    environment,
    inherited,
    machine: process.arch,
    // The prompt has it.
    standardOutput: isTerminal ? undefined : 1,
    signals: process,
    stayAwake: () => watchOwnProcess(process.pid),
    letGo: (fds) => native().detachLater(fds),
  };
  const names = new Names();
  const tracer = new Tracer({ facts, host, color, isTerminal, pid });
  const history = new History(isTerminal ? historyPath((name) => environment.get(name)) : undefined);
  const face: Face =
    greeted?.input !== undefined
      ? new TerminalFace({
          input: greeted.input,
          color,
          helper: makeHelper({ facts: () => shell.service(), names, mapNames: () => tracer.maps.names }),
          history: () => history.entries,
        })
      : new PlainFace({ isTerminal, isFinished: (text) => isFinished(toBytes(text), FULL_LANGUAGE) });
  const shell: Shell = new Shell({ face, tracer, host, names, commands: COMMANDS });
  if (face instanceof TerminalFace) {
    for (const signal of ["SIGHUP", "SIGTERM"] as const) process.on(signal, () => face.hangUp());
    process.on("SIGCONT", () => face.resumed());
  }
  try {
    if (face instanceof TerminalFace) setImmediate(() => void names.collect());
    for (;;) {
      const typed = await face.ask();
      if (typed === undefined) break;
      history.add(typed);
      if (!(await shell.submit(toBytes(typed)))) break;
    }
  } finally {
    face.close();
    await shell.close();
    await names.close();
  }
  return 0;
};
