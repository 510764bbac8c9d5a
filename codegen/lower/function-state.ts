/** What belongs to one function of a program while it is lowered: a program's entry, or a loop's callback. */
import { Builder } from "../ir/builder.js";
import type { BlockId, IrFunction, Value, ValueType } from "../ir/ir.js";
import type { Place } from "../language/lowering.js";

export class FunctionState {
  readonly b: Builder;
  readonly role: IrFunction["role"];
  /** Where variables lie, by id. */
  readonly variables = new Map<number, Place>();
  /** Memory that functions of the program share, by number. */
  readonly memory = new Map<number, Place>();
  /** See {@link FunctionState.atEntry}. */
  readonly #entryValues = new Map<string, Value>();
  zeroKey: Value | undefined;
  /** Of a callback: the program's context, once it has been asked for. */
  context: Value | undefined;
  readonly #prologue: BlockId;
  /** Comes after the prologue, and may grow more blocks: `#entry` is the last one. */
  readonly #entryStart: BlockId;
  #entry: BlockId;
  readonly #body: BlockId;

  constructor(name: string, role: IrFunction["role"], params: readonly ValueType[]) {
    this.b = new Builder(name, role, params);
    this.role = role;
    this.#prologue = this.b.currentBlock;
    this.#entryStart = this.b.block();
    this.#entry = this.#entryStart;
    this.#body = this.b.block();
    this.b.switchTo(this.#body);
  }

  /** Emits into the prologue, which every block comes after. */
  inPrologue<T>(emit: () => T): T {
    const { currentBlock, span } = this.b;
    this.b.switchTo(this.#prologue);
    const result = emit();
    this.b.switchTo(currentBlock);
    this.b.span = span;
    return result;
  }

  /** A value that is made between prologue and body, when it is asked for first. None is asked for while another is made. */
  atEntry(key: string, make: () => Value): Value {
    const known = this.#entryValues.get(key);
    if (known !== undefined) return known;
    const { currentBlock, span } = this.b;
    this.b.switchTo(this.#entry);
    const value = make();
    this.#entry = this.b.currentBlock;
    this.b.switchTo(currentBlock);
    this.b.span = span;
    this.#entryValues.set(key, value);
    return value;
  }

  finish(): IrFunction {
    this.b.switchTo(this.#prologue);
    this.b.jump(this.#entryStart);
    this.b.switchTo(this.#entry);
    this.b.jump(this.#body);
    return this.b.finish();
  }
}

/** Keeps the place of a function that is not finished yet. */
export const EMPTY: IrFunction = { name: "", role: "callback", params: [], blocks: [], slots: [], types: [] };
