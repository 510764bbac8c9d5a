/** Unknown and misplaced names, scopes, config (language.md 10, 14, 16, 19.2). */
type Words = Record<string, (args: never) => string>;

export const NAMES = {
} as const satisfies Words;
