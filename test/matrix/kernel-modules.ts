import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";

/**
 * The files of kernel modules in the order in which they can be loaded: each after what it needs.
 * A module that is built into the kernel has no file and is left out.
 *
 * @param modulesDep - the text of modules.dep: `kernel/fs/fuse/virtiofs.ko: kernel/fs/fuse/fuse.ko`
 */
export function loadOrder(modulesDep: string, names: readonly string[]): readonly string[] {
  const needs = new Map<string, readonly string[]>();
  const fileOf = new Map<string, string>();
  for (const [, file = "", rest = ""] of modulesDep.matchAll(/^([^:]+):(.*)$/gm)) {
    needs.set(file, rest.split(" ").filter(Boolean));
    fileOf.set(
      basename(file)
        .replace(/\.ko.*/, "")
        .replaceAll("-", "_"),
      file,
    );
  }
  const order = new Set<string>();
  const add = (file: string): void => {
    needs.get(file)?.forEach(add);
    order.add(file);
  };
  for (const name of names) {
    const file = fileOf.get(name);
    if (file !== undefined) add(file);
  }
  return [...order];
}

/** A module's content: busybox's insmod does not take compressed ones. */
export function readModule(modulesDir: string, file: string): Buffer {
  const path = join(modulesDir, file);
  return path.endsWith(".xz") ? execFileSync("xz", ["-dc", path], { maxBuffer: 1 << 28 }) : readFileSync(path);
}
