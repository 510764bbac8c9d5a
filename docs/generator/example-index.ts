/** The list of examples, from the comment at the head of each. */
import { readdirSync, readFileSync } from "node:fs";

const DIR = "examples";

/** The questions of all examples; run from the project's directory. */
export const exampleQuestions = (): readonly (readonly [file: string, question: string])[] =>
  readdirSync(DIR)
    .filter((name) => name.endsWith(".bt"))
    .sort()
    .map((file) => [file, questionOf(readFileSync(`${DIR}/${file}`, "utf8"))]);

function questionOf(text: string): string {
  const found = /^ \* Question: +([^]*?)\n \* Method:/m.exec(text)?.[1] ?? "";
  return found.replace(/\n \* +/g, " ");
}

export const exampleIndex = (): string =>
  `# Examples

Scripts for questions that come up on a live machine. Each begins with the question, the method, the cost and the output, and
each is run by a test (\`test/e2e/examples.test.ts\`). The list is made by \`npm run docs\`.

| script | question |
|---|---|
${exampleQuestions()
  .map(([file, question]) => `| [${file}](${file}) | ${question} |`)
  .join("\n")}
`;
