/**
 * What can be known of a script from its text alone, as types: the formats of `printf()`, and the names, keys and values of
 * maps. Text is split at markers and never walked character by character, so that a script of hundreds of lines is no
 * burden to the type checker. What the text does not tell is a {@link Data}.
 */
import type { AggregationData, Data, IntegerData, MapValueData } from "../output/index.js";

/** What a script prints and keeps. */
export interface Shape {
  readonly printf: PrintfShape;
  readonly maps: { readonly [name: string]: MapShape };
}

export interface PrintfShape {
  readonly format: string;
  readonly args: readonly Data[];
}

/** `key` is `undefined` for a map without keys. */
export interface MapShape {
  readonly key: Data | undefined;
  readonly value: MapValueData;
}

/** What the text of a script tells. */
export type ShapeOfText<S extends string> = string extends S
  ? Shape
  : {
      readonly printf: PrintfOf<FormatsOf<S>>;
      readonly maps: { readonly [M in MapOf<S> as M["name"]]: MapShapeOf<M> };
    };

// ---------------------------------------------------------------- printf

type FormatsOf<S extends string, Found extends string = never> = S extends `${string}printf(${infer Rest}`
  ? Rest extends `${infer Before}"${infer Format}"${infer After}`
    ? Before extends Space
      ? FormatsOf<After, Found | WholeString<Format, After>>
      : FormatsOf<Rest, Found | string>
    : Found | string
  : Found;

/** A string that is cut at a quotation mark which is part of it is not known. */
type WholeString<Format extends string, After extends string> = Format extends `${string}\\`
  ? After extends string
    ? string
    : never
  : Unescaped<Format>;

/** Where the language around it has not done that: `String.raw`, files. */
type Unescaped<Format extends string> = Format extends `${infer Before}\\n${infer After}`
  ? `${Before}\n${Unescaped<After>}`
  : Format;

type PrintfOf<Format extends string> = [Format] extends [never]
  ? never
  : Format extends string
    ? string extends Format
      ? PrintfShape
      : { readonly format: Format; readonly args: Readonly<ArgsOf<Format>> }
    : never;

/** One for each conversion. */
export type ArgsOf<Format extends string, Args extends readonly Data[] = []> = Format extends `${string}%${infer Rest}`
  ? Rest extends `%${infer After}`
    ? ArgsOf<After, Args>
    : Conversion<Rest> extends [infer Arg extends Data, infer After extends string]
      ? ArgsOf<After, [...Args, Arg]>
      : ArgsOf<Rest, Args>
  : Args;

type Conversion<Rest extends string> = Rest extends `${Modifier}${infer After}`
  ? Conversion<After>
  : Rest extends `r${"x" | "h"}${infer After}`
    ? [Uint8Array, After]
    : Rest extends `gr${infer After}`
      ? [IntegerData, After]
      : Rest extends `${infer Letter extends keyof Conversions}${infer After}`
        ? [Conversions[Letter], After]
        : undefined;

interface Conversions {
  readonly d: IntegerData;
  readonly i: IntegerData;
  readonly u: IntegerData;
  readonly o: IntegerData;
  readonly x: IntegerData;
  readonly X: IntegerData;
  readonly p: IntegerData;
  readonly c: string;
  readonly s: string;
  readonly r: Uint8Array;
}

type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
/** Flags, width, precision, length. */
type Modifier = Digit | "-" | "+" | " " | "#" | "." | "*" | "h" | "l" | "L" | "j" | "z" | "t";

// ---------------------------------------------------------------- maps

/** Where a map stands in the text, up to the end of the statement. */
interface MapText {
  readonly name: string;
  readonly text: string;
}

type MapOf<S extends string, Found extends MapText = never> = S extends `${string}@${infer Rest}`
  ? MapOf<Rest, Found | { readonly name: NameIn<Rest>; readonly text: Statement<Rest> }>
  : Found;

/** Statements are short, and what follows is of no interest. */
type Statement<S extends string> = Before<Before<S, ";">, "}">;
type NameIn<S extends string> = Trim<
  Cut<Cut<Cut<Cut<Cut<Cut<Cut<Cut<Statement<S>, "[">, "=">, ")">, ",">, "+">, "-">, "/">, "*">
>;
type Cut<S extends string, Marker extends string> = Before<S, Marker>;
type Before<S extends string, Marker extends string> = S extends `${infer Start}${Marker}${string}` ? Start : S;

type Space = "" | " " | "\n" | "\t" | "  " | "\n  " | "\n    " | "\n      ";
/** A name ends at the first space. */
type Trim<S extends string> = Before<Before<Before<S, " ">, "\n">, "\t">;

/** All that is said of one map. */
type MapShapeOf<M extends MapText> = {
  readonly key: Known<KeyOf<M["text"]>, Data | undefined>;
  readonly value: Known<ValueOf<M["text"]>, MapValueData>;
};

type Known<T, Otherwise> = [T] extends [never] ? Otherwise : T;

/** `@x[…]` with keys that say what they are; `@x = …`, which has none; `@x` in other places says nothing. */
type KeyOf<Text extends string> = Text extends `${infer Name}[${infer Keys}]${string}`
  ? Name extends Trim<Name>
    ? PartsOf<Keys> extends infer Parts extends readonly Data[]
      ? Parts extends readonly [infer Only extends Data]
        ? Only
        : Parts
      : Data
    : ScalarKey<Text>
  : ScalarKey<Text>;

type ScalarKey<Text extends string> = Text extends `${string}=${string}` | `${string}++${string}` ? undefined : never;

type PartsOf<Keys extends string, Parts extends readonly Data[] = []> = Keys extends `${infer First},${infer Rest}`
  ? PartsOf<Rest, [...Parts, PartOf<First>]>
  : [...Parts, PartOf<Keys>];

type PartOf<Text extends string> = Text extends ` ${infer Rest}`
  ? PartOf<Rest>
  : Text extends keyof Builtins
    ? Builtins[Text]
    : Text extends `"${string}"`
      ? string
      : Text extends `${bigint}`
        ? IntegerData
        : Data;

interface Builtins {
  readonly comm: string;
  readonly probe: string;
  readonly func: string;
  readonly pid: IntegerData;
  readonly tid: IntegerData;
  readonly uid: IntegerData;
  readonly gid: IntegerData;
  readonly cpu: IntegerData;
  readonly nsecs: IntegerData;
  readonly elapsed: IntegerData;
  readonly cgroup: IntegerData;
  readonly retval: IntegerData;
}

/** By the function that makes the values; a map that is only read is known from elsewhere. */
type ValueOf<Text extends string> = Text extends `${string}=${infer Right}`
  ? TrimStart<Right> extends `${infer Call}(${string}`
    ? Call extends keyof AggregationData
      ? AggregationData[Call]
      : Data
    : Data
  : never;

type TrimStart<S extends string> = S extends ` ${infer Rest}` | `\n${infer Rest}` ? TrimStart<Rest> : S;
