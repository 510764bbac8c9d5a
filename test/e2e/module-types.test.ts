/** Types that only a module of the kernel has are those of its probes. */
import { describe, expect } from "vitest";
import { checkScript, compileC, kernelTest, runTsbt, type ScriptExpectation } from "../support/index.js";

/** Sends itself three bytes through the loopback of AF_VSOCK. */
const SENDER = `
#include <sys/socket.h>
#include <linux/vm_sockets.h>
#include <unistd.h>
int main(void) {
  struct sockaddr_vm at = { .svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_LOCAL, .svm_port = 54321 };
  int server = socket(AF_VSOCK, SOCK_STREAM, 0), client = socket(AF_VSOCK, SOCK_STREAM, 0);
  if (bind(server, (struct sockaddr *)&at, sizeof at) || listen(server, 1)) return 2;
  if (connect(client, (struct sockaddr *)&at, sizeof at)) return 3;
  return write(client, "abc", 3) == 3 ? 0 : 4;
}
`;

const MODULE = "vmw_vsock_virtio_transport_common";

interface Row extends Pick<ScriptExpectation, "script" | "match" | "stderrMatch" | "status"> {
  readonly claim: string;
}

const CONNECT = "virtio_transport_connect /pid == cpid/";
const PORT = "print((((struct vsock_sock *)arg0)->remote_addr.svm_port, sizeof(struct sockaddr_vm)));";

const ROWS: readonly Row[] = [
  { claim: "kprobes in a module", script: `kprobe:${MODULE}:${CONNECT} { ${PORT} }`, match: /^\(54321, 16\)$/m },
  { claim: "the module need not be named", script: `kprobe:${CONNECT} { ${PORT} }`, match: /^\(54321, 16\)$/m },
  { claim: "wildcards", script: `kprobe:virtio_transport_conn* /pid == cpid/ { ${PORT} }`, match: /^\(54321, 16\)$/m },
  {
    claim: "members of parameters",
    script: `fentry:${MODULE}:${CONNECT} { print(args.vsk.remote_addr.svm_port); print(args.vsk.remote_addr); }`,
    match: [/^54321$/m, /^\{ .*\.svm_port = 54321, \.svm_cid = 1, .*\}$/m],
  },
  {
    claim: "sizes and offsets, of fexit, and in the other probes of the script",
    script: `fexit:${CONNECT} { print((retval, offsetof(struct sockaddr_vm, svm_port))); } BEGIN { print(sizeof(struct sockaddr_vm)); }`,
    match: [/^16$/m, /^\(0, 4\)$/m],
  },
  {
    claim: "raw tracepoints, which are found in their module",
    script:
      "rawtracepoint:virtio_transport_alloc_pkt /pid == cpid/ { @[probe, args.dst_port, args.len, sizeof(struct sockaddr_vm)] = count(); }",
    match: [/^@\[rawtracepoint:vmw_vsock_virtio_transport_common:virtio_transport_alloc_pkt, 54321, 3, 16\]: 1$/m],
  },
  {
    claim: "raw tracepoints of a module that is named, by a pattern",
    script: `rawtracepoint:${MODULE}:virtio_transport_alloc* /pid == cpid/ { @[args.dst_port == arg3, (uint64)VIRTIO_VSOCK_OP_RW] = count(); }`,
    match: /^@\[true, 5\]: \d+$/m,
  },
  {
    claim: "tracepoints, whose category is no module's name",
    script:
      "tracepoint:vsock:virtio_transport_alloc_pkt /pid == cpid && args.len == 3/ { print((args.dst_port, sizeof(struct vsock_sock) > sizeof(struct sock))); }",
    match: /^\(54321, true\)$/m,
  },
  {
    claim: "but not other probes",
    script: "kprobe:vfs_read { print(sizeof(struct vsock_sock)); }",
    stderrMatch: /^stdin:1:32-49: ERROR: Cannot resolve unknown type "struct vsock_sock"$/m,
    status: 1,
  },
  {
    claim: "an event that the module does not have",
    script: `rawtracepoint:${MODULE}:sched_switch { }`,
    stderrMatch: /ERROR: No matches for rawtracepoint vmw_vsock_virtio_transport_common:sched_switch\.$/m,
    status: 1,
  },
];

const NEEDS = { needs: ["fentry", "kprobe", "modules", "vsock-loopback"], package: "gcc" } as const;

describe("types of modules", () => {
  for (const { claim, ...row } of ROWS) {
    kernelTest(claim, NEEDS, async () => {
      await checkScript({ ...row, options: ["-c", compileC(SENDER, { name: "vsock-sender" })] });
    });
  }

  kernelTest("are listed, as are events and parameters", NEEDS, async () => {
    const listOf = async (what: string): Promise<string> => (await runTsbt(["-lv", what])).stdout;
    expect(await listOf("struct sockaddr_vm")).toContain(": struct sockaddr_vm {\n");
    expect(await listOf(`kprobe:${MODULE}:virtio_transport_connect`)).toContain("\n    struct vsock_sock * arg0\n");
    expect(await listOf("kprobe:virtio_transport_connect")).toContain("\n    struct vsock_sock * arg0\n");
    expect(await listOf("rawtracepoint:*:virtio_transport_alloc_pkt")).toMatch(
      new RegExp(`^rawtracepoint:${MODULE}:virtio_transport_alloc_pkt\n    __u32 src_cid\n`),
    );
  });
});
