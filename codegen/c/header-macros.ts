/** Macros as scripts may use them (language.md 4.2). Those of headers may also be what only a C compiler understands. */
import { type CMacro, type CUnit, DEFINITIONS_NAME, isOfKernel, macroText } from "../../grammar/c/index.js";
import type { CallMacro, CMacros } from "../analysis/expansion/expand-c-macros.js";
import type { StructSource } from "../types/struct-source.js";

export class UnitMacros implements CMacros {
  readonly #unit: () => CUnit;
  readonly #kernel: () => StructSource;

  constructor(unit: () => CUnit, kernel: () => StructSource) {
    this.#unit = unit;
    this.#kernel = kernel;
  }

  /** Headers define enumerators as themselves to make them known to `#ifdef`. */
  textOf(name: string): string | undefined {
    const { macros, enumerators, constantOf } = this.#unit();
    const macro = macros.get(name);
    if (macro === undefined || macro.params !== undefined) return undefined;
    const text = macroText(macro);
    if (text === name && enumerators.has(name)) return undefined;
    if (isOfKernel(macro.file) && this.#kernel().enumerator(name) !== undefined) return undefined;
    return isOwn(macro) || IS_WORD.test(text) ? text : (constantOf(name)?.toString() ?? text);
  }

  callOf(name: string): CallMacro | undefined {
    const macro = this.#unit().macros.get(name);
    if (macro?.params === undefined || macro.isVariadic || macro.hasOperators || isOwn(macro)) return undefined;
    return { params: macro.params, text: withOwnTypes(macro.body.map(({ text }) => text).join(" ")) };
  }

  names(): readonly string[] {
    const { macros } = this.#unit();
    return [...macros].flatMap(([name, { params }]) => (params === undefined ? [name] : []));
  }
}

/** Another name. */
const IS_WORD = /^[A-Za-z_]\w*$/;

/** In the text of the script itself. */
const isOwn = ({ file }: CMacro): boolean => file.name === DEFINITIONS_NAME;

const ARITHMETIC_TYPE = /\b(?:unsigned|signed|char|short|int|long)(?: (?:unsigned|signed|char|short|int|long))*\b/g;

/** `unsigned long` is `uint64` in scripts. */
const withOwnTypes = (text: string): string =>
  text.replace(ARITHMETIC_TYPE, (words) => {
    const has = (word: string): boolean => words.includes(word);
    const bytes = has("char") ? 1 : has("short") ? 2 : has("long") ? 8 : 4;
    return `${has("unsigned") ? "u" : ""}int${bytes * 8}`;
  });
