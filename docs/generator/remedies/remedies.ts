/** What brings a message about, and what helps: a sentence or two each. */
export type Remedy = readonly [cause: string, remedy: string];

/** Lines that stand below another message, and need no words of their own. */
type ContextLine =
  | "name-used-before"
  | "variable-elsewhere"
  | "variable-origin"
  | "map-first-use"
  | "macro-original"
  | "program-original"
  | "program-reached-here"
  | "program-array-here"
  | "left-operand"
  | "right-operand"
  | "type-origin"
  | "bucket-origin"
  | "branch"
  | "definition-arity"
  | "definition-kind"
  | "definition-here";

export type Remedies<Messages> = { readonly [C in Exclude<keyof Messages, ContextLine>]: Remedy };
