/** Options of scripts: `getopt()` (language.md 16.3). */
type Words = Record<string, (args: never) => string>;

export const OPTIONS = {
  "option-arity": (_: object) =>
    "The 'getopt' function can take a maximum of three arguments and a minimum of one argument.",
  "option-name": (_: object) => "First argument to 'getopt' must be a string literal.",
  "option-default": (_: object) =>
    "Second argument to 'getopt' must be a string literal, integer literal, or a boolean literal.",
  "option-default-differs": (a: { name: string; previous: string }) =>
    `Command line option '${a.name}' needs to have the same default value in all places it is used. Previous default value: ${a.previous}`,
  "option-description-differs": (a: { name: string }) =>
    `Command line option '${a.name}' must have the same description in all places it's used. Hint: You can wrap it in a macro`,
  "option-integer": (a: { name: string }) => `program command line option --${a.name} expects an integer (value: true)`,
  "option-integer-invalid": (a: { name: string; value: string }) =>
    `program command line option --${a.name} invalid integer (value: ${a.value})`,
  "option-integer-range": (a: { name: string; value: string }) =>
    `program command line option --${a.name} value is out of range (value: ${a.value})`,
  "option-string": (a: { name: string }) => `program command line option --${a.name} expects a string (value: true)`,
  "option-boolean": (a: { name: string; value: string }) =>
    `program command line option --${a.name} expects a boolean (e.g. 'true') (value: ${a.value})`,
} as const satisfies Words;
