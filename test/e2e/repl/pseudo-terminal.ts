import { spawn, type IPty } from "@lydell/node-pty";
import headless from "@xterm/headless";
import { PROJECT_DIR, TIME_FACTOR, tsbtCommand } from "../../support/index.js";

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** What is started; without it, tsbt. */
  readonly command?: readonly string[];
  /** Without it, `repl`. */
  readonly args?: readonly string[];
}

const DEADLINE_MS = 20_000 * TIME_FACTOR;

export const KEY = {
  enter: "\r",
  tab: "\t",
  up: "\x1b[A",
  down: "\x1b[B",
  right: "\x1b[C",
  left: "\x1b[D",
  escape: "\x1b",
  ctrl: (letter: string) => String.fromCharCode(letter.charCodeAt(0) & 0x1f),
  paste: (text: string) => `\x1b[200~${text}\x1b[201~`,
} as const;

/** tsbt in a terminal whose cells can be looked at. */
export class PseudoTerminal {
  readonly pty: IPty;
  readonly #screen: headless.Terminal;
  readonly #exited: Promise<number>;
  #notify = (): void => {};
  hasExited = false;
  /** All that came. */
  bytes = "";

  constructor({ columns = 100, rows = 30, env = {}, command = [], args = ["repl"] }: TerminalOptions = {}) {
    const [file = tsbtCommand(), ...words] = command;
    this.#screen = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 5000 });
    this.pty = spawn(file, [...words, ...args], {
      name: env["TERM"] ?? "xterm-256color",
      cols: columns,
      rows,
      cwd: PROJECT_DIR,
      env: { PATH: process.env["PATH"] ?? "", TERM: "xterm-256color", ...env },
    });
    this.pty.onData((data) => {
      this.bytes += data;
      this.#screen.write(data, () => this.#notify());
    });
    this.#exited = new Promise((resolve) => {
      this.pty.onExit(({ exitCode }) => {
        this.hasExited = true;
        this.#notify();
        resolve(exitCode);
      });
    });
  }

  type(...keys: readonly string[]): void {
    for (const key of keys) this.pty.write(key);
  }

  /** An entry, and Enter. */
  enter(text: string): void {
    this.type(text, KEY.enter);
  }

  resize(columns: number, rows: number): void {
    this.#screen.resize(columns, rows);
    this.pty.resize(columns, rows);
  }

  /** Rows of the screen without blanks at their ends. */
  get rows(): readonly string[] {
    const { active } = this.#screen.buffer;
    return Array.from({ length: this.#screen.rows }, (_, i) => {
      return (
        active
          .getLine(active.baseY + i)
          ?.translateToString(true)
          .trimEnd() ?? ""
      );
    });
  }

  /** All that there is, with what has left the screen at the top. */
  get text(): string {
    const { active } = this.#screen.buffer;
    const lines = Array.from(
      { length: active.length },
      (_, i) => active.getLine(i)?.translateToString(true).trimEnd() ?? "",
    );
    return lines.join("\n").trimEnd();
  }

  get cursor(): { readonly row: number; readonly column: number } {
    const { active } = this.#screen.buffer;
    return { row: active.cursorY, column: active.cursorX };
  }

  /** The row that the cursor is in. */
  get line(): string {
    return this.rows[this.cursor.row] ?? "";
  }

  async until(what: string, holds: (terminal: this) => boolean): Promise<void> {
    const end = Date.now() + DEADLINE_MS;
    while (!holds(this)) {
      if (Date.now() > end) throw new Error(`${what} has not come:\n${this.text}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100);
        this.#notify = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Until the text is anywhere, this often. */
  see(text: string | RegExp, times = 1): Promise<void> {
    const pattern = typeof text === "string" ? new RegExp(escape(text), "g") : new RegExp(text.source, "gm");
    return this.until(String(text), () => (this.text.match(pattern)?.length ?? 0) >= times);
  }

  /** Until there is an empty prompt, and Node behind it: Ctrl-C before that ends everything. */
  prompt(): Promise<void> {
    return this.until("the prompt", ({ line, bytes }) => line === "tsbt>" && bytes.includes("\x1b[?2004h"));
  }

  exit(): Promise<number> {
    return this.#exited;
  }

  close(): void {
    if (!this.hasExited) this.pty.kill("SIGKILL");
    this.#screen.dispose();
  }
}

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
