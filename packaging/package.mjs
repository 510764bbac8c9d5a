// `npm run package`: makes what is published, in build/packages; see main.ts.
import { runTypescript } from "../test/support/run-typescript.mjs";

await runTypescript(new URL("./main.ts", import.meta.url));
