/** Messages of the lexer and parser (language.md 19.1). */
type Words = Record<string, (args: never) => string>;

export const SYNTAX = {
} as const satisfies Words;
