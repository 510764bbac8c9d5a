/**
 * `mistakes.txt`: command lines with a mistake in them, as users make them, and all that is said of them.
 *
 *     == what is mistaken
 *     $ tsbt -e 'kprobe:vfs_raed { }'
 *     < stdin:1:1-16: ERROR: No matches for kprobe vfs_raed.
 *     stdin:1:1-16: ERROR: No matches for kprobe vfs_raed.
 *     …
 *
 * The line with `<` is the first one that bpftrace 0.27.1 prints; the first line of what follows is the same. Where it
 * is not, a line with `#` in front says why. `UPDATE_GOLDEN=1` writes what tsbt says anew.
 */
import { readFileSync, writeFileSync } from "node:fs";

const PATH = new URL("mistakes.txt", import.meta.url);

export interface Mistake {
  readonly name: string;
  readonly args: readonly string[];
  /** The first line of bpftrace. */
  readonly reference: string;
  /** Why ours is another one. */
  readonly differs: string | undefined;
  readonly said: string;
}

export const readMistakes = (): readonly Mistake[] =>
  readFileSync(PATH, "latin1")
    .split(/^== /m)
    .slice(1)
    .map((block) => {
      const [name = "", ...lines] = block.split("\n");
      const line = (mark: string): string | undefined =>
        lines.find((text) => text.startsWith(mark))?.slice(mark.length);
      const isOurs = (text: string): boolean => !/^(?:\$ tsbt |< |# )/.test(text);
      return {
        name,
        args: wordsOf(line("$ tsbt ") ?? ""),
        reference: line("< ") ?? "",
        differs: line("# "),
        said: lines.filter(isOurs).join("\n").trimEnd(),
      };
    });

export function writeMistakes(mistakes: readonly Mistake[]): void {
  const blocks = mistakes.map(({ name, args, reference, differs, said }) =>
    [
      `== ${name}`,
      `$ tsbt ${args.map(quoted).join(" ")}`,
      ...(differs === undefined ? [] : [`# ${differs}`]),
      `< ${reference}`,
      said,
      "",
    ].join("\n"),
  );
  writeFileSync(PATH, blocks.join("\n"), "latin1");
}

/** As a shell takes them apart: only single quotes are special. */
const wordsOf = (line: string): readonly string[] =>
  (line.match(/(?:'[^']*'|[^\s'])+/g) ?? []).map((word) => word.replaceAll("'", ""));

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`);
