/** What a terminal sends, as keys and pastes. Pastes do not go through the keys: they may be long, and are no commands. */
import { PassThrough } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { emitKeypressEvents } from "node:readline";
import type { Key } from "../editor/press.js";

const PASTE_START = "\x1b[200~";
const PASTE_END = "\x1b[201~";
/** What is longer is cut off. */
export const MAX_PASTE = 1 << 20;

export type Input = { readonly kind: "key"; readonly key: Key } | { readonly kind: "paste"; readonly text: string };

interface NodeKey {
  readonly name?: string;
  readonly sequence?: string;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
  readonly shift?: boolean;
}

export class KeyReader {
  readonly #keys = new PassThrough();
  readonly #decoder = new StringDecoder("utf8");
  readonly #on: (input: Input) => void;
  /** The paste so far; undefined: there is none. */
  #paste: string | undefined;
  #rest = "";

  constructor(on: (input: Input) => void) {
    this.#on = on;
    emitKeypressEvents(this.#keys);
    this.#keys.on("keypress", (text: string | undefined, key: NodeKey) => {
      this.#on({ kind: "key", key: keyOf(text, key) });
    });
  }

  feed(bytes: Buffer): void {
    this.#read(this.#rest + this.#decoder.write(bytes));
  }

  #read(text: string): void {
    this.#rest = "";
    for (let left = text; left !== "";) {
      const mark = this.#paste === undefined ? PASTE_START : PASTE_END;
      const at = left.indexOf(mark);
      const kept = at < 0 ? cutMark(left, mark, this.#paste !== undefined) : 0;
      const plain = at < 0 ? left.slice(0, left.length - kept) : left.slice(0, at);
      if (this.#paste === undefined) this.#keys.write(plain);
      else this.#paste = (this.#paste + plain).slice(0, MAX_PASTE);
      if (at < 0) {
        this.#rest = left.slice(left.length - kept);
        return;
      }
      if (this.#paste === undefined) this.#paste = "";
      else {
        this.#on({ kind: "paste", text: this.#paste });
        this.#paste = undefined;
      }
      left = left.slice(at + mark.length);
    }
  }
}

/** How much of a mark stands at the end, if it may be one: a lone escape is a key, unless a paste is going on. */
function cutMark(text: string, mark: string, isInPaste: boolean): number {
  for (let length = Math.min(mark.length - 1, text.length); length > (isInPaste ? 0 : 2); length--) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return 0;
}

const keyOf = (text: string | undefined, { name, sequence, ctrl, meta, shift }: NodeKey): Key => ({
  name,
  sequence: sequence ?? text ?? "",
  ctrl: ctrl === true,
  meta: meta === true,
  shift: shift === true,
});
