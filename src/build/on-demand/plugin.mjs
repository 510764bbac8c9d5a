/**
 * Leaves out of the start-up snapshot what most runs have no need of (groups.mjs), without a word about it in the sources: in
 * the place of a group's functions stand others that load the group when the first of them is called.
 *
 * What is in the snapshot is paid for by each start: it is read, copied, checked and made into objects. (Without the 330 kB of
 * text in these groups the snapshot has 6.5 MB for 7.3, and a start takes 4 ms of processor time less, of 56. Reading a part takes no
 * longer than its being in the snapshot did; the prompt, which is a part, starts 3 ms later than from a snapshot that has it.)
 *
 * A group is bundled on its own, as a function of what it takes from outside.
 */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { fileOf, groupOf } from "./borders.mjs";
import { GROUPS } from "./groups.mjs";

/**
 * A plugin for esbuild.
 *
 * @param {import("typescript").Program} program - of what is bundled
 * @param {string} root - of the project
 * @param {readonly import("esbuild").Plugin[]} plugins - that read the files of groups as they do all others
 * @param {(name: string, text: string) => void} emit - is given the files
 * @param {Readonly<Record<string, readonly string[]>>} groups
 */
export function onDemand({ program, root, plugins, emit, groups = GROUPS }) {
  const all = Object.entries(groups)
    .map(([name, folders]) => groupOf(program, root, name, folders))
    .filter(({ given }) => given.size > 0);
  const byFile = new Map(all.flatMap((group) => [...group.given.keys()].map((file) => [file, group])));
  const byName = new Map(all.map((group) => [group.name, group]));
  const place = (path) => ({ path, namespace: byFile.has(path) ? "stand-in" : "file" });
  return {
    name: "on-demand",
    setup({ onResolve, onLoad, initialOptions }) {
      onResolve({ filter: /^\./ }, ({ path, importer, namespace }) => {
        const file = namespace === "file" ? fileOf(path, importer) : undefined;
        return byFile.has(file) ? place(file) : undefined;
      });
      onResolve({ filter: /^loader:/ }, ({ path }) => ({ path: path.slice("loader:".length), namespace: "loader" }));
      onResolve({ filter: /^\//, namespace: "loader" }, ({ path }) => place(path));
      onResolve({ filter: /^\//, namespace: "stand-in" }, ({ path }) => place(path));
      onLoad({ filter: /./, namespace: "stand-in" }, ({ path }) => module(standIn(byFile.get(path), path), root));
      onLoad({ filter: /./, namespace: "loader" }, async ({ path }) => {
        const group = byName.get(path);
        const text = await bundled(group, { root, plugins, initialOptions });
        const hash = `//${createHash("sha256").update(text).digest("hex")}\n`;
        emit(partName(group), hash + text);
        return module(loader(group, hash), root);
      });
    },
  };
}

const module = (contents, resolveDir) => ({ contents, loader: "js", resolveDir });

/** Of one file of a group. */
function standIn(group, file) {
  const lines = [`import { load } from "loader:${group.name}";`];
  for (const [name, kind] of group.given.get(file)) {
    const loaded = `load().${exportName(group, file, name)}`;
    if (kind === "function") lines.push(`export function ${name}(...args) { return ${loaded}(...args); }`);
    else if (kind === "class") lines.push(`export function ${name}(...args) { return new (${loaded})(...args); }`);
    else lines.push(`export { ${name} } from ${JSON.stringify(kind)};`);
  }
  return lines.join("\n");
}

/** Two files may give out the same name. */
const exportName = ({ given }, file, name) => `${name}$${[...given.keys()].indexOf(file)}`;

const LOAD_PART = fileURLToPath(new URL("load-part.mjs", import.meta.url));

const partName = ({ name }) => `part-${name}.cjs`;

function loader(group, hash) {
  const taken = [...group.taken].map(([file, names], i) => ({ file, names: [...names], i }));
  const imports = taken.map(({ file, names, i }) => {
    const list = names.map((name) => `${name} as ${name}$${i}`).join(", ");
    return `import { ${list} } from ${JSON.stringify(file)};`;
  });
  const values = taken.map(({ names, i }) => `{ ${names.map((name) => `${name}: ${name}$${i}`).join(", ")} }`);
  return [
    `import { Part } from ${JSON.stringify(LOAD_PART)};`,
    ...imports,
    `const part = new Part(${JSON.stringify(partName(group))}, ${JSON.stringify(hash)});`,
    "let loaded;",
    `export const load = () => (loaded ??= part.load([${values.join(", ")}], require));`,
  ].join("\n");
}

/** A group as a function of what it takes. */
async function bundled(group, { root, plugins, initialOptions }) {
  const { target, charset, platform, logOverride } = initialOptions;
  const entry = [...group.given].flatMap(([file, names]) =>
    [...names]
      .filter(([, kind]) => kind === "function" || kind === "class")
      .map(([name]) => `export { ${name} as ${exportName(group, file, name)} } from ${JSON.stringify(file)};`),
  );
  const { outputFiles } = await build({
    stdin: { contents: entry.join("\n"), resolveDir: root },
    ...{ target, charset, platform, logOverride, logLevel: "warning" },
    ...{ minifySyntax: true, minifyWhitespace: true },
    ...{ absWorkingDir: root, bundle: true, format: "cjs", write: false },
    plugins: [outside(group), ...plugins],
  });
  return outputFiles[0].text;
}

/** What a group takes, as modules of it. */
function outside({ files, taken }) {
  const order = [...taken.keys()];
  return {
    name: "outside",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^[^/]/ }, ({ path, importer, kind }) => {
        if (kind === "entry-point" || path.startsWith("node:")) return undefined;
        const file = fileOf(path, importer);
        if (file === undefined) return undefined;
        return files.has(file) ? { path: file } : { path: file, namespace: "outside" };
      });
      onLoad({ filter: /./, namespace: "outside" }, ({ path }) => {
        const names = [...(taken.get(path) ?? [])].join(", ");
        return { contents: `const { ${names} } = taken[${order.indexOf(path)}]; export { ${names} };`, loader: "js" };
      });
    },
  };
}
