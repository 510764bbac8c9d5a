/** docs/command-line.md: options and variables, and what comes of them. A test runs every row. */
import { ENVIRONMENT_BEHAVIOUR } from "./environment.js";
import { OUTPUT_OPTIONS } from "./output-options.js";
import { RUN_OPTIONS } from "./run-options.js";
import { BEHAVIOUR_FILES, type BehaviourRow } from "./row.js";

export const BEHAVIOUR = { ...RUN_OPTIONS, ...OUTPUT_OPTIONS, ...ENVIRONMENT_BEHAVIOUR };

const HEAD = `# The command line, row by row

Every option and every variable of the environment, a command line with it, and what comes of that: a test runs all of them. Made by
\`npm run docs\` from \`docs/generator/behaviour/\`; not to be edited. What options mean is in the [reference](reference.md#options).

\`⏎\` is the end of a line, and \`…\` stands for anything. Status 0 is left out.
`;

export const commandLinePage = (): string =>
  [HEAD, ...Object.entries(BEHAVIOUR).map(([title, rows]) => section(title, rows)), filesUsed()].join("\n");

const section = (title: string, rows: readonly BehaviourRow[]): string =>
  `## ${title}\n\n| | what | command | standard output | standard error | status |\n|---|---|---|---|---|---|\n${rows
    .map(
      (row) =>
        `| ${[code(row.subject), row.claim, command(row), code(row.stdout), code(row.stderr), row.status ?? ""].join(" | ")} |\n`,
    )
    .join("")}`;

function command({ args, env = {}, input }: BehaviourRow): string {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${word(value)}`);
  const pipe = input === undefined ? [] : ["echo", word(input), "|"];
  return code([...pipe, ...variables, "tsbt", ...args.map(word)].join(" "));
}

const word = (text: string): string => (/^[\w./:=,-]+$/.test(text) ? text : `'${text}'`);

function code(text = ""): string {
  if (text === "") return "";
  const shown = text.replaceAll("\x1b", "␛").replaceAll("\n", "⏎").replaceAll("\t", "→").replaceAll("|", "\\|");
  return shown.includes("`") ? `\`\` ${shown} \`\`` : `\`${shown}\``;
}

const filesUsed = (): string =>
  `## Files in these rows\n\n${Object.entries(BEHAVIOUR_FILES)
    .map(([name, text]) => `- ${code(name)}: ${text === "" ? "empty" : code(text)}`)
    .join("\n")}\n`;
