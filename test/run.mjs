// What `npm test` runs: see rig/main.ts.
import { runTypescript } from "./support/run-typescript.mjs";

await runTypescript(new URL("./rig/main.ts", import.meta.url));
