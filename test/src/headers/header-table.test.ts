import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import type { CUnit } from "../../../grammar/c/index.js";
import { HeaderFiles } from "../../../src/headers/header-files.js";
import { kernelTest } from "../../support/index.js";
import { messagesOf, unitOf } from "../../grammar/c/support.js";

/** As on a machine without headers of its kernel. */
const FILES = new HeaderFiles({ ownDirs: [], kernel: () => undefined });

/** Where the text of each header came from is noted. */
function including(name: string, readFrom: Set<string> = new Set()): CUnit {
  return unitOf(`#include <${name}>\n`, {
    headers: {
      readInclude: (request) => {
        const file = FILES.read(request);
        if (file !== undefined) readFrom.add(file.name);
        return file;
      },
      isKnownWithout: () => false,
      hasKernelTypes: () => true,
    },
  });
}

/** What scripts use, by the header that they name for it. Values are those of Linux on x86-64. */
const USED: Readonly<Record<string, Readonly<Record<string, bigint>>>> = {
  "linux/socket.h": { AF_UNIX: 1n, AF_INET: 2n, AF_INET6: 10n, MSG_PEEK: 2n },
  "linux/sched.h": {
    TASK_RUNNING: 0n,
    TASK_INTERRUPTIBLE: 1n,
    TASK_UNINTERRUPTIBLE: 2n,
    PF_KTHREAD: 0x200000n,
    CLONE_THREAD: 0x10000n,
  },
  "linux/fs.h": { DT_DIR: 4n, DT_REG: 8n, FMODE_READ: 1n, S_IFMT: 0o170000n, EPERM: 1n, O_CREAT: 0o100n },
  "linux/errno.h": { EPERM: 1n, EAGAIN: 11n, ERESTARTSYS: 512n },
  "linux/in.h": { INADDR_LOOPBACK: 0x7f000001n },
  "linux/icmpv6.h": { ICMPV6_ECHO_REQUEST: 128n, ICMPV6_ECHO_REPLY: 129n },
  "linux/icmp.h": { ICMP_ECHO: 8n },
  "linux/if_ether.h": { ETH_P_IP: 0x800n, ETH_P_IPV6: 0x86ddn, ETH_ALEN: 6n },
  "linux/stat.h": { S_IFREG: 0o100000n, S_IRWXUGO: 0o777n },
  "linux/kdev_t.h": { MINORBITS: 20n },
  "linux/time64.h": { NSEC_PER_SEC: 1_000_000_000n },
  "linux/signal.h": { SIGKILL: 9n, SIGCHLD: 17n },
  "linux/mm.h": { VM_READ: 1n, VM_WRITE: 2n, PAGE_SIZE: 4096n },
  "linux/tcp.h": { TCP_ESTABLISHED: 1n },
  "net/tcp_states.h": { TCP_ESTABLISHED: 1n, TCP_CLOSE: 7n, TCP_LISTEN: 10n },
  "net/sock.h": { TCP_SYN_SENT: 2n, SOCK_STREAM: 1n, AF_INET: 2n },
  "net/inet_ecn.h": { INET_ECN_CE: 3n },
  "asm/page.h": { PAGE_SHIFT: 12n },
  "uapi/linux/in6.h": { IPV6_TLV_PADN: 1n },
  "scsi/scsi.h": { TYPE_DISK: 0n },
};

test.each(Object.entries(USED))("%s", (header, constants) => {
  const from = new Set<string>();
  const unit = including(header, from);
  expect(messagesOf(unit)).toEqual([]);
  expect([...unit.incomplete]).toEqual([header]);
  const values = Object.keys(constants).map((name) => [name, valueIn(unit, name)]);
  expect(Object.fromEntries(values)).toEqual(constants);
  // The same on every machine: nothing of it comes from the C library.
  expect([...from].filter((name) => name.startsWith("/usr/include") || name.startsWith("/usr/local"))).toEqual([]);
});

const valueIn = (unit: CUnit, name: string): bigint | undefined =>
  unit.enumerators.get(name)?.constant.value ?? unit.constantOf(name);

test("macros with arguments", () => {
  expect(including("linux/fs.h").macros.get("S_ISREG")?.params).toEqual(["m"]);
  expect(including("linux/fs.h").macros.get("MAJOR")?.params).toEqual(["dev"]);
});

test("what is configured is not in the table", () => {
  const unit = including("linux/sched.h");
  expect(["HZ", "NR_CPUS", "CONFIG_SMP"].filter((name) => unit.macros.has(name))).toEqual([]);
});

test("a header that no kernel has", () => {
  expect(FILES.read({ name: "linux/nosuch.h", isQuoted: false, isNext: false, from: undefined })).toBeUndefined();
});

/** Their macros and enumerators are compared with what the C compiler makes of this machine's headers. */
const COMPARED = [
  "linux/errno.h",
  "linux/in.h",
  "linux/stat.h",
  "linux/icmpv6.h",
  "linux/if_ether.h",
  "linux/tcp.h",
  "linux/fcntl.h",
];

for (const header of COMPARED) {
  kernelTest(
    `gcc reads the same numbers from ${header}`,
    { package: ["gcc", "libc6-dev"], root: false, matrix: false },
    () => {
      const macros = execFileSync("gcc", ["-E", "-dM", "-"], { input: `#include <${header}>\n`, encoding: "latin1" });
      const names = Array.from(macros.matchAll(/^#define ([A-Z]\w*) /gm), ([, name = ""]) => name);
      const unit = including(header);
      const known = names.filter((name) => valueIn(unit, name) !== undefined);
      expect(known.length).toBeGreaterThan(names.length / 2);
      const checks = known.map((name) => `_Static_assert((${name}) == ${valueIn(unit, name)}, "${name}");`);
      const source = `#include <${header}>\n${checks.join("\n")}\n`;
      execFileSync("gcc", ["-fsyntax-only", "-xc", "-"], { input: source, stdio: ["pipe", "ignore", "inherit"] });
    },
  );
}
