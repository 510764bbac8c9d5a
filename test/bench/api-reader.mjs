/** A program that reads events by `for await`, as the command prints them: node api-reader.mjs SCRIPT */
import { trace } from "../../dist/index.mjs";

const t = await trace(process.argv[2]);
process.on("SIGINT", () => void t.stop());
process.stderr.write("Attached 1 probe\n");
let length = 0;
for await (const event of t.events) if (event.kind === "printf") length += event.args.length;
await t[Symbol.asyncDispose]();
process.stderr.write(`${length} arguments\n`);
