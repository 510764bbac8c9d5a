/**
 * Where the part of the command begins that lists probes by a pattern, and the probes of no script: no parser and no compiler
 * are in its snapshot, so it starts in a third of the time. The launcher (src/build/launcher/listing.c) decides when.
 */
import { takeBack } from "./lent.js"; // first
import { dirname, join } from "node:path";
import { startupSnapshot } from "node:v8";
import { chooseColor } from "../cli/color.js";
import { Console } from "../cli/console.js";
import { explain } from "../cli/explain.js";
import { leave } from "../cli/leave.js";
import { printMatches } from "../cli/print-matches.js";
import { checkLockdown, checkPrivileges } from "../cli/privileges.js";
import { readSurroundings, type Surroundings } from "../cli/surroundings.js";
import { surroundingsOfFacts } from "../cli/surroundings-of-facts.js";
import { startCold } from "../cli/tiers.js";
import { VERSION } from "../cli/version.js";
import { LiveFacts, native, useAddon } from "../kernel/index.js";
import { closeDebugger, keepIgnoring } from "../runtime/index.js";
import { warmUpLists } from "./list-warm-up.js";

function start(): void {
  closeDebugger();
  startCold();
  const [, bundle = "", ...args] = process.argv;
  useAddon(join(dirname(bundle), "tsbt.node"));
  const surroundings = readSurroundings(args);
  const { ignoredSignals } = surroundings.inherited;
  keepIgnoring(ignoredSignals);
  leave(list(surroundings), ignoredSignals);
}

/** @returns the exit status */
function list({ args: [mode, pattern = ""], environment }: Surroundings): number {
  const { color, warning } = chooseColor(environment.get("BPFTRACE_COLOR"));
  const console = new Console({ color, showsWarnings: true });
  if (warning !== undefined) console.warning(warning);
  // What whoever makes the snapshot tries it with.
  if (mode === "--version") return told(`${VERSION}\n`, console);
  const isVerbose = mode === "-lv";
  try {
    checkPrivileges(native().effectiveCapabilities(), process.geteuid?.() === 0);
    checkLockdown();
    const facts = new LiveFacts(surroundingsOfFacts(environment, console));
    const warn = (message: string): void => console.warning(message);
    printMatches(pattern, facts, { pid: undefined, isVerbose, warn }, console);
    return 0;
  } catch (error) {
    return explain(error, { isVerbose }, console);
  }
}

function told(text: string, console: Console): number {
  console.out(text);
  return 0;
}

if (startupSnapshot.isBuildingSnapshot()) {
  warmUpLists();
  takeBack();
  startupSnapshot.setDeserializeMainFunction(start);
} else {
  start();
}
