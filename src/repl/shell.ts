/** What an entry does: the prompt's side of everything, whatever face it has. Text is byte strings. */
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { type Diagnostic, didYouMean, isStackOverflow, renderRecord } from "../../grammar/index.js";
import type { ServiceFacts } from "../../service/index.js";
import type { Host, Notices } from "../core/index.js";
import { isSystemCallFailure, reasonOf } from "../kernel/index.js";
import { type Command, CommandError } from "./commands/command.js";
import { toBytes } from "./typed/bytes.js";
import { readEntry } from "./typed/entry.js";
import { type Face, FaceSink } from "./face/face.js";
import type { Names } from "./names/names.js";
import { matchingFiles } from "./names/files.js";
import { type Job, Jobs } from "./run/jobs.js";
import { summaryLine } from "./run/summary.js";
import { EntryError, type Run, type RunRequest, type Tracer } from "./run/tracer.js";

export interface ShellOptions {
  readonly face: Face;
  readonly tracer: Tracer;
  readonly host: Host;
  readonly names: Names;
  readonly commands: readonly Command[];
}

export class Shell {
  readonly face: Face;
  readonly tracer: Tracer;
  readonly host: Host;
  readonly jobs = new Jobs();
  readonly notices: Notices;
  lastScript = "";
  readonly #names: Names;
  readonly #commands: readonly Command[];
  #isOver = false;

  constructor({ face, tracer, host, names, commands }: ShellOptions) {
    this.face = face;
    this.tracer = tracer;
    this.host = host;
    this.#names = names;
    this.#commands = commands;
    const say = (level: "warning" | "error") => (message: string) =>
      face.write(renderRecord(level, undefined, message, { color: face.color }));
    this.notices = { warning: say("warning"), error: say("error") };
  }

  say(text: string): void {
    this.face.write(text);
  }

  /** What the language service is asked with. */
  service(): ServiceFacts {
    const { probes, types } = this.#names;
    const { facts } = this.tracer;
    return {
      kernel: facts,
      language: FULL_LANGUAGE,
      options: this.tracer.compileOptions(),
      probes,
      types,
      files: matchingFiles,
    };
  }

  quit(): void {
    this.#isOver = true;
  }

  /** @returns whether there is to be another */
  async submit(typed: string): Promise<boolean> {
    try {
      await this.#perform(typed);
    } catch (error) {
      this.#explain(error);
    }
    return !this.#isOver && !this.face.isClosed;
  }

  /** Ends everything that runs. */
  async close(): Promise<void> {
    await this.jobs.stopAll();
    this.tracer.close();
  }

