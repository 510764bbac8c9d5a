import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { expect } from "vitest";
import { decodeX86 } from "../../../codegen/instructions/x86-decode.js";
import { kernelTest } from "../../support/index.js";

const DIRECTORIES = ["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/usr/lib"];
const LIBRARIES = ["libc.so.6", "libm.so.6", "libstdc++.so.6", "ld-linux-x86-64.so.2"];

/** Tables between functions that objdump reads as code; what it makes of them means nothing. */
const NO_CODE = /\(bad\)|^rex(\.\w+)?\s*$|^\.byte/;
/** To objdump `fwait` belongs to the instruction behind it; to the processor it is one of its own. */
const FWAIT = "9b";

for (const library of LIBRARIES) {
  const requirements = { root: false, package: "binutils", matrix: false, timeoutMs: 60_000 } as const;
  kernelTest(`instructions of ${library} are as long as objdump says`, requirements, async () => {
    const path = DIRECTORIES.map((directory) => `${directory}/${library}`).find(existsSync);
    if (process.arch !== "x64" || path === undefined) return;
    const { count, different } = await compareWithObjdump(path);
    expect(different).toEqual([]);
    expect(count).toBeGreaterThan(10_000);
  });
}

async function compareWithObjdump(path: string): Promise<{ count: number; different: readonly string[] }> {
  const objdump = spawn("objdump", ["-d", "-w", path], { stdio: ["ignore", "pipe", "ignore"] });
  const different: string[] = [];
  let count = 0;
  for await (const line of createInterface({ input: objdump.stdout })) {
    const [place, hex, text] = line.split("\t");
    if (place?.endsWith(":") !== true || hex === undefined || text === undefined || NO_CODE.test(text)) continue;
    const bytes = hex.trim().split(" ");
    if (bytes[0] === FWAIT) continue;
    count++;
    const code = Uint8Array.from(bytes, (byte) => parseInt(byte, 16));
    if (decodeX86(code, 0, 64)?.length !== code.length) different.push(line);
  }
  return { count, different };
}
