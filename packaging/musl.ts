/** The files of musl to compile with, for any architecture: out of Debian's packages, which are unpacked and not installed. */
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { PrivateApt } from "../test/matrix/apt.js";
import { cached } from "./cached.js";
import type { Target } from "./targets.js";

export interface Musl {
  readonly include: string;
  /** With crt1.o, libc.a and the like. */
  readonly lib: string;
  /** The library itself. It has no name of its own: what is linked with it asks for "libc.so", which musl's linker knows. */
  readonly shared: string;
}

const SUITE = "bookworm";

export function muslFor({ debianArch, triple }: Target): Musl {
  const dir = cached(`musl-${SUITE}-${debianArch}-whole`, (folder) => {
    const apt = new PrivateApt(join(folder, "apt"), [SUITE], debianArch);
    apt.unpack(["musl", "musl-dev"], join(folder, "whole"));
  });
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
