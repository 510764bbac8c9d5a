/** Calls: arity, argument kinds, placement (language.md 19.3, 21). */
type Words = Record<string, (args: never) => string>;

export const CALLS = {
} as const satisfies Words;
