/** Imports (language.md 15). */
type Words = Record<string, (args: never) => string>;

export const IMPORTS = {
  "import-missing": (_: object) => "Unable to find suitable path for import",
  "import-not-at-root": (_: object) =>
    "Import statements that are not at the root are limited to specific object (.o), header (.h), or C source (.c or bpf.c) files",
  "import-type": (a: { path: string }) => `unknown import type: "${a.path}"`,
  "import-config": (_: object) => "invalid `config` within import",
  "import-world-writable": (a: { path: string }) => `skipping due to global write permissions: "${a.path}"`,
  "import-c-program": (a: { path: string }) =>
    `cannot import "${a.path}": tsbt has no C compiler; only .bt scripts and their directories can be imported`,
} as const satisfies Words;
