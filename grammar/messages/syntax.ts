/** Messages of the lexer and parser (language.md 1.4, 1.5, 2, 5, 19.1). */
type Words = Record<string, (args: never) => string>;

export const SYNTAX = {
  "syntax-expected": (a: { what: string }) => `syntax: expected ${a.what}`,

  "syntax-integer": (a: { problem: string }) => `syntax: ${a.problem}`,
  "syntax-string": (a: { problem: string }) => `syntax: ${a.problem}`,
  "syntax-unterminated-string": (_: Record<never, never>) => "syntax: unterminated string",
  "syntax-parameter-range": (a: { parameter: string }) =>
    `syntax: param ${a.parameter} is out of integer range [1, 9223372036854775807]`,

  "syntax-immutable-target": (_: Record<never, never>) =>
    "syntax: Tuples and records are immutable once created. Consider creating a new value and assigning it instead.",
  "syntax-invalid-target": (_: Record<never, never>) => "syntax: invalid assignment target",
  "syntax-step-target": (_: Record<never, never>) => "syntax: increment/decrement requires a variable or map",
  "syntax-address-target": (_: Record<never, never>) =>
    "syntax: address-of operator (&) can only be used on a map or variable",
  "syntax-duplicate-name": (a: { name: string }) => `syntax: Named argument list already contains name: ${a.name}`,
  "syntax-builtin-parameter": (a: { name: string }) => `syntax: builtin '${a.name}' can't be used as a macro argument`,

  "syntax-attribute": (_: Record<never, never>) => "syntax: __attribute__ syntax error, expected '(('",
  "syntax-order": (a: { what: "C definitions" | "config" | "root imports" }) =>
    `syntax: ${a.what} must appear before probes and functions`,
  "syntax-duplicate-config": (_: Record<never, never>) => "syntax: duplicate config block",
  "syntax-root-let": (_: Record<never, never>) =>
    "syntax: root-level let statements need to be map declarations, e.g. let @a = hash(2);",
  "syntax-function": (_: Record<never, never>) => "syntax: user-defined functions are not supported",

  "syntax-too-deep": (a: { limit: number }) => `syntax: nested too deeply (the limit is ${a.limit} levels)`,
  "too-deep": (a: { levels: number }) => `nested too deeply to be compiled (${a.levels} levels)`,
} as const satisfies Words;
