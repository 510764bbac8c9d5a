/** What may have been meant by words that mean nothing. */
import { didYouMean, type Expr, type Help, nearestNames, suggestion } from "../../../grammar/index.js";
import { builtinNamed, type Language } from "../../language/language.js";
import type { StructSource } from "../../types/struct-source.js";
import { TYPE_WORDS } from "../../types/named-types.js";
import type { Maps } from "./maps.js";
import { isUnknown } from "./slots.js";
import { wordElsewhere } from "./words-elsewhere.js";

/** All words that a script can use. */
export interface Words {
  readonly language: Language;
  /** The script's own. */
  readonly macroNames: readonly string[];
  /** Constants and types of the kernel, and those that the script defines. */
  readonly structs: StructSource;
  /** Macros of the script's C definitions. */
  readonly constants: () => readonly string[];
}

/** @param called - it has parentheses behind it */
export function similarWord(word: string, words: Words, called: "call" | "word"): Help {
  const elsewhere = wordElsewhere(word);
  if (elsewhere !== undefined) return { hints: [`That is ${elsewhere} here.`] };
  const asWritten = asCall(word, words, called);
  const own = [...callable(words), ...plain(words)];
  const near = nearestNames(word, called === "call" ? own : [...own, ...words.constants()]);
  const names = near.length > 0 || called === "call" ? near : nearestNames(word, words.structs.enumeratorNames());
  return { hints: asWritten ?? suggestion(names.map((name) => shown(name, words))) };
}

/** The word is known, but not with, or not without, parentheses. */
function asCall(word: string, words: Words, called: "call" | "word"): readonly string[] | undefined {
  if (called === "word" && callable(words).includes(word)) return [`\`${word}\` is a function: \`${word}()\`.`];
  if (called === "word" && words.structs.typeNamed(word, undefined) !== undefined)
    return [`\`${word}\` is a type. A cast is \`(${word})VALUE\`.`];
  return undefined;
}

const callable = ({ language, macroNames }: Words): readonly string[] => [
  ...language.functions.keys(),
  ...macroNames,
  ...language.macros.map(({ name }) => name),
  ...QUERIES,
];

/** The grammar's own functions. */
const QUERIES = ["sizeof", "offsetof", "typeof", "typeinfo"];

function plain({ language }: Words): readonly string[] {
  const names = [...language.builtins.keys()];
  return [...names.filter((name) => name !== ARGUMENTS), ...ARGUMENT_NAMES];
}

/** The definition of `arg0`, `arg1` …; `arg10` and later ones are rare. */
const ARGUMENTS = "argN";
const ARGUMENT_NAMES = Array.from({ length: 10 }, (_, i) => `arg${i}`);

const shown = (name: string, { language, macroNames }: Words): string => {
  const isCall = language.functions.has(name) || language.macros.some((macro) => macro.name === name);
  const isWord = builtinNamed(language, name) !== undefined || macroNames.includes(name);
  return (isCall && !isWord) || QUERIES.includes(name) ? `${name}()` : name;
};

/** A type that nothing defines. @param name - with its tag, as messages have it */
export function similarType(name: string, structs: StructSource, { typeWords }: Language): Help {
  const [, tag, word = name] = /^(struct|union|enum) (.*)$/.exec(name) ?? [];
  const known = tag as "struct" | "union" | "enum" | undefined;
  const other = OTHER_TAGS[known ?? "none"].find((tagged) => isNamed(word, tagged, structs));
  if (other !== undefined) return { hints: suggestion([other === "typedef" ? word : `${other} ${word}`]) };
  const names = [...(known === undefined ? [...TYPE_WORDS, ...typeWords.keys()] : []), ...structs.typeNames(known)];
  return { hints: didYouMean(word, names, (near) => (tag === undefined ? near : `${tag} ${near}`)) };
}

type Tagged = "struct" | "union" | "enum" | "typedef";

const OTHER_TAGS: Readonly<Record<"struct" | "union" | "enum" | "none", readonly Tagged[]>> = {
  struct: ["union", "enum", "typedef"],
  union: ["struct", "enum", "typedef"],
  enum: ["struct", "union", "typedef"],
  none: ["struct", "union", "enum"],
};

const isNamed = (word: string, tag: Tagged, structs: StructSource): boolean =>
  structs.typeNamed(word, tag === "typedef" ? undefined : tag) !== undefined;

/** A map that nothing is put into. */
export function similarMap(name: string, maps: Maps): Help {
  const filled = [...maps.values()].filter(({ value }) => !isUnknown(value.type));
  return {
    hints: didYouMean(
      name,
      filled.map((map) => map.name),
    ),
  };
}

/** So few members are all named. */
const FEW = 8;

/** A member that a struct does not have. */
export function similarMember(wanted: string, names: readonly string[], what: string): Help {
  const near = didYouMean(wanted, names);
  if (near.length > 0) return { hints: near };
  if (names.length === 0 || names.length > FEW) return {};
  return { hints: [`${what} ${names.map((name) => `\`${name}\``).join(", ")}.`] };
}

/** A member of something that has none: a pointer that was kept as a number, most often. */
export const memberOfNumber = (object: Expr): Help => ({
  hints: [
    object.kind === "identifier" && /^arg\d+$/.test(object.name)
      ? `\`${object.name}\` is a number. Say what it points to: \`((struct NAME *)${object.name}).MEMBER\`.`
      : "A number has no members. Say what it points to: `((struct NAME *)NUMBER).MEMBER`.",
  ],
});
