/**
 * Folders that most runs have no need of: each group becomes a part of the bundle in a file of its own, `part-NAME.cjs`.
 *
 * What is used of a group from outside are functions, and classes that are only constructed. A file that gives out anything
 * else stays in the bundle.
 */
export const GROUPS = {
  c: ["codegen/c", "grammar/c"],
  "debug-information": ["src/dwarf"],
  unwinding: ["src/unwind"],
  saved: ["src/core/saved"],
  format: ["grammar/format"],
  prompt: ["src/repl", "service"],
};
