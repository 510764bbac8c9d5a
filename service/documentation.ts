/** What the registries say of a name, as text for people. */
import type { BuiltinDefinition } from "../codegen/language/builtin.js";
import type { AnyFunction, Doc, Param } from "../codegen/language/function.js";
import { builtinNamed, type Language, providerNamed } from "../codegen/language/language.js";
import type { ProviderDefinition } from "../codegen/language/provider.js";
import { typeName } from "../codegen/types/type.js";
import { type Macro, textOf } from "../grammar/index.js";

export interface Documentation {
  readonly title: string;
  readonly summary: string;
  readonly example: string | undefined;
}

const KEYWORDS: ReadonlyMap<string, string> = new Map([
  ["config", "Settings of the script: config = { max_map_keys = 1000; }"],
  ["import", 'Brings in another script: import "lib/x.bt";'],
  ["macro", "Defines a macro, whose body takes the place of its calls."],
  ["prog", "Defines a program that tail_call() goes on to: prog hello { … } and, in a progarray, @next[1] = hello;"],
  [
    "let",
    "Declares a variable, or a map with its kind (hash, lruhash, percpuhash, percpulruhash, progarray) and size: let @a = lruhash(100);",
  ],
  ["struct", "A type by its C name; `tsbt -lv 'struct NAME'` shows the members of one of the kernel."],
  ["union", "A type by its C name."],
  ["enum", "A type by its C name."],
  ["for", "Goes through a range or a map: for ($i : 0..10) { … }, for ($kv : @map) { … }"],
  ["while", "Repeats a block as long as a condition holds."],
  ["unroll", "Repeats a block a fixed number of times."],
  ["break", "Leaves a loop."],
  ["continue", "Goes on with the next turn of a loop."],
  ["return", "Leaves the probe."],
  ["if", "Chooses a block by a condition; as an expression it has a value."],
  ["else", "The other block of an if."],
  ["sizeof", "Size of a type or an expression, in bytes."],
  ["offsetof", "Offset of a member in its struct, in bytes: offsetof(struct file, f_path)"],
  ["typeinfo", "What a type is, as data."],
  ["typeof", "The type of an expression."],
  ["comptime", "Is decided when the script is compiled."],
  ["true", "1, as a truth value."],
  ["false", "0, as a truth value."],
]);

export const keywords = (): readonly string[] => [...KEYWORDS.keys()];

/** What a declared map may be; names only there. */
const MAP_KINDS: ReadonlyMap<string, string> = new Map([
  ["hash", "A map with room for so many keys: let @a = hash(100); what finds no room is lost, and counted."],
  ["lruhash", "A map that forgets the keys that were used least recently when it is full: let @a = lruhash(100);"],
  ["percpuhash", "A map with a value for each CPU, which print() adds up: let @a = percpuhash(100);"],
  ["percpulruhash", "An lruhash with a value for each CPU: let @a = percpulruhash(100);"],
  [
    "progarray",
    "Slots for programs, which tail_call() goes on to: let @next = progarray(4); begin { @next[1] = hello; }",
  ],
]);

export const mapKinds = (): readonly string[] => [...MAP_KINDS.keys()];

/** `hist(n[, bits])`: the parameters by name; what is literal or a map is said. */
export const signatureOf = ({ name, params }: AnyFunction): string => `${name}(${params.map(parameterText).join("")})`;

export function parameterText(param: Param, index: number): string {
  const text = `${index === 0 ? "" : ", "}${parameterName(param)}`;
  return param.isOptional === true || param.isRest === true ? `[${text}]` : text;
}

function parameterName({ name, kind, accepts, isRest }: Param): string {
  const written = kind === "map" ? `@${name}` : name;
  const families = accepts === undefined ? "" : `: ${accepts.join("|")}`;
  return `${written}${families}${isRest === true ? "…" : ""}`;
}

export const macroSignature = ({ name, params }: Macro): string => `${name}(${params.map((p) => p.name).join(", ")})`;

const of = (title: string, { summary, example }: Doc): Documentation => ({ title, summary, example });

export const ofFunction = (definition: AnyFunction): Documentation =>
  of(`${signatureOf(definition)}${resultText(definition)}`, definition.doc);

function resultText(definition: AnyFunction): string {
  const unsafe = definition.isUnsafe === true ? " (needs --unsafe)" : "";
  if (definition.kind === "aggregation" || typeof definition.result === "function") return unsafe;
  return definition.result.kind === "void" ? unsafe : ` → ${typeName(definition.result)}${unsafe}`;
}

export const ofBuiltin = ({ name, type, doc }: BuiltinDefinition): Documentation =>
  of(typeof type === "function" ? name : `${name}: ${typeName(type)}`, doc);

export const ofProvider = ({ name, aliases, doc }: ProviderDefinition): Documentation =>
  of([name, ...aliases].join(", "), doc);

export const ofMacro = (macro: Macro): Documentation => ({
  title: macroSignature(macro),
  summary: `Macro: ${textOf(macro.body.span)}`,
  example: undefined,
});

/** All that the language has under a name: some names are both a builtin and a function. */
export function documentationOf(name: string, language: Language): readonly Documentation[] {
  const found: Documentation[] = [];
  const builtin = builtinNamed(language, name);
  if (builtin !== undefined) found.push(ofBuiltin(builtin));
  const definition = language.functions.get(name);
  if (definition !== undefined) found.push(ofFunction(definition));
  found.push(...language.macros.filter((macro) => macro.name === name).map(ofMacro));
  const provider = providerNamed(language, name);
  if (provider !== undefined) found.push(ofProvider(provider));
  const keyword = KEYWORDS.get(name) ?? MAP_KINDS.get(name);
  if (keyword !== undefined) found.push({ title: name, summary: keyword, example: undefined });
  return found;
}
