/** Of mistakes in writing. What brings each message about, and what helps. */
import type { SYNTAX as MESSAGES } from "../../../grammar/messages/syntax.js";
import type { Remedies } from "./remedies.js";

export const SYNTAX: Remedies<typeof MESSAGES> = {
  "syntax-expected": [
    "Something else stands where the language wants this.",
    "Look at the place that is marked, and just before it: a missing `;`, `}` or quote.",
  ],
  "syntax-integer": [
    "The number is not written as the language writes numbers, or does not fit 64 bits.",
    "Write 10, 0x0a, 012, 1e3, 1_000, or 5ms.",
  ],
  "syntax-string": [
    "The string holds an escape that does not exist, or one that is incomplete.",
    "Double the backslash if one is meant.",
  ],
  "syntax-unterminated-string": [
    "The string does not end in its line.",
    "Close the quote; for a new line in a string write `\\n`.",
  ],
  "syntax-parameter-range": ["The number behind `$` is no position of a parameter.", "Positions begin with `$1`."],
  "syntax-immutable-target": [
    "A part of a tuple or record is assigned to.",
    "Make a new tuple or record and assign that.",
  ],
  "syntax-invalid-target": [
    "The left side of `=` is nothing that can hold a value.",
    "Assign to `$variable`, `@map` or `@map[key]`.",
  ],
  "syntax-step-target": [
    "`++` or `--` stands at something that can hold no value.",
    "Use it with `$variable`, `@map` or `@map[key]`.",
  ],
  "syntax-address-target": ["`&` stands before something that has no address.", "Use it with a variable or a map."],
  "syntax-duplicate-name": ["A record has two members of one name.", "Give one of them another name."],
  "syntax-builtin-parameter": ["The parameter of a macro has the name of a builtin.", "Choose another name."],
  "syntax-attribute": [
    "`__attribute__` in a C definition is not followed by two parentheses.",
    "Write `__attribute__((packed))`.",
  ],
  "syntax-order": [
    "Something of the head of a script stands behind a probe.",
    "Move it before the first probe: imports, C definitions, config, then the rest.",
  ],
  "syntax-duplicate-config": ["There are two config blocks.", "Put all settings into one."],
  "syntax-root-let": [
    "`let` outside of probes declares something that is no map.",
    "Declare variables inside a probe.",
  ],
  "syntax-function": ["The script defines a function.", "Define a macro."],
  "syntax-too-deep": [
    "Brackets or blocks are nested deeper than the compiler reads.",
    "Take the expression apart with variables.",
  ],
  "too-deep": [
    "The script can be read, but is nested too deeply for what comes next.",
    "Take the expression apart with variables.",
  ],
};
