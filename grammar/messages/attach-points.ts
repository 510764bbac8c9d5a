/** Messages about attach points (language.md 19.6, probes-and-cli.md 5). */
type Words = Record<string, (args: never) => string>;

export const ATTACH_POINTS = {
} as const satisfies Words;
