/** Where the addon lies, and what to do when there is none that can be used. */
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import manifest from "../../package.json" with { type: "json" };

/** What a user has to install, or to install again. */
export class AddonError extends Error {
  override readonly name: string = "AddonError";
}

const { version } = manifest;

/** Of {@link findAddon}: what an addon holds, and the version of tsbt that it was built for. */
export type Loader<T> = (path: string) => { readonly version?: string; readonly native: T };

/**
 * A clone and the archive have it beside the bundle. npm has packages of their own for each platform, in folders that
 * differ between package managers; those that do not know of C libraries may have installed two.
 *
 * @param beside - its path if it is beside the bundle
 */
export function findAddon<T>(beside: string, loader: Loader<T>): T {
  if (existsSync(beside)) return load(beside, loader, `build tsbt again (npm run build), or install it again`);
  const found = platformPackages().flatMap((name) => addonsOf(name, beside));
  for (const [index, { name, path }] of found.entries()) {
    try {
      return load(path, loader, `install ${name}@${version} again`);
    } catch (error) {
      if (index === found.length - 1) throw error;
    }
  }
  throw new AddonError(isClone(beside) ? `the addon ${beside} is missing: npm run build` : missingText());
}

/** The package has no sources of the addon. */
const isClone = (beside: string): boolean =>
  [1, 2].some((up) => existsSync(join(dirname(beside), ...Array<string>(up).fill(".."), "binding.gyp")));

function load<T>(path: string, loader: Loader<T>, remedy: string): T {
  const unusable = (reason: string, options?: ErrorOptions): AddonError =>
    new AddonError(`the addon ${path} cannot be used: ${reason}; ${remedy}`, options);
  let loaded;
  try {
    loaded = loader(path);
  } catch (error) {
    // The linker's words begin with the path.
    const reason =
      error instanceof Error ? (error.message.split("\n")[0] ?? "").replace(`${path}: `, "") : String(error);
    throw unusable(reason, { cause: error });
  }
  if (loaded.version === version) return loaded.native;
  throw unusable(`it is of tsbt ${loaded.version ?? "of another time"}, and this is tsbt ${version}`);
}

/** By the names of their packages; which C library this system has decides which one loads. */
const platformPackages = (): readonly string[] => [`@tsbt/linux-${process.arch}`, `@tsbt/linux-${process.arch}-musl`];

function addonsOf(name: string, beside: string): readonly { readonly name: string; readonly path: string }[] {
  const ours = join(dirname(beside), "..");
  const file = join(name, "tsbt.node");
  const path =
    [join(ours, "..", file), join(ours, "node_modules", file)].find(existsSync) ??
    resolved(file, beside) ??
    unplugged(name, ours);
  return path === undefined ? [] : [{ name, path }];
}

/** As Node looks for it. */
function resolved(file: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(file);
  } catch {
    return undefined;
  }
}

/**
 * Yarn's Plug'n'Play, which a Node that the launcher has started knows nothing of: FOLDER/tsbt-npm-VERSION-HASH/node_modules/tsbt is ours,
 * FOLDER/@tsbt-NAME-npm-VERSION-HASH/node_modules/@tsbt/NAME the other.
 */
function unplugged(name: string, ours: string): string | undefined {
  const folder = join(ours, "../../..");
  // Elsewhere the folder has nothing to do with us, and anybody may have put something there.
  if (!basename(join(ours, "../..")).startsWith(`tsbt-npm-${version}-`)) return undefined;
  const start = `${name.replace("/", "-")}-npm-${version}-`;
  try {
    return readdirSync(folder)
      .filter((entry) => entry.startsWith(start))
      .map((entry) => join(folder, entry, "node_modules", name, "tsbt.node"))
      .find(existsSync);
  } catch {
    return undefined;
  }
}

const PREBUILT: readonly string[] = ["x64", "arm64"];

function missingText(): string {
  if (!PREBUILT.includes(process.arch)) {
    return `there is no package of tsbt for ${process.arch}: build it from a clone of its sources (npm install there)`;
  }
  const name = `@tsbt/linux-${process.arch}${isMusl() ? "-musl" : ""}`;
  return `the package ${name} is missing, as when optional dependencies are left out: npm install ${name}@${version}`;
}

function isMusl(): boolean {
  const { header } = process.report.getReport() as { readonly header: { readonly glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined;
}
