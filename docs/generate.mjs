// `npm run docs`: writes the pages that are made from the definitions; see generator/pages.ts.
import { runTypescript } from "../test/support/run-typescript.mjs";

await runTypescript(new URL("./generator/main.ts", import.meta.url));
