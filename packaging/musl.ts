/** The files of musl to compile with, for any architecture: out of Debian's packages, which are unpacked and not installed. */
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { PrivateApt } from "../test/matrix/apt.js";
import type { Target } from "./targets.js";

export interface Musl {
  readonly include: string;
  /** With crt1.o, libc.a and the like. */
  readonly lib: string;
  /** The library itself. It has no name of its own: what is linked with it asks for "libc.so", which musl's linker knows. */
  readonly shared: string;
}

const SUITE = "bookworm";
const CACHE_DIR = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "tsbt");

export function muslFor({ debianArch, triple }: Target): Musl {
  const dir = join(CACHE_DIR, `musl-${SUITE}-${debianArch}-whole`);
  if (!existsSync(dir)) fetchMusl(debianArch, dir);
  const name = triple.replace("-gnu", "-musl");
  return { include: join(dir, "usr/include", name), lib: join(dir, "usr/lib", name), shared: sharedIn(dir) };
}

function sharedIn(dir: string): string {
  const found = readdirSync(dir, { recursive: true, encoding: "utf8" })
    .map((path) => join(dir, path))
    .find((path) => path.endsWith("/libc.so") && lstatSync(path).isFile());
  if (found === undefined) throw new Error(`there is no libc.so in ${dir}`);
  return found;
}

function fetchMusl(debianArch: string, dir: string): void {
  mkdirSync(CACHE_DIR, { recursive: true });
  // Unpacked elsewhere and renamed: nobody may see half of it.
  const unfinished = mkdtempSync(`${dir}.`);
  try {
    const apt = new PrivateApt(join(unfinished, "apt"), [SUITE], debianArch);
    const root = join(unfinished, "root");
    apt.unpack(["musl", "musl-dev"], root);
    if (!existsSync(dir)) renameSync(root, dir);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}
