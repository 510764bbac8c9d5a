/**
 * A language: the functions, builtins and providers that scripts may name, and the macros of its library. The compiler
 * is given one; it knows what definitions are, and none of them by itself.
 */
import { DiagnosticBag, type Macro, parse } from "../../grammar/index.js";
import { wordsOf } from "../types/named-types.js";
import type { Type } from "../types/type.js";
import type { AggregationDefinition } from "./aggregation.js";
import type { BuiltinDefinition } from "./builtin.js";
import type { AnyFunction } from "./function.js";
import type { ProviderDefinition } from "./provider.js";

export interface Language {
  readonly functions: ReadonlyMap<string, AnyFunction>;
  readonly builtins: ReadonlyMap<string, BuiltinDefinition>;
  /** By long name. */
  readonly providers: ReadonlyMap<string, ProviderDefinition>;
  /** Of its library, in order of definition. */
  readonly macros: readonly Macro[];
  /** The names of the types that its aggregations have. */
  readonly typeWords: ReadonlyMap<string, Type>;
}

export interface Definitions {
  readonly functions: readonly AnyFunction[];
  readonly builtins: readonly BuiltinDefinition[];
  readonly providers: readonly ProviderDefinition[];
  /** The part that is written in the language itself: the text of its macros. */
  readonly library: string;
}

export const defineLanguage = ({ functions, builtins, providers, library }: Definitions): Language => ({
  functions: byName(functions),
  builtins: byName(builtins),
  providers: byName(providers),
  macros: readMacros(library),
  typeWords: new Map(functions.flatMap((f) => (f.kind === "aggregation" ? wordsOf(f.type) : []))),
});

function byName<D extends { readonly name: string }>(definitions: readonly D[]): ReadonlyMap<string, D> {
  const map = new Map<string, D>();
  for (const definition of definitions) {
    if (map.has(definition.name)) throw new Error(`${definition.name} is defined twice`);
    map.set(definition.name, definition);
  }
  return map;
}

/** Messages about the library are given at the place where the script uses it. */
function readMacros(text: string): readonly Macro[] {
  const bag = new DiagnosticBag();
  const { items } = parse({ name: "stdlib", text, isLibrary: true }, bag);
  if (bag.hasErrors) throw new Error(`the library is wrong: ${bag.errors[0]?.message ?? ""}`);
  return items.filter((item) => item.kind === "macro");
}

// ---------------------------------------------------------------- what a name stands for

/** `arg0`, `arg1` … are one definition. */
export const builtinNamed = ({ builtins }: Pick<Language, "builtins">, name: string): BuiltinDefinition | undefined =>
  builtins.get(/^arg[0-9]+$/.test(name) ? "argN" : name);

/** What a name with or without parentheses stands for. */
export const definitionNamed = (language: Language, name: string): AnyFunction | BuiltinDefinition | undefined =>
  language.functions.get(name) ?? builtinNamed(language, name);

export function aggregationNamed(
  { functions }: Pick<Language, "functions">,
  name: string,
): AggregationDefinition | undefined {
  const definition = functions.get(name);
  return definition?.kind === "aggregation" ? definition : undefined;
}

/** By long name in any case, or by alias as it is written. */
export function providerNamed(
  { providers }: Pick<Language, "providers">,
  text: string,
): ProviderDefinition | undefined {
  return (
    providers.get(text.toLowerCase()) ?? [...providers.values()].find((provider) => provider.aliases.includes(text))
  );
}

/** Whether an argument may be a map by reference. */
export function takesMap({ functions }: Pick<Language, "functions">, name: string, index: number): boolean {
  const param = functions.get(name)?.params[index];
  return param !== undefined && (param.kind === "map" || param.acceptsMap === true);
}
