import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

/**
 * Runs a TypeScript program of the test rig: Node 20 does not read TypeScript, and the rig needs
 * no more than esbuild, which the build needs too. Packages stay where they are.
 *
 * @param {URL} program
 */
export async function runTypescript(program) {
  const project = fileURLToPath(new URL("../../", import.meta.url));
  const outdir = join(project, ".cache", "rig");
  mkdirSync(outdir, { recursive: true });
  const outfile = join(outdir, `${basename(program.pathname, ".ts")}.mjs`);
  const entryPoints = [fileURLToPath(program)];
  process.chdir(project);
  await build({
    entryPoints,
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    logLevel: "warning",
  });
  await import(pathToFileURL(outfile).href);
}
