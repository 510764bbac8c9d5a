/** The `tsbt` command. */
import { writeFileSync } from "node:fs";
import { isatty } from "node:tty";
import { fileExists } from "../files/index.js";
import { native } from "../kernel/index.js";
import { chooseColor } from "./color.js";
import { parseOptions } from "./command-line.js";
import { Console } from "./console.js";
import type { OptionSpec } from "./expand-arguments.js";
import { ExitError } from "./exit-error.js";
import { emit } from "./emit.js";
import { explain, MACHINE_FAILED, messageOf } from "./explain.js";
import { formatSource } from "./format-source.js";
import { infoText } from "./info.js";
import { leave } from "./leave.js";
import { ended, listProbes } from "./list.js";
import { printMatches } from "./print-matches.js";
import { HelpRequest, readSettings, VersionRequest } from "./options.js";
import { checkLockdown, checkPrivileges } from "./privileges.js";
import { readProgram } from "./read-program.js";
import { isSavedScript, probesOfSaved, runSaved } from "./run-saved.js";
import type { ProgramInput, Settings } from "./settings.js";
import { type RunRepl, startRepl } from "./start-repl.js";
import { subcommandText } from "./subcommands.js";
import type { Surroundings } from "./surroundings.js";
import { openPid } from "./target.js";
import { type CommandContext, compileFor, type Stage, THIS_MACHINE, trace } from "./trace.js";
import { VERSION } from "./version.js";

/**
 * @param runRepl - what the prompt is
 * @param stage - where scripts run
 */
export async function main(surroundings: Surroundings, runRepl: RunRepl, stage: Stage = THIS_MACHINE): Promise<void> {
  const { ignoredSignals } = surroundings.inherited;
  const forPrompt = promptArguments(surroundings.args);
  if (forPrompt !== undefined) {
    leave(await prompt(surroundings, forPrompt, runRepl), ignoredSignals);
    return;
  }
  let settings: Settings;
  try {
    const text = subcommandText(surroundings.args);
    if (text !== undefined) throw new HelpRequest(text);
    settings = readCommand(surroundings.args);
  } catch (error) {
    process.exitCode = answer(error);
    return;
  }
  leave(await statusOf(settings, surroundings, stage), ignoredSignals);
}

/** `tsbt types FILE …`; a script of that name is run by `./types`. */
function readCommand(args: readonly string[]): Settings {
  return args[0] === "types" && args.length > 1
    ? { ...readSettings(args.slice(1)), mode: "types" }
    : readSettings(args);
}

interface PromptArguments {
  readonly pid?: string | undefined;
  /** The launcher has greeted already (`src/build/launcher/greet.c`). */
  readonly isGreeted?: boolean;
}

/**
 * `tsbt repl [-p PID]`, or `tsbt` alone in a terminal. A script of that name is run by `./repl`, and with parameters.
 *
 * @returns what stands behind it
 */
function promptArguments([command, ...rest]: readonly string[]): PromptArguments | undefined {
  if (command === undefined) return isatty(0) && isatty(1) ? {} : undefined;
  if (command !== "repl") return undefined;
  if (rest.length === 1 && rest[0] === "--greeted") return { isGreeted: true };
  const { options, words, error } = parseOptions(rest, PROMPT_OPTIONS);
  return words.length === 0 && error === undefined ? { pid: options.at(-1)?.value } : undefined;
}

const PROMPT_OPTIONS: readonly OptionSpec[] = [{ short: "p", long: "pid", takesValue: true }];

async function prompt(
  surroundings: Surroundings,
  { pid, isGreeted = false }: PromptArguments,
  runRepl: RunRepl,
): Promise<number> {
  const { color } = chooseColor(surroundings.environment.get("BPFTRACE_COLOR"));
  const console = new Console({ color, showsWarnings: true });
  try {
    checkPrivileges(native().effectiveCapabilities(), process.geteuid?.() === 0);
    checkLockdown();
    nameProcess();
    const target = pid === undefined || pid === "" ? undefined : openPid(pid);
    target?.close();
    return await startRepl({ surroundings, pid: target?.pid, isGreeted }, runRepl);
  } catch (error) {
    if (isGreeted) console.err("\n");
    return explain(error, { isVerbose: false }, console);
  }
}

