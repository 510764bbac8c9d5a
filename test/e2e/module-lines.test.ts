/** Lines of sources in stacks of the kernel's modules, from debug files of theirs. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import { checkScript, compileC, kernelTest } from "../support/index.js";

/** Connects to itself through the loopback of AF_VSOCK. */
const CONNECTING = `
#include <sys/socket.h>
#include <linux/vm_sockets.h>
int main(void) {
  struct sockaddr_vm at = { .svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_LOCAL, .svm_port = 54322 };
  int server = socket(AF_VSOCK, SOCK_STREAM, 0), client = socket(AF_VSOCK, SOCK_STREAM, 0);
  if (bind(server, (struct sockaddr *)&at, sizeof at) || listen(server, 1)) return 2;
  return connect(client, (struct sockaddr *)&at, sizeof at) ? 3 : 0;
}
`;

const MODULE = "vmw_vsock_virtio_transport_common";
const FUNCTION = "virtio_transport_connect";
const LOADED = `/sys/module/${MODULE}`;
const NOTE = `${LOADED}/notes/.note.gnu.build-id`;

/** Where the function is in the module's code. */
function offsetOfFunction(): bigint {
  const line = new RegExp(String.raw`^([0-9a-f]+) \w ${FUNCTION}\t\[${MODULE}\]$`, "m");
  const [, address = ""] = line.exec(readFileSync("/proc/kallsyms", "latin1")) ?? [];
  return BigInt(`0x${address}`) - BigInt(readFileSync(`${LOADED}/sections/.text`, "latin1").trim());
}

/** As a distribution would have it of the module that is loaded, with a function of our own in that function's place. */
function debugFile(directory: string, note: string): void {
  // Behind sizes, type and name.
  const id = readFileSync(NOTE).toString("hex", 16);
  const path = join(directory, `.build-id/${id.slice(0, 2)}/${id.slice(2)}.debug`);
  mkdirSync(dirname(path), { recursive: true });
  const source = `#line 1 "transport.c"
__asm__(".text; .skip ${offsetOfFunction()}; .pushsection .note.gnu.build-id,\\"a\\",@note; ${note}; .popsection");
int ${FUNCTION}(int a) {
  return a * 2;
}`;
  const flags = ["-c", "-g", "-O0", "-mcmodel=kernel", "-fno-pic", "-no-pie"];
  const object = compileC(source, { name: "transport.o", flags });
  execFileSync("objcopy", ["--only-keep-debug", object, path]);
}

const NEEDS = {
  needs: ["kprobe", "modules", "vsock-loopback"],
  package: ["gcc", "binutils"],
  timeoutMs: 60_000,
} as const;

const SCRIPT = `config = { show_debug_info = true } kprobe:${FUNCTION} /pid == cpid/ { print(kstack(3)); }`;

/** @returns what is printed of the stack, with a debug file that has such a note */
async function stackWith(note: string, program: string): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "tsbt-modules-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  debugFile(directory, note);
  const { stdout } = await checkScript({ script: SCRIPT, options: ["--debuginfo", directory, "-c", program] });
  return stdout;
}

describe("lines of modules", () => {
  kernelTest("are in stacks, but not from a file of another build", NEEDS, async () => {
    const program = compileC(CONNECTING, { name: "vsock-connecting" });
    expect(await stackWith(`.incbin \\"${NOTE}\\"`, program)).toMatch(
      new RegExp(String.raw`^ {4,}${FUNCTION}\+\d+@\S+/transport\.c:2$`, "m"),
    );
    expect(await stackWith(`.long 4, 4, 3; .asciz \\"GNU\\"; .long 7`, program)).toMatch(
      new RegExp(String.raw`^ {4,}${FUNCTION}\+\d+$`, "m"),
    );
  });
});
