/**
 * A terminal: the editor's states are drawn as keys come in, and what runs writes above it.
 *
 * It is in raw mode only while keys are wanted. While something runs it is as it was before us: Ctrl-C, Ctrl-\ and Ctrl-Z are signals, and if
 * we are killed then, nothing is left to be mended. What is typed meanwhile waits in the terminal for the next prompt.
 */
import type { ReadStream } from "node:tty";
import type { Colored } from "../editor/layout.js";
import { layout } from "../editor/layout.js";
import { Painter } from "../editor/painter.js";
import { type IsFinished, paste, press, type Pressed } from "../editor/press.js";
import { edited, type EditorState, stateWith } from "../editor/state.js";
import { PROMPT } from "../../cli/greeting.js";
import { Writer } from "../../output/index.js";
import type { Face } from "./face.js";
import { type Input, KeyReader } from "./keys.js";

const PASTE_ON = "\x1b[?2004h";
const PASTE_OFF = "\x1b[?2004l";

/** What the editor asks of those who know the language. */
export interface Helper {
  readonly isFinished: IsFinished;
  colors(text: string): readonly Colored[];
  note(state: EditorState): string;
  /** Of Tab. */
  complete(state: EditorState): Completed;
}

export interface Completed {
  readonly state: EditorState;
  /** Not all is known yet: what to show meanwhile, and when to try again. */
  readonly waiting?: { readonly note: string; readonly until: Promise<void> };
}

export interface TerminalOptions {
  /** Where the keys come from. */
  readonly input: ReadStream;
  readonly color: boolean;
  readonly helper: Helper;
  readonly history: () => readonly string[];
}

/** While it is not in raw mode the terminal took Ctrl-D for the end of what is read, and kept a zero in its place. */
const withEnds = (bytes: Buffer): Buffer => bytes.map((byte) => (byte === 0 ? CTRL_D : byte)) as Buffer;
const CTRL_D = 4;

export class TerminalFace implements Face {
  readonly isTerminal = true;
  readonly color: boolean;
  readonly #helper: Helper;
  readonly #history: () => readonly string[];
  readonly #in: ReadStream;
  /** Node looks after the size of this one alone. */
  readonly #size = process.stdout;
  readonly #out = new Writer(1, "none");
  readonly #painter: Painter;
  readonly #keys = new KeyReader((input) => this.#take(input));
  /** What came in one piece with the end of an entry, or before the first was asked for. */
  readonly #typedAhead: Input[] = [];
  readonly #callbacks: (() => void)[] = [];
  #state: EditorState = stateWith([], "");
  #answer: ((text: string | undefined) => void) | undefined;
  #preset = "";
  #note: string | undefined;
  #isAtLineStart = true;
  #isClosed = false;
  #isRaw = true;
  /** What has waited in the terminal is being read. */
  #isEarly = true;
  #isDrawn = false;
  #isLive = false;
  #endLive = (): void => {};

