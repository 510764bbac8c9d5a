/** Which files USDT probes are found in: libraries, other mount namespaces, files that were moved (probes-and-cli.md 4.1, 7). */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import { transcript } from "../../support/child.js";
import { checkScript, Child, compileC, kernelTest, run, startTsbt, tsbtCommand } from "../../support/index.js";
import { NEEDS, server } from "./programs.js";

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "tsbt-usdt-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

const library = (): string =>
  compileC(
    `#include <sys/sdt.h>
void greet(int n) { STAP_PROBE1(greeter, hello, n); }`,
    { name: "libgreet.so", flags: ["-O1", "-shared", "-fPIC"] },
  );

/** Loads the library of its first argument at the first line of its input, and calls it at each. */
const loader = (): string =>
  compileC(
    `#include <dlfcn.h>
#include <stdio.h>
int main(int argc, char **argv) {
  void (*greet)(int) = 0;
  char line[100];
  setvbuf(stdout, 0, _IOLBF, 0);
  puts("ready");
  for (int n = 1; fgets(line, sizeof line, stdin); n++) {
    if (greet == 0) greet = (void (*)(int))dlsym(dlopen(argv[1], RTLD_NOW), "greet");
    greet(n);
    printf("%d\\n", n);
  }
}`,
    { name: "loader", flags: ["-O1", "-ldl"] },
  );

describe("a library", () => {
  kernelTest("is found among what a process has mapped, by the name of its probe", NEEDS, async () => {
    const child = await start(loader(), [library()]);
    await step(child, 1);
    const tracer = await startTsbt(["-p", String(child.pid), "-e", "usdt:hello { print(arg0); }"]);
    await step(child, 2);
    expect((await tracer.interrupt()).stdout.trim()).toBe("2");
  });

  kernelTest("may be mapped later", NEEDS, async () => {
    const child = await start(loader(), [library()]);
    const tracer = await startTsbt(["-p", String(child.pid), "-e", `usdt:${library()}:hello { print(arg0); }`]);
    await step(child, 1);
    expect((await tracer.interrupt()).stdout.trim()).toBe("1");
  });

  kernelTest("is one file, whatever paths lead to it", NEEDS, async () => {
    const directory = temporaryDirectory();
    copyFileSync(library(), join(directory, "libgreet.so.1.0"));
    for (const name of ["libgreet.so.1", "libgreet.so"]) symlinkSync("libgreet.so.1.0", join(directory, name));
    const child = await start(loader(), [join(directory, "libgreet.so")]);
    const tracer = await startTsbt(["-e", `usdt:${directory}/libg*:greeter:h*o { print(arg0); }`]);
    await step(child, 1);
    const result = await tracer.interrupt();
    expect(result.stdout.trim(), transcript(result)).toBe("1");
    expect(result.stderr).toBe("Attached 1 probe\n");
  });

  kernelTest("in use by any process is found without its name", NEEDS, async () => {
    const child = await start(loader(), [library()]);
    await step(child, 1);
    const tracer = await startTsbt(["-e", "usdt:*:greeter:hello { print(arg0); }"]);
    await step(child, 2);
    expect((await tracer.interrupt()).stdout.trim()).toBe("2");
  });
});

async function start(file: string, args: readonly string[]): Promise<Child> {
  const child = new Child(file, args, { input: "open" });
  await child.printed("ready");
  return child;
}

async function step(child: Child, number: number): Promise<void> {
  child.write("\n");
  await child.printed(new RegExp(`^${number}(:.*)?$`, "m"));
}

describe("a process in another mount namespace", () => {
  for (const target of ["/hidden/test-server", "", "*"]) {
    kernelTest(`is traced by ${target === "" ? "no path" : target} of its own`, NEEDS, async () => {
      const directory = temporaryDirectory();
      mkdirSync(join(directory, "root"));
      copyFileSync(server(), join(directory, "test-server"));
      // Only that process sees the file there.
      const script = `mount -t tmpfs none '${directory}/root' && mkdir '${directory}/root/hidden' &&
        cp -p '${directory}/test-server' '${directory}/root/hidden/' && exec '${directory}/root/hidden/test-server'`;
      const child = await start("unshare", ["-m", "sh", "-c", script]);
      const path = target.startsWith("/") ? `${directory}/root${target}` : target;
      const tracer = await startTsbt([
        "-p",
        String(child.pid),
        "-e",
        `usdt:${path}:test_grp:test_idx { printf("%s %d\\n", probe, arg0); }`,
      ]);
      await step(child, 1);
      const result = await tracer.interrupt();
      const shown = `usdt:/proc/${child.pid}/root${directory}/root/hidden/test-server:test_grp:test_idx`;
      expect(result.stdout.trim(), transcript(result)).toBe(`${shown} 1`);
    });
  }
});

kernelTest("a file that was prelinked has its probes where they are now", NEEDS, async () => {
  const moved = join(temporaryDirectory(), "moved");
  const bytes = readFileSync(server());
  // What prelink does, seen from the other side: the notes speak of addresses that were lower once.
  const distance = 0x1000n;
  for (let at = bytes.indexOf("stapsdt\0"); at !== -1; at = bytes.indexOf("stapsdt\0", at + 8)) {
    if (bytes.readUInt32LE(at - 12) !== 8 || bytes.readUInt32LE(at - 4) !== 3) continue;
    for (const word of [8, 16, 24]) {
      const address = bytes.readBigUInt64LE(at + word);
      if (address !== 0n) bytes.writeBigUInt64LE(address - distance, at + word);
    }
  }
  writeFileSync(moved, bytes, { mode: 0o755 });
  const result = await run(tsbtCommand(), ["-c", moved, "-e", `usdt:${moved}:test_grp:* { @[arg0] = count(); }`], {
    input: "\n",
  });
  expect(result.stdout, transcript(result)).toMatch(/^@\[77\]: 1$/m);
  expect(result.stdout).toMatch(/^@\[1\]: 2$/m);
});

kernelTest("hundreds of places with arguments of their own are told apart", NEEDS, async () => {
  const count = 300;
  const sites = Array.from(
    { length: count },
    (_, i) => `STAP_PROBE2(many, place, ${i * 3}, ${i % 2 === 0 ? "n" : i});`,
  );
  const program = compileC(
    `#include <sys/sdt.h>
int main(int n, char **argv) { ${sites.join("\n")} return 0; }`,
    { name: "places", flags: ["-O1"] },
  );
  const sum = (count * (count - 1) * 3) / 2;
  const odd = (count / 2) ** 2 + count / 2;
  await checkScript({
    script: `usdt:${program}:place { @sum = sum(arg0); @odd = sum(arg1); @count = count(); }`,
    options: ["-c", program],
    match: [
      new RegExp(`^@sum: ${sum}$`, "m"),
      new RegExp(`^@odd: ${odd}$`, "m"),
      new RegExp(`^@count: ${count}$`, "m"),
    ],
    stderr: "Attached 1 probe\n",
  });
});
