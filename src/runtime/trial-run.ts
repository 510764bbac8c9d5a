/**
 * A run of tests or benchmarks (probes-and-cli.md 17.4, 17.5). Nothing is attached: the tracer runs the programs of the
 * script itself, and keeps what they print.
 *
 *     load · begin programs · each trial, and what it sent · end programs
 */
import type { Attachment, TrialSchedule } from "../../codegen/object.js";
import type { CapturedOutput, Output, TrialOutput } from "../output/index.js";
import { tracerPoints } from "./attachments.js";
import { measure } from "./benchmark.js";
import { Engine, type EngineOptions, type Interpreter } from "./engine.js";
import type { LoadedObject } from "./loader.js";
import { LossReport } from "./loss-report.js";
import { PacketFiles } from "./packet-files.js";
import { STATUS } from "./session.js";
import type { Stop } from "./stop.js";

export interface TrialOptions extends EngineOptions {
  readonly runs: TrialSchedule["runs"];
  /** Of what is no trial. */
  readonly output: Output;
  /** Of trials. */
  readonly captured: CapturedOutput;
  readonly trials: TrialOutput;
  readonly report: EngineOptions["report"] & { benchmarkFailed(name: string): void };
}

/** What came of a trial, besides what it returned. */
interface Outcome {
  /** Something was said or done that a trial must not. */
  readonly hasFailed: boolean;
  readonly text: string;
}

const TRIAL_FAILED = 1;

export class TrialRun {
  readonly #loaded: LoadedObject;
  readonly #options: TrialOptions;
  readonly #engine: Engine;
  /** Of trials, and of all else. */
  readonly #inside: Interpreter;
  readonly #outside: Interpreter;
  /** Of the two, the one for what comes next. */
  #current: Interpreter;
  /** Of all trials. */
  readonly #lost = new LossReport();
  #exitStatus = 0;

  constructor(loaded: LoadedObject, options: TrialOptions) {
    const { captured, output } = options;
    this.#loaded = loaded;
    this.#options = options;
    this.#engine = new Engine(loaded, options);
    const exit = (status: number): void => {
      this.#exitStatus = status;
      this.#current.dispatcher.stop();
    };
    // Nothing is attached, so there is nothing to unwatch and there are no packets.
    const hooks = { exit, unwatch: () => {}, batchEnded: () => {}, packetFiles: new PacketFiles(undefined) };
    this.#inside = this.#engine.interpreter(captured, hooks);
    this.#outside = this.#engine.interpreter(output, hooks);
    this.#current = this.#outside;
  }

  /** @returns the exit status */
  async run(signals: Stop): Promise<number> {
    this.#engine.interruption.heed(signals);
    const { runs } = this.#options;
    const points = tracerPoints(this.#loaded.object, runs);
    this.#engine.writeStart();
    this.#engine.runAll("before");
    this.#engine.openRing((batch) => this.#current.dispatcher.handle(batch));
    // What begin programs send belongs to the first trial, as in bpftrace.
    if (points.length > 0) this.#current = this.#inside;
    const areGood = runs === "as-test" ? await this.#test(points, signals) : await this.#measure(points, signals);
    this.#finish();
    return areGood ? this.#exitStatus : TRIAL_FAILED;
  }

  /** For a process that goes on after the run. */
  close(): void {
    this.#engine.close();
    this.#loaded.close();
  }

  // ---------------------------------------------------------------- tests

  async #test(points: readonly Attachment[], signals: Stop): Promise<boolean> {
    const { trials, bpf } = this.#options;
    if (points.length === 0) return true;
    const results = [];
    trials.testsBegin(points.length);
    for (const point of points) {
      if (await hasCome(signals)) break;
      const name = nameOf(point);
      trials.testBegins(name);
      const program = this.#engine.programOf(point);
      const start = process.hrtime.bigint();
      const returned = bpf.testRun(program);
      const ns = process.hrtime.bigint() - start;
      const { hasFailed, text } = this.#outcome();
      const result = { name, ns, text, hasPassed: returned === 0 && !hasFailed };
      trials.testEnded(result);
      results.push(result);
    }
    trials.testsEnded(results);
    return results.length === points.length && results.every(({ hasPassed }) => hasPassed);
  }

  // ---------------------------------------------------------------- benchmarks

  async #measure(points: readonly Attachment[], signals: Stop): Promise<boolean> {
    const { trials, bpf, report } = this.#options;
    let areGood = true;
    trials.benchmarksBegin(points.map(nameOf));
    for (const point of points) {
      const name = nameOf(point);
      const program = this.#engine.programOf(point);
      let hasFailed = false;
      const result = await measure(async (runs) => {
        if (await hasCome(signals)) return undefined;
        const { returned, ns } = bpf.measure(program, runs);
        ({ hasFailed } = this.#outcome());
        return returned === 0 && !hasFailed ? ns : undefined;
      });
      if (signals.hasCome) return false;
      if (hasFailed) report.benchmarkFailed(name);
      else if (result !== undefined) trials.benchmarkEnded({ name, ...result });
      areGood &&= !hasFailed;
    }
    return areGood;
  }

  // ---------------------------------------------------------------- events

  /** Of what was sent since the last time. What one trial has done does not count for the next. */
  #outcome(): Outcome {
    const { captured } = this.#options;
    const { dispatcher, warnings } = this.#inside;
    this.#engine.drain(dispatcher);
    this.#lost.addWarnings(this.#loaded.object, warnings.finish());
    warnings.reset();
    const lost = this.#engine.losses.check();
    if (lost > 0n) captured.lostEvents(lost);
    const { text, hasFailed } = captured.take();
    const hasExited = this.#exitStatus !== STATUS.ok;
    this.#exitStatus = STATUS.ok;
    dispatcher.resume();
    return { text, hasFailed: hasFailed || hasExited };
  }

  #finish(): void {
    const { output } = this.#options;
    const { dispatcher, warnings } = this.#outside;
    this.#engine.drain(this.#current.dispatcher);
    this.#current = this.#outside;
    dispatcher.resume();
    this.#engine.runAll("after");
    this.#engine.drain(dispatcher);
    const { object } = this.#loaded;
    this.#lost.addWarnings(object, warnings.finish());
    this.#engine.losses.check();
    this.#lost.addEvents(object, this.#engine.losses);
    output.losses(this.#lost.losses);
    output.endOfRun();
    output.flush();
  }
}

/** Without that of the provider. */
const nameOf = ({ name }: Attachment): string => name.slice(name.indexOf(":") + 1);

/** Lets a signal that came meanwhile be seen. */
async function hasCome(signals: Stop): Promise<boolean> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  return signals.hasCome;
}
