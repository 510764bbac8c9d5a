// `npm run package`: makes what is published, in build/packages; see make-packages.ts.
import { runTypescript } from "../test/support/run-typescript.mjs";

await runTypescript(new URL("./make-packages.ts", import.meta.url));