  async #perform(typed: string): Promise<void> {
    const entry = readEntry(typed, FULL_LANGUAGE);
    switch (entry.kind) {
      case "nothing":
        return;
      case "command":
        return this.#command(entry.name, entry.argument);
      case "map":
        return this.#showMap(entry.name);
      case "expression":
        return this.#evaluate(entry.text);
      case "script":
        this.lastScript = entry.text;
        return entry.isBackground
          ? this.#background(entry.text, entry.isForced)
          : this.#foreground(this.#start({ text: entry.text, isForced: entry.isForced, printsMaps: true }), true);
    }
  }

  async submitScript(text: string): Promise<void> {
    this.lastScript = text.trimEnd();
    await this.#foreground(this.#start({ text, isForced: false, printsMaps: true }), true);
  }

  // ---------------------------------------------------------------- commands

  /** Of several that begin so, none. */
  commandNamed(name: string): Command | undefined {
    const exact = this.#commands.find((command) => command.name === name);
    if (exact !== undefined || name === "") return exact;
    const matching = this.#commands.filter((command) => command.name.startsWith(name));
    return matching.length === 1 ? matching[0] : undefined;
  }

  async #command(name: string, argument: string): Promise<void> {
    const command = this.commandNamed(name);
    if (command === undefined) {
      const [near] = didYouMean(
        name,
        this.#commands.map((each) => each.name),
        (each) => `:${each}`,
      );
      throw new CommandError(`there is no command :${name}; ${near ?? ":help shows them all"}`);
    }
    await command.run(this, argument.trim());
  }

  /** A byte string, as all that is said. */
  overview(): string {
    const rows = this.#commands.map(({ name, argument, summary }) => [`:${name} ${argument}`, summary] as const);
    const width = Math.max(...rows.map(([left]) => left.length));
    const lines = [
      "PROBE { … }        runs until Ctrl-C; & behind it: in the background; !: however many probes it has\n",
      "EXPRESSION         is evaluated in the kernel: curtask.real_parent.comm\n",
      "@MAP               shows a map; maps stay from entry to entry\n\n",
      ...rows.map(([left, right]) => `${left.padEnd(width)}  ${right}\n`),
      "\nTab completes, → takes the grey hint, Ctrl-R searches what was typed before.\n",
    ];
    return toBytes(lines.join(""));
  }

  // ---------------------------------------------------------------- maps and expressions

  #showMap(name: string): void {
    const text = this.tracer.maps.text(name);
    if (text === undefined) throw new CommandError(`there is no map ${name}`);
    this.say(text === "" ? `${name} is empty\n` : text);
  }

  /** What has a value is printed; what has none is done. */
  async #evaluate(text: string): Promise<void> {
    // It would end the run of its own entry, and nothing would be seen of that.
    if (/^exit\s*(?:\(\s*\))?$/.test(text)) throw new CommandError("exit() ends a script; :quit or Ctrl-D ends tsbt");
    // Who types `help` wants no variable of that name.
    const asCommand = this.commandNamed(/^(\w+)(?=\s|$)/.exec(text)?.[1] ?? "");
    if (
      asCommand !== undefined &&
      text.startsWith(asCommand.name) &&
      this.#errors(`BEGIN { print((${text})); }`).length > 0
    )
      throw new CommandError(`commands begin with a colon: :${text}`);
    const request = { text, isForced: false, printsMaps: false } as const;
    const printed = ["BEGIN { print((", ")); }"] as const;
    const asPrinted = this.#errors(printed.join(text));
    if (asPrinted.length === 0) return this.#foreground(this.#start({ ...request, frame: printed }), false);
    const done = ["BEGIN { ", "; }"] as const;
    const asStatement = this.#errors(done.join(text));
    const isStatement = asStatement.length === 0 || asPrinted[0]?.code.startsWith("syntax") === true;
    return this.#foreground(this.#start({ ...request, frame: isStatement ? done : printed }), false);
  }

  #errors(script: string): readonly Diagnostic[] {
    return this.tracer.compile(script).diagnostics.filter(({ severity }) => severity === "error");
  }

  // ---------------------------------------------------------------- runs

  #start(request: Omit<RunRequest, "out">, log?: (text: string) => void): Run {
    return this.tracer.start({ ...request, out: new FaceSink(this.face, log) }, this.notices);
  }

  async #foreground(run: Run, isSummed: boolean): Promise<void> {
    const release = this.face.onInterrupt(() => run.stop.make());
    try {
      const summary = await run.ended;
      if (isSummed && summary.hasRun) this.say(summaryLine(summary));
    } finally {
      release();
    }
  }

  #background(text: string, isForced: boolean): void {
    const job = this.jobs.add(text, (log) => this.#start({ text, isForced, printsMaps: true }, log));
    this.say(`[${job.id}] runs\n`);
    job.finished = job.run.ended.then(
      (summary) => {
        job.state = "ended";
        this.say(`[${job.id}] has ended: ${summaryLine(summary)}`);
      },
      (error: unknown) => {
        job.state = "failed";
        this.#explain(error);
      },
    );
  }

  /** Until it ends; Ctrl-C ends it. */
  async wait(job: Job): Promise<void> {
    const release = this.face.onInterrupt(() => job.run.stop.make());
    try {
      await job.finished;
    } finally {
      release();
    }
  }

  #explain(error: unknown): void {
    if (error instanceof EntryError) return this.say(error.message);
    if (error instanceof CommandError) return this.notices.error(error.message);
    if (isStackOverflow(error)) return this.notices.error("this is nested too deeply");
    if (isSystemCallFailure(error)) return this.notices.error(`${error.syscall}: ${reasonOf(error)}`);
    this.notices.error(error instanceof Error ? toBytes(error.message) : String(error));
  }
}
