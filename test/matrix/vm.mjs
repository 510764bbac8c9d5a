// `npm run vm`: see vm.ts.
import { runTypescript } from "../support/run-typescript.mjs";

await runTypescript(new URL("./vm.ts", import.meta.url));
