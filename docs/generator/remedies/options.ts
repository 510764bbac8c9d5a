/** Of a script's own options. What brings each message about, and what helps. */
import type { OPTIONS as MESSAGES } from "../../../grammar/messages/options.js";
import type { Remedies } from "./remedies.js";

export const OPTIONS: Remedies<typeof MESSAGES> = {
  "option-arity": ["getopt() has too many or too few arguments.", 'Write `getopt("name", DEFAULT, "description")`.'],
  "option-name": ["The name has to be known when the script is compiled.", "Write it in quotes."],
  "option-default": [
    "What holds without the option has to be known when the script is compiled.",
    "Write a number, a string, true or false.",
  ],
  "option-default-differs": [
    "One option is asked for in two places with different defaults.",
    "Use the same one, or a macro.",
  ],
  "option-description-differs": ["One option is described in two ways.", "Use the same words, or a macro."],
  "option-integer": ["The option was given without a value.", "Write `--name=5`."],
  "option-integer-invalid": ["The option's value is no number.", "Write digits."],
  "option-integer-range": ["The option's value has more than 64 bits.", "Write a smaller number."],
  "option-string": ["The option was given without a value.", "Write `--name=text`."],
  "option-boolean": [
    "The option's value is neither true nor false.",
    "Write `--name`, `--name=true` or `--name=false`.",
  ],
};
