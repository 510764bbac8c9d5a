/** C programs that cases and measures need, compiled once into the cache. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** @returns the program's path */
export function compile(name, source, flags = ["-O2"]) {
  const dir = join(ROOT, ".cache/bench");
  mkdirSync(dir, { recursive: true });
  const program = join(dir, name);
  writeFileSync(`${program}.c`, source);
  execFileSync(process.env["CC"] ?? "cc", [...flags, "-o", program, `${program}.c`]);
  return program;
}
