/** Writes the made pages into the project's directory, from which it is run. */
import { writeFileSync } from "node:fs";
import { PAGES } from "./pages.js";

for (const { path, make } of PAGES) writeFileSync(path, make());
