import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe } from "vitest";
import { checkScript, kernelTest } from "../support/index.js";
import { TEST_CACHE_DIR } from "../support/project.js";

const INSTALL = "Install the headers of the running kernel, or set BPFTRACE_KERNEL_SOURCE to where they are.";

/** Also where headers are installed. */
const NO_TREE = { BPFTRACE_KERNEL_SOURCE: "/nowhere" };

describe("without headers of the kernel", () => {
  const ROWS = [
    ["linux/socket.h", "AF_INET6", "10"],
    ["linux/sched.h", "(TASK_RUNNING, TASK_UNINTERRUPTIBLE, PF_KTHREAD)", "(0, 2, 2097152)"],
    ["linux/fs.h", "(EPERM, DT_REG, S_IFMT)", "(1, 8, 61440)"],
    ["linux/fs.h", "(S_ISREG(0100644), S_ISDIR(0100644))", "(true, false)"],
    ["linux/kdev_t.h", "(MAJOR(0x800001), MINOR(0x800001), MKDEV(8, 1))", "(8, 1, 8388609)"],
    ["linux/icmpv6.h", "ICMPV6_ECHO_REQUEST", "128"],
    ["linux/time64.h", "NSEC_PER_SEC", "1000000000"],
    ["linux/mm.h", "PAGE_SIZE", "4096"],
    ["net/tcp_states.h", "(uint64)TCP_LISTEN", "10"],
    ["uapi/linux/in.h", "(uint64)IPPROTO_TCP", "6"],
  ] as const;
  for (const [header, expression, printed] of ROWS) {
    kernelTest(`${header} knows ${expression}`, {}, async () => {
      await checkScript({
        script: `#include <${header}>\nbegin { print(${expression}); exit(); }`,
        env: NO_TREE,
        stdout: `${printed}\n\n\n`,
      });
    });
  }

  kernelTest("arguments of a header's macro are evaluated in their own places", {}, async () => {
    await checkScript({
      script:
        "#include <linux/kdev_t.h>\nbegin { $x = 3; @m[1] = 0x800001; print(MINOR($x + 4) * 2); print(MAJOR(@m[1])); clear(@m); exit(); }",
      env: NO_TREE,
      stdout: "14\n8\n\n\n",
    });
  });

  kernelTest("a name that is nowhere leads to the headers that could not be read", {}, async () => {
    await checkScript({
      script: "#include <linux/sched.h>\n#include <linux/nosuch.h>\nbegin { print(NO_SUCH_NAME); }",
      env: NO_TREE,
      stdout: "",
      stderrMatch: new RegExp(
        `Unknown identifier: 'NO_SUCH_NAME'\n.*\n.*\nHINT: Kernel headers are not installed; only common constants of them are known: <linux/sched.h>, <linux/nosuch.h>. ${INSTALL}\n`,
      ),
      status: 1,
    });
  });

  kernelTest("without the include the name is unknown, and nothing is said of headers", {}, async () => {
    await checkScript({
      script: "begin { print(AF_INET6); }",
      env: NO_TREE,
      stdout: "",
      stderr:
        "stdin:1:15-23: ERROR: Unknown identifier: 'AF_INET6'\nbegin { print(AF_INET6); }\n              ~~~~~~~~\n",
      status: 1,
    });
  });

  kernelTest("a script's own macro with arguments is none of the language", {}, async () => {
    await checkScript({
      script: "#define TWICE(x) ((x) * 2)\nbegin { print(TWICE(4)); }",
      stdout: "",
      stderrMatch: /Unknown function: 'TWICE'/,
      status: 1,
    });
  });
});

/** A kernel as its Makefile lays it out, with a header that no C compiler would take. */
const TREE: Readonly<Record<string, string>> = {
  "source/include/linux/kconfig.h": "#include <generated/autoconf.h>\n",
  "source/include/linux/thing.h":
    "#include <asm/thing.h>\n#include <uapi/linux/thing.h>\n#include <generated/made.h>\n" +
    "struct broken { nosuch_t a; };\nstruct task_struct { int pid; };\nstruct of_header { int a; int b; };\n" +
    "#define SHIFTED (1UL << THING_SHIFT)\n#define IS_THING(x) ((x) == SHIFTED)\nenum thing_kind { THING_A = 4, THING_B };\n",
  "source/include/uapi/linux/thing.h": "#define THING_USER 3\n",
  "source/arch/x86/include/asm/thing.h": "#ifdef CONFIG_THING\n#define THING_SHIFT 13\n#endif\n",
  "build/include/generated/autoconf.h": "#define CONFIG_THING 1\n",
  "build/include/generated/made.h":
    "#ifdef __KERNEL__\n#define MADE KBUILD_MODNAME\n#endif\n#define __BPF_TRACING_IS __BPF_TRACING__\n",
};

function makeTree(): string {
  const root = join(TEST_CACHE_DIR, "kernel-tree");
  for (const [name, text] of Object.entries(TREE)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

describe("with headers of the kernel", () => {
  const ROWS = [
    ["SHIFTED", "8192"],
    ["IS_THING(8192)", "true"],
    ["(THING_USER, (uint64)THING_B)", "(3, 5)"],
    ["(enum thing_kind)5", "THING_B"],
    ["MADE", "bpftrace"],
    ["sizeof(struct of_header)", "8"],
    ["offsetof(struct of_header, b)", "4"],
    // The kernel that runs is believed more than its headers.
    ["sizeof(struct task_struct) > 1000", "true"],
  ] as const;
  for (const [expression, printed] of ROWS) {
    kernelTest(`BPFTRACE_KERNEL_SOURCE and BPFTRACE_KERNEL_BUILD: ${expression}`, {}, async () => {
      const root = makeTree();
      await checkScript({
        script: `#include <linux/thing.h>\nbegin { print(${expression}); exit(); }`,
        env: { BPFTRACE_KERNEL_SOURCE: `${root}/source`, BPFTRACE_KERNEL_BUILD: `${root}/build` },
        stdout: `${printed}\n\n\n`,
      });
    });
  }

  kernelTest("a script's own definitions may use them", {}, async () => {
    const root = makeTree();
    await checkScript({
      script: `#include <linux/thing.h>
struct own { struct task_struct task; struct of_header h[THING_SHIFT]; };
begin { print(sizeof(struct own) - sizeof(struct task_struct)); exit(); }`,
      env: { BPFTRACE_KERNEL_SOURCE: `${root}/source`, BPFTRACE_KERNEL_BUILD: `${root}/build` },
      stdout: "104\n\n\n",
    });
  });

  kernelTest("what is wrong with a script's own definitions is said", {}, async () => {
    const root = makeTree();
    await checkScript({
      script: "#include <linux/thing.h>\nstruct own { nosuch_t a; };\nbegin { exit(); }",
      env: { BPFTRACE_KERNEL_SOURCE: `${root}/source`, BPFTRACE_KERNEL_BUILD: `${root}/build` },
      stdout: "",
      stderrMatch: /^definitions\.h:3:14: error: unknown type name 'nosuch_t'\n/,
      status: 2,
    });
  });
});
