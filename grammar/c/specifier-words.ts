/** The words that types and declarations begin with. */
import type { CParser } from "./parser.js";
import type { CType } from "./type.js";

/** Say nothing about the layout. */
export const IGNORED: ReadonlySet<string> = new Set(
  (
    "extern static auto register inline __inline __inline__ _Noreturn __extension__ _Thread_local __thread const __const __const__ " +
    "volatile __volatile __volatile__ restrict __restrict __restrict__ _Nonnull _Nullable constexpr"
  ).split(" "),
);

/** Words that name an arithmetic type together, in any order. */
export const ARITHMETIC: ReadonlySet<string> = new Set(
  "void char short int long signed __signed __signed__ unsigned float double _Bool _Complex __complex__ __complex __int128".split(
    " ",
  ),
);

export const TAGS: ReadonlySet<string> = new Set(["struct", "union", "enum"]);
export const TYPEOF: ReadonlySet<string> = new Set([
  "typeof",
  "__typeof__",
  "__typeof",
  "typeof_unqual",
  "__typeof_unqual__",
]);

const floating = (name: string, sizeBytes: number): CType => ({
  kind: "opaque",
  name,
  sizeBytes,
  alignBytes: sizeBytes,
});

export const FLOATING: ReadonlyMap<string, CType> = new Map(
  Object.entries({
    float: 4,
    double: 8,
    "long double": 16,
    __float80: 16,
    __float128: 16,
    __bf16: 2,
    _Float16: 2,
    _Float32: 4,
    _Float64: 8,
    _Float128: 16,
    _Float32x: 8,
    _Float64x: 16,
  }).map(([name, bytes]) => [name, floating(name, bytes)]),
);

export const isSpecifierWord = (word: string): boolean =>
  word === "typedef" ||
  word === "_Atomic" ||
  IGNORED.has(word) ||
  ARITHMETIC.has(word) ||
  TAGS.has(word) ||
  TYPEOF.has(word) ||
  FLOATING.has(word) ||
  word === "_Alignas" ||
  word === "__attribute__" ||
  word === "__attribute";

/** Whether a type, or a declaration, begins here. */
export function startsType({ tokens, scope }: CParser): boolean {
  const token = tokens.peek();
  if (token.kind !== "identifier") return false;
  return isSpecifierWord(token.text) || scope.typeNamed(token.text) !== undefined;
}
