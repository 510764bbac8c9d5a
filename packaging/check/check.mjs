// `npm run package:check`: see check-packages.ts.
import { runTypescript } from "../../test/support/run-typescript.mjs";

await runTypescript(new URL("./check-packages.ts", import.meta.url));