/** Usage, version, or what is wrong with the command line. */
function answer(error: unknown): number {
  if (!(error instanceof ExitError)) throw error;
  const console = new Console({ color: false, showsWarnings: true });
  if (error.status === 0) return printed(error instanceof VersionRequest ? `${VERSION}\n` : error.text, console);
  console.err(error.text);
  return error.status;
}

function printed(text: string, console: Console): number {
  try {
    console.out(text);
    return 0;
  } catch (failure) {
    console.error(messageOf(failure));
    return MACHINE_FAILED;
  }
}

/** Does what is asked. @returns the exit status */
async function statusOf(settings: Settings, surroundings: Surroundings, stage: Stage): Promise<number> {
  const wanted = surroundings.environment.get("BPFTRACE_COLOR");
  const { color, warning } = chooseColor(wanted);
  const console = new Console({
    color,
    isColorless: wanted === "never",
    showsWarnings: settings.showsWarnings,
  });
  if (warning !== undefined) console.warning(warning);
  try {
    return await perform({ settings, surroundings, console, stage });
  } catch (error) {
    return explain(error, settings, console);
  }
}

async function perform(cx: CommandContext): Promise<number> {
  const { settings, console } = cx;
  const program = settings.program ?? listedFile(settings);
  const source = program === undefined ? undefined : readProgram(program);
  const isCompiled = source !== undefined && isSavedScript(source);
  if (settings.mode === "format" && source !== undefined && !isCompiled)
    return formatSource(source, settings.outputFile, console);
  if (settings.emitFile !== undefined && source !== undefined && !isCompiled)
    return emit(source, settings.emitFile, cx);
  checkPrivileges(native().effectiveCapabilities(), process.geteuid?.() === 0);
  checkLockdown();
  nameProcess();
  if (settings.mode === "info") return printed(`${infoText(cx.stage.facts(cx))}\n`, console);
  if (settings.isListing) return list(source, cx);
  if (source === undefined) throw new TypeError("there is no program");
  return isCompiled ? runSaved(source, cx) : trace(source, cx);
}

/** What `comm` says in `begin` and `end` probes, and what `ps -o comm` shows: not the interpreter's name. */
function nameProcess(): void {
  try {
    writeFileSync("/proc/self/comm", "tsbt");
  } catch {
    // Without /proc the name stays.
  }
}

// ---------------------------------------------------------------- listing

/** The word after `-l` is a script if there is a file of that name. */
function listedFile({ isListing, pattern }: Settings): ProgramInput | undefined {
  return isListing && pattern !== undefined && fileExists(pattern) ? { kind: "file", path: pattern } : undefined;
}

function list(source: ReturnType<typeof readProgram> | undefined, cx: CommandContext): number {
  const { settings, console } = cx;
  const facts = cx.stage.facts(cx);
  const target = settings.pid === undefined ? undefined : openPid(settings.pid);
  const options = {
    pid: target?.pid,
    isVerbose: settings.isVerbose,
    warn: (message: string) => console.warning(message),
  };
  if (source === undefined) {
    printMatches(settings.pattern ?? "*", facts, options, console);
    return 0;
  }
  if (isSavedScript(source)) {
    console.out(ended(probesOfSaved(source).join("\n")));
    return 0;
  }
  const compilation = compileFor(source, { ...cx, facts, target }, () => false);
  if (compilation.diagnostics.some((d) => d.severity === "error")) return 1;
  const points = compilation.typed?.probes.flatMap((probe) => probe.points) ?? [];
  console.out(ended(listProbes(points, facts, options).join("\n")));
  return 0;
}
