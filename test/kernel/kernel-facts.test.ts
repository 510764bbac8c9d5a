import { readFileSync } from "node:fs";
import { describe, expect } from "vitest";
import { Btf, BtfBuilder } from "../../codegen/btf/index.js";
import { FEATURES, type Feature } from "../../codegen/facts.js";
import { firstKernelWith } from "../../src/kernel/features.js";
import { LiveFacts } from "../../src/kernel/index.js";
import { isAtLeast } from "../../src/kernel/kernel-version.js";
import { native } from "../../src/kernel/native.js";
import { type FeatureName, presenceOf } from "../support/features.js";
import { Child, kernelTest, tsbtCommand } from "../support/index.js";

interface Configured {
  /** The tests' own finding, which must agree. */
  readonly presence: FeatureName;
  /** A function that kernels built with the feature have. Debian's 6.1 has no fprobes, for instance. */
  readonly symbol?: string;
}

/** What the machine's configuration and rights decide, not only its version. */
const CONFIGURED: Partial<Readonly<Record<Feature, Configured>>> = {
  kprobe: { presence: "kprobe" },
  "kprobe-multi": { presence: "kprobe-multi", symbol: "register_fprobe_ips" },
  "kprobe-session": { presence: "kprobe-session", symbol: "register_fprobe_ips" },
  "uprobe-multi": { presence: "uprobe-multi" },
  fentry: { presence: "fentry" },
};

describe("features", () => {
  const facts = new LiveFacts();
  for (const feature of FEATURES) {
    kernelTest(`${feature} is there from Linux ${firstKernelWith(feature)} on`, { needs: "btf" }, () => {
      expect(facts.supports(feature)).toBe(isExpected(feature));
    });
  }

  function isExpected(feature: Feature): boolean {
    const configured = CONFIGURED[feature];
    if (configured !== undefined) {
      const { presence, symbol } = configured;
      return presenceOf(presence).kind === "present" && (symbol === undefined || facts.hasKernelSymbol(symbol));
    }
    // What newer kernels have lost.
    if (feature === "steady-raw-tracepoints") return !isAtLeast(facts.release, 7, 0);
    if (feature === "steady-syscall-events") return !isAtLeast(facts.release, 7, 2);
    if (feature === "may-goto-in-large-frames" && isAtLeast(facts.release, 6, 15)) return false;
    const [major = 0, minor = 0] = firstKernelWith(feature).split(".").map(Number);
    return isAtLeast(facts.release, major, minor);
  }
});

describe("our BTF", () => {
  const BPF_BTF_LOAD = 18;

  function load(btf: Uint8Array): void {
    const attr = new Uint8Array(32);
    new DataView(attr.buffer).setUint32(16, btf.length, true);
    native()
      .bpfOpen(BPF_BTF_LOAD, attr, [{ offset: 0, target: btf }])
      .close();
  }

  kernelTest("of every kind of type is accepted by the kernel", {}, () => {
    const b = new BtfBuilder();
    const int = b.int("int", 4, { isSigned: true });
    const u64 = b.int("long", 8);
    const list = b.reserve();
    const pointer = b.ptr(list);
    b.define(list, "struct", {
      name: "list",
      bytes: 24,
      members: [
        { name: "next", type: pointer, bitOffset: 0 },
        { name: "flags", type: int, bitOffset: 64, bitSize: 3 },
        { name: "text", type: b.array(b.int("char", 1, { isSigned: true }), int, 12), bitOffset: 96 },
      ],
    });
    b.union({ name: "both", bytes: 8, members: [{ name: "a", type: u64, bitOffset: 0 }] });
    b.enum({ name: "e", bytes: 4, isSigned: true, values: [{ name: "E_MINUS", value: -1n }] });
    b.typedef("list_t", b.const(b.volatile(b.fwd("other"))));
    b.func("main", b.funcProto(int, [{ name: "ctx", type: b.ptr(0) }]), "static");
    const variable = b.variable("counter", u64, "global");
    b.datasec(".bss", 8, [{ type: variable, offset: 0, bytes: 8 }]);
    b.float("double", 8);
    load(b.encode());
  });

  kernelTest("that is broken is refused by the kernel", {}, () => {
    const b = new BtfBuilder();
    b.ptr(77);
    expect(() => {
      load(b.encode());
    }).toThrow("EINVAL");
  });

  kernelTest("of the kernel itself can be read, with all types in it", { needs: "btf" }, () => {
    const btf = Btf.parse(readFileSync("/sys/kernel/btf/vmlinux"));
    const kinds = new Set(Array.from({ length: btf.endId }, (_, id) => btf.type(id).kind));
    expect(kinds).toContain("struct");
  });
});

describe("tracefs", () => {
  kernelTest(
    "is mounted for the trace alone where the machine has not mounted it",
    { needs: "tracepoint" },
    async () => {
      const trace = `"$1" -q -e 'tracepoint:syscalls:sys_enter_exit_group /pid == cpid/ { print(args.error_code); }' -c "$2"`;
      const bare = `cd /sys/kernel; umount debug/tracing debug tracing 2>&-; ${trace}; ls tracing`;
      const unshared = new Child("unshare", ["--mount", "sh", "-c", bare, "sh", tsbtCommand(), "/bin/false"]);
      expect(await unshared.finished).toMatchObject({ stdout: "1\n\n\n", stderr: "", status: 0 });
    },
  );
});
