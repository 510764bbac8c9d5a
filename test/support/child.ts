import { type ChildProcess, spawn } from "node:child_process";
import { onTestFinished } from "vitest";
import { TIME_FACTOR } from "./time-factor.js";
import { waitFor } from "./wait-for.js";

export interface ChildOptions {
  /** What the child reads, as a byte string; without it standard input is empty. `"open"`: what `write` sends. */
  readonly input?: string | "open";
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** On an ordinary machine; it grows with {@link TIME_FACTOR}. */
  readonly timeoutMs?: number;
}

export interface Finished {
  /** Byte strings: one character is one byte. */
  readonly stdout: string;
  readonly stderr: string;
  /** The exit status, or `null` after a signal. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

const DEFAULT_TIMEOUT_MS = 15_000;

/** A process that the running test owns: it is gone when the test is. */
export class Child {
  readonly pid: number;
  /** Settles when the process has ended and its output is complete; rejects when it took too long. */
  readonly finished: Promise<Finished>;
  private readonly process: ChildProcess;
  private readonly command: string;
  private readonly output = { stdout: "", stderr: "" };
  private hasEnded = false;

  constructor(file: string, args: readonly string[], options: ChildOptions = {}) {
    this.command = [file, ...args].join(" ");
    this.process = spawn(file, args, {
      stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      env: { ...process.env, ...options.env },
      cwd: options.cwd,
    });
    this.pid = this.process.pid ?? -1;
    this.finished = this.follow((options.timeoutMs ?? DEFAULT_TIMEOUT_MS) * TIME_FACTOR);
    this.finished.catch(() => undefined); // a test that is not interested in the end need not handle its failure
    if (options.input !== undefined && options.input !== "open") this.process.stdin?.end(options.input, "latin1");
    this.process.stdin?.on("error", () => undefined); // the child may end before it has read everything
    onTestFinished(() => this.end());
  }

  /** What it has printed so far. */
  get stdout(): string {
    return this.output.stdout;
  }

  get stderr(): string {
    return this.output.stderr;
  }

  /** Waits until it has printed something that matches. */
  async printed(pattern: RegExp | string, stream: "stdout" | "stderr" = "stdout"): Promise<void> {
    await waitFor(`${pattern} on ${stream} of ${this.command}`, () => {
      if (matches(this.output[stream], pattern)) return true;
      if (this.hasEnded) throw new Error(`${this.command} ended without printing ${pattern}\n${this.transcript()}`);
      return undefined;
    });
  }

  /** Sends text to its standard input (`input: "open"`). */
  write(text: string): void {
    this.process.stdin?.write(text, "latin1");
  }

  /** Closes its standard input. */
  closeInput(): void {
    this.process.stdin?.end();
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** As Ctrl-C would: asks it to finish, and waits until it has. */
  interrupt(): Promise<Finished> {
    this.kill("SIGINT");
    return this.finished;
  }

  private async end(): Promise<void> {
    if (!this.hasEnded) this.process.kill("SIGKILL");
    await this.finished.catch(() => undefined);
  }

  private follow(timeoutMs: number): Promise<Finished> {
    for (const name of ["stdout", "stderr"] as const) {
      this.process[name]?.setEncoding("latin1").on("data", (text: string) => (this.output[name] += text));
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`${this.command} did not end within ${timeoutMs} ms\n${this.transcript()}`));
        this.process.kill("SIGKILL");
      }, timeoutMs);
      this.process.once("error", (error) => {
        this.hasEnded = true;
        clearTimeout(timer);
        reject(error);
      });
      this.process.once("close", (status, signal) => {
        this.hasEnded = true;
        clearTimeout(timer);
        resolve({ ...this.output, status, signal });
      });
    });
  }

  private transcript(): string {
    return transcript(this.output);
  }
}

/** Starts a program for the running test, runs it to its end. */
export function run(file: string, args: readonly string[] = [], options: ChildOptions = {}): Promise<Finished> {
  return new Child(file, args, options).finished;
}

/** Output as it is shown when a test fails. */
export function transcript(output: { readonly stdout: string; readonly stderr: string }): string {
  return `--- standard output\n${output.stdout}--- standard error\n${output.stderr}---`;
}

function matches(text: string, pattern: RegExp | string): boolean {
  return typeof pattern === "string" ? text.includes(pattern) : pattern.test(text);
}
