/** What is made from the definitions of the language and of the command. A test says when a page is not what is made here. */
import { commandLinePage } from "./behaviour/page.js";
import { bashCompletion } from "./completion/bash.js";
import { fishCompletion } from "./completion/fish.js";
import { zshCompletion } from "./completion/zsh.js";
import { exampleIndex } from "./example-index.js";
import { helpTable } from "./help-table.js";
import { manual } from "./manual.js";
import { reference } from "./reference.js";

interface Page {
  /** From the project's directory. */
  readonly path: string;
  readonly make: () => string;
}

export const PAGES: readonly Page[] = [
  { path: "docs/reference.md", make: reference },
  { path: "docs/command-line.md", make: commandLinePage },
  { path: "docs/tsbt.8", make: manual },
  { path: "docs/help.json", make: helpTable },
  { path: "docs/completion/tsbt.bash", make: bashCompletion },
  { path: "docs/completion/tsbt.zsh", make: zshCompletion },
  { path: "docs/completion/tsbt.fish", make: fishCompletion },
  { path: "examples/README.md", make: exampleIndex },
];