  constructor({ input, color, helper, history }: TerminalOptions) {
    this.#in = input;
    this.color = color;
    this.#helper = helper;
    this.#history = history;
    this.#painter = new Painter({ color });
    this.#in.on("data", (bytes: Buffer) => this.#keys.feed(this.#isEarly ? withEnds(bytes) : bytes));
    this.#in.on("error", () => this.hangUp());
    this.#in.on("close", () => this.hangUp());
    this.#size.on("resize", () => this.#resized());
    process.on("SIGINT", this.#signalled);
    this.#open();
  }

  get columns(): number {
    return this.#size.columns || 80;
  }

  get isClosed(): boolean {
    return this.#isClosed || this.#out.isClosed;
  }

  ask(): Promise<string | undefined> {
    if (this.#isClosed) return Promise.resolve(undefined);
    if (!this.#isAtLineStart) this.write("\n");
    this.#open();
    this.#state = stateWith(this.#history(), this.#preset);
    this.#preset = "";
    return new Promise((resolve) => {
      this.#answer = resolve;
      this.#draw();
      for (const input of this.#typedAhead.splice(0)) this.#take(input);
    });
  }

  write(text: string): void {
    if (text === "") return;
    if (this.#isLive || !this.#isDrawn) {
      this.#raw(Buffer.from(text, "latin1"));
      this.#isAtLineStart = text.endsWith("\n");
      return;
    }
    const line = text.endsWith("\n") ? text : `${text}\n`;
    this.#raw(Buffer.concat([Buffer.from(this.#painter.erase()), Buffer.from(line, "latin1")]));
    this.#draw();
  }

  onInterrupt(callback: () => void): () => void {
    this.#callbacks.push(callback);
    return () => void this.#callbacks.splice(this.#callbacks.indexOf(callback), 1);
  }

  preset(text: string): void {
    this.#preset = text;
  }

  live(text: () => string, intervalMs: number): Promise<void> {
    const painter = new Painter({ color: this.color });
    const rows = (): number => Math.max(1, (this.#size.rows || 24) - 2);
    const draw = (): void => {
      const lines = Buffer.from(text(), "latin1").toString("utf8").replace(/\n$/, "").split("\n").slice(-rows());
      const cells = lines.map((line) => [{ style: "plain" as const, text: line.slice(0, this.columns - 1) }]);
      this.#raw(Buffer.from(painter.paint({ rows: cells, cursor: { row: cells.length - 1, column: 0 } })));
    };
    this.#open();
    this.#isLive = true;
    draw();
    const timer = setInterval(draw, intervalMs);
    return new Promise((resolve) => {
      this.#endLive = () => {
        clearInterval(timer);
        this.#raw(Buffer.from(painter.leave()));
        this.#isLive = false;
        this.#endLive = () => {};
        this.#giveBack();
        resolve();
      };
    });
  }

  /** It has been given back already: something runs. */
  lend(use: () => void): void {
    use();
  }

  /** It is still there where a signal said otherwise: `kill` sends them, too. */
  close(): void {
    if (this.#in.destroyed) return;
    this.#isClosed = true;
    process.removeListener("SIGINT", this.#signalled);
    try {
      if (this.#isDrawn) this.#raw(Buffer.from(this.#painter.leave()));
      this.#isDrawn = false;
      this.#giveBack();
    } catch {
      // There is no terminal any more.
    }
    this.#in.destroy();
  }

  /** After a stop: the shell has had the terminal, and gives it back as it was before us. */
  resumed(): void {
    if (this.#isClosed || !this.#isRaw) return;
    this.#in.setRawMode(false); // it takes what it has set for what is
    this.#open();
    if (!this.#isDrawn || this.#isLive) return;
    this.#raw(Buffer.from(this.#painter.beginAnew()));
    this.#draw();
  }

  /** The terminal has gone away. */
  hangUp(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#endLive();
    for (const callback of [...this.#callbacks]) callback();
    this.#reply(undefined);
  }

  #open(): void {
    this.#in.setRawMode(true);
    this.#in.resume();
    this.#raw(Buffer.from(PASTE_ON));
    this.#isRaw = true;
    this.#isEarly = true;
    setImmediate(() => setImmediate(() => (this.#isEarly = false))); // between the two what was there has been read
  }

  /** As it was before us. */
  #giveBack(): void {
    this.#isRaw = false;
    this.#raw(Buffer.from(PASTE_OFF));
    this.#in.pause();
    this.#in.setRawMode(false);
  }

  #raw(bytes: Buffer): void {
    if (bytes.length > 0) this.#out.write(bytes.toString("latin1"));
  }

  // ---------------------------------------------------------------- keys

  #take(input: Input): void {
    if (this.#answer === undefined) return this.#takeWhileBusy(input);
    this.#note = undefined;
    if (input.kind === "paste") this.#state = paste(this.#state, input.text);
    else this.#pressed(press(this.#state, input.key, this.#helper.isFinished));
    if (this.#isDrawn) this.#draw();
  }

  #takeWhileBusy(input: Input): void {
    if (this.#isLive) return this.#endLive();
    if (input.kind === "key" && input.key.ctrl && input.key.name === "c") this.#interrupted();
    else this.#typedAhead.push(input);
  }

  #interrupted(): void {
    this.#typedAhead.length = 0;
    this.#callbacks.at(-1)?.();
  }

  /** Of Ctrl-C the terminal has shown `^C` where the cursor was. */
  readonly #signalled = (): void => {
    if (this.#isLive) return this.#endLive();
    if (!this.#isRaw) this.write("\n");
    this.#interrupted();
  };

  #pressed({ state, effect }: Pressed): void {
    this.#state = state;
    switch (effect?.kind) {
      case "submit":
        return this.#reply(effect.text);
      case "leave":
        return this.#reply(undefined);
      case "interrupt":
        return this.#interrupt();
      case "complete":
        return this.#complete();
      case "clear-screen":
        this.#raw(Buffer.from(this.#painter.clearScreen()));
    }
  }

  /** What was typed stays on the screen, and can be had back by undoing. */
  #interrupt(): void {
    this.#withoutExtras();
    this.#draw();
    this.#raw(Buffer.from(this.#painter.leave()));
    this.#state = { ...edited(this.#state, { text: "", cursor: 0 }, undefined), history: this.#history() };
    this.#note = undefined;
  }

  #complete(): void {
    const { state, waiting } = this.#helper.complete(this.#state);
    this.#state = state;
    this.#note = waiting?.note;
    void waiting?.until.then(() => {
      // Unless somebody has gone on typing.
      if (this.#state !== state || this.#answer === undefined) return;
      this.#complete();
      this.#draw();
    });
  }

  #reply(text: string | undefined): void {
    const answer = this.#answer;
    if (answer === undefined) return;
    this.#answer = undefined;
    if (!this.#isClosed) {
      this.#withoutExtras();
      this.#draw();
      this.#raw(Buffer.from(this.#painter.leave()));
      this.#isDrawn = false;
      this.#giveBack();
    }
    this.#isAtLineStart = true;
    this.#note = undefined;
    answer(text);
  }

  /** Hint, menu and note go when the entry becomes part of what was. */
  #withoutExtras(): void {
    this.#state = { ...this.#state, history: [], menu: undefined, cursor: this.#state.text.length };
    this.#note = "";
  }

  // ---------------------------------------------------------------- drawing

  #draw(): void {
    if (this.#isClosed) return;
    const { text } = this.#state;
    const view = {
      state: this.#state,
      prompt: PROMPT,
      colors: this.#helper.colors(text),
      note: this.#note ?? this.#helper.note(this.#state),
    };
    const frame = layout(view, { columns: this.columns, rows: this.#size.rows || 24 });
    this.#raw(Buffer.from(this.#painter.paint(frame)));
    this.#isDrawn = true;
  }

  #resized(): void {
    if (!this.#isDrawn || this.#isLive) return;
    this.#raw(Buffer.from(this.#painter.resized(this.columns)));
    this.#draw();
  }
}
