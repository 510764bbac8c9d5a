/** Makes a module of a script: its text, and its name for messages. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

export async function load(url, context, nextLoad) {
  const { protocol, pathname } = new URL(url);
  if (protocol !== "file:" || !pathname.endsWith(".bt")) return nextLoad(url, context);
  const name = fileURLToPath(new URL(pathname, "file:"));
  const source = `export default ${JSON.stringify({ source: await readFile(name, "utf8"), name })};`;
  return { format: "module", shortCircuit: true, source };
}
