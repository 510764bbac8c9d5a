/** What was meant where reading could not go on: habits from other languages. */
import type { Span } from "../source.js";

interface Slip {
  /** From where reading ended. */
  readonly written: RegExp;
  readonly hint: (...found: readonly string[]) => string;
}

const SLIPS: readonly Slip[] = [
  {
    written: /'([^'"\n]*)'/y,
    hint: (_, text) => `Text is in double quotes: \`"${text}"\`.`,
  },
  // Behind an operand.
  { written: /(?<=[\w\])"]\s*)=(?![=>])/y, hint: () => "`==` compares." },
];

export const slipsAt = ({ file: { text }, start }: Span): readonly string[] =>
  SLIPS.flatMap(({ written, hint }) => {
    written.lastIndex = start;
    const found = written.exec(text);
    return found === null ? [] : [hint(...found)];
  });
