/** Type errors and warnings (language.md 8, 19.4, 19.5). */
type Words = Record<string, (args: never) => string>;

export const TYPES = {
} as const satisfies Words;
