import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import { PROJECT_DIR } from "../support/project.js";

/** The folders whose tests say something about the running kernel. */
const FOLDERS = ["test/native", "test/kernel", "test/e2e"];
const GUEST_DIR = join(PROJECT_DIR, "test/matrix/guest");

/** Only files whose path has one of these in it, for work on them. */
const ONLY = (process.env["TSBT_MATRIX_FILES"] ?? "").split(",");

/**
 * Puts all tests that depend on the kernel into one program: on an emulated processor, reading
 * thousands of modules and translating TypeScript would take longer than the tests.
 *
 * @returns the program's path
 */
export async function bundleSuite(): Promise<string> {
  const outfile = join(PROJECT_DIR, ".cache/matrix/suite.mjs");
  const files = (await Promise.all(FOLDERS.map(testFilesIn)))
    .flat()
    .filter((file) => ONLY.some((part) => file.includes(part)))
    .sort();
  if (files.length === 0) throw new Error(`no test file is named like ${ONLY.join(" or ")}`);
  await build({
    stdin: { contents: entry(files), resolveDir: PROJECT_DIR, sourcefile: "suite-entry.ts", loader: "ts" },
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    logLevel: "warning",
    alias: { vitest: join(GUEST_DIR, "vitest.ts") },
    plugins: [keepLocations],
    // Bundled CommonJS packages call require().
    banner: {
      js: 'import { createRequire as requirerOf } from "node:module"; const require = requirerOf(import.meta.url);',
    },
  });
  return outfile;
}

function entry(files: readonly string[]): string {
  const rows = files.map((file) => `${JSON.stringify(file)}: () => import(${JSON.stringify(`./${file}`)}),\n`);
  return `import { runSuite } from "./test/matrix/guest/suite.js";\nawait runSuite({\n${rows.join("")}});\n`;
}

async function testFilesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(PROJECT_DIR, folder), { recursive: true }).catch(() => []);
  return names.filter((name) => name.endsWith(".test.ts")).map((name) => join(folder, name));
}

/** Lets modules find the files beside them: what they know of their own place would be the bundle's. */
const keepLocations: Plugin = {
  name: "keep-locations",
  setup(esbuild) {
    esbuild.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, "utf8");
      if (!source.includes("import.meta") || relative(PROJECT_DIR, path).startsWith("node_modules")) return null;
      const contents = source
        .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href))
        .replaceAll("import.meta.dirname", JSON.stringify(dirname(path)))
        .replaceAll("import.meta.filename", JSON.stringify(path));
      return { contents, loader: "ts" };
    });
  },
};
