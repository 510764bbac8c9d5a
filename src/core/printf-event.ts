/** What a `printf()` gives out: its arguments, and the text of it for those who ask. */
import { compilePrintf, type Data, decoded, givenArgument, type Memory, type SentValues } from "../output/index.js";
import type { PrintfEvent, ScriptPlace } from "./events.js";

/** One class for all call sites, so that whoever reads many events finds all of one shape. */
export class Printf implements PrintfEvent {
  readonly kind = "printf";
  readonly format: string;
  readonly args: readonly Data[];
  readonly at: ScriptPlace;
  readonly #site: PrintfSite;

  constructor(site: PrintfSite, args: readonly Data[]) {
    this.format = site.format;
    this.args = args;
    this.at = site.at;
    this.#site = site;
  }

  /** Made when it is asked for: most programs want the arguments. */
  get text(): string {
    return this.#site.textOf(this.args);
  }

  toJSON(): PrintfEvent {
    const { kind, format, args, text, at } = this;
    return { kind, format, args, text, at };
  }
}

/** A call of `printf()` in the script. */
export class PrintfSite {
  readonly format: string;
  readonly at: ScriptPlace;
  readonly #text: () => string;
  #args: readonly Data[] = [];

  /** @param bytes - the format, as a byte string */
  constructor(bytes: string, values: SentValues, at: ScriptPlace) {
    this.format = decoded(bytes);
    this.at = at;
    const text = compilePrintf(
      bytes,
      values.arguments.map((arg, i) => givenArgument(arg, () => this.#args[i])),
    );
    this.#text = () => text(NO_MEMORY, 0);
  }

  textOf(args: readonly Data[]): string {
    this.#args = args;
    const text = decoded(this.#text());
    this.#args = [];
    return text;
  }
}

/** Arguments that have been read need none. */
const NO_MEMORY: Memory = { view: new DataView(new ArrayBuffer(0)), bytes: Buffer.alloc(0) };
