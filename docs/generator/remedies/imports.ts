/** Of imports. What brings each message about, and what helps. */
import type { IMPORTS as MESSAGES } from "../../../grammar/messages/imports.js";
import type { Remedies } from "./remedies.js";

export const IMPORTS: Remedies<typeof MESSAGES> = {
  "import-missing": ["There is no such file beside the script, nor where libraries are looked for.", "Check the path."],
  "import-not-at-root": ["A script is imported inside of a block.", "Move it to the head of the script."],
  "import-type": [
    "The end of the name does not say what it is.",
    "Import files that end in .bt, or directories of them.",
  ],
  "import-config": ["The imported script has a config block.", "Move the settings to the script that imports it."],
  "import-world-writable": [
    "Everybody may write the file, so everybody could trace with your rights.",
    "Take the rights away: `chmod o-w`.",
  ],
  "import-c-program": ["The import is a program in C.", "Import scripts only."],
};
