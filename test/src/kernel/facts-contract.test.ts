import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findMember, findFunction } from "../../../codegen/btf/index.js";
import { FEATURES, type KernelFacts } from "../../../codegen/facts.js";
import { LiveFacts } from "../../../src/kernel/index.js";
import { savedFacts } from "../../fixtures/facts.js";

/** What every implementation of KernelFacts promises. */
function factsContract(name: string, facts: KernelFacts, has: { readonly tracepoints: boolean }): void {
  describe(name, () => {
    it("has a version of three numbers", () => {
      expect(facts.release.text).toMatch(new RegExp(`^${facts.release.major}\\.${facts.release.minor}`));
      expect(facts.release.major).toBeGreaterThanOrEqual(5);
    });

    it("has an architecture and at least one CPU", () => {
      expect(["x86_64", "aarch64"]).toContain(facts.arch);
      expect(facts.possibleCpus).toBeGreaterThanOrEqual(1);
    });

    it("has BTF, the same object each time", () => {
      const { btf } = facts;
      expect(btf).toBe(facts.btf);
      if (btf === undefined) return;
      const task = btf.find("struct", "task_struct");
      expect(task && findMember(btf, task, "pid")).toMatchObject({ name: "pid", bitSize: 0 });
      expect(findFunction(btf, "vfs_read")?.proto.params).toHaveLength(4);
    });

    it("has no BTF of a module that is not loaded", () => {
      expect(facts.moduleBtf("no_such_module")).toBeUndefined();
      expect(facts.moduleBtf("../vmlinux")).toBeUndefined();
      expect(facts.moduleBtf("vmlinux")).toBeUndefined();
    });

    it.runIf(has.tracepoints)("lists tracepoints in order and has the format of each", () => {
      const all = facts.tracepoints();
      expect(all).toContain("syscalls:sys_enter_openat");
      expect(all).toEqual([...all].sort());
      const format = facts.tracepointFormat("syscalls", "sys_enter_openat");
      expect(format?.id).toBeGreaterThan(0);
      expect(format?.fields.filter((f) => !f.isCommon).map((f) => f.name)).toEqual([
        "__syscall_nr",
        "dfd",
        "filename",
        "flags",
        "mode",
      ]);
    });

    it("knows no tracepoints that do not exist, and no files outside of tracefs", () => {
      expect(facts.tracepointFormat("syscalls", "sys_enter_nosuch")).toBeUndefined();
      expect(facts.tracepointFormat("..", "..")).toBeUndefined();
      expect(facts.tracepointFormat("", "")).toBeUndefined();
    });

    it("knows the numbers of system calls", () => {
      expect(facts.syscallNumber("openat")).toBe(facts.arch === "x86_64" ? 257 : 56);
      expect(facts.syscallNumber("nosuch")).toBeUndefined();
    });

    it("lists traceable functions in order, or none when the kernel does not say", () => {
      const functions = facts.traceableFunctions();
      if (functions === undefined) return;
      const names = functions.map((f) => f.name);
      expect(names).toContain("vfs_read");
      expect(names).toEqual([...names].sort());
    });

    it("knows kernel symbols by their exact name", () => {
      expect(facts.hasKernelSymbol("vfs_read")).toBe(true);
      expect(facts.hasKernelSymbol("vfs_rea")).toBe(false);
      expect(facts.hasKernelSymbol("")).toBe(false);
    });

    it("has the kernel itself as a module", () => {
      expect(facts.loadedModules()[0]).toBe("vmlinux");
    });

    it("finds a program, and misses one that does not exist", () => {
      const found = facts.executables("/bin/bash", { pid: undefined });
      expect(found.kind).toBe("found");
      const [bash] = found.kind === "found" ? found.executables : [];
      expect(bash?.path).toBe("/bin/bash");
      expect(bash?.functionsNamed("readline")).toHaveLength(1);
      expect(bash?.functionsNamed("nosuch")).toEqual([]);
      const functions = bash?.functions() ?? [];
      expect(functions).toContain("main");
      expect(functions).toEqual([...new Set(functions)].sort());
      const missing = facts.executables("/nosuch/program", { pid: undefined });
      expect(missing).toMatchObject({ kind: "missing" });
      expect(missing.kind === "missing" && missing.similar()).toEqual([]);
    });

    it("answers for every feature, the same each time", () => {
      const answers = FEATURES.map((feature) => facts.supports(feature));
      expect(FEATURES.map((feature) => facts.supports(feature))).toEqual(answers);
    });
  });
}

factsContract("saved facts", savedFacts(), { tracepoints: true });

const live = new LiveFacts({ searchPath: process.env["PATH"] });
const canBeRead = process.getuid?.() === 0 && existsSync("/bin/bash");
if (canBeRead) factsContract("the facts of this host", live, { tracepoints: live.tracepoints().length > 0 });

describe.runIf(canBeRead)("this host", () => {
  it("has at least as many possible as online CPUs", () => {
    expect(live.onlineCpus().length).toBeGreaterThan(0);
    expect(live.possibleCpus).toBeGreaterThanOrEqual(live.onlineCpus().length);
  });

  it.runIf(live.arch === "x86_64")("has a number for every system call tracepoint", () => {
    const names = live.tracepoints().flatMap((t) => /^syscalls:sys_enter_(.*)/.exec(t)?.[1] ?? []);
    expect(names.filter((name) => live.syscallNumber(name) === undefined)).toEqual([]);
  });

  it("can read the format of every tracepoint", () => {
    for (const tracepoint of live.tracepoints()) {
      const [category = "", event = ""] = tracepoint.split(":");
      const format = live.tracepointFormat(category, event);
      // ftrace's own events are listed only in part.
      if (category !== "ftrace") expect(format?.fields.length, tracepoint).toBeGreaterThanOrEqual(4);
    }
  });

  it("counts features that are switched off as missing", () => {
    const without = new LiveFacts({ without: ["uprobe-multi", "loop"] });
    expect([without.supports("uprobe-multi"), without.supports("loop")]).toEqual([false, false]);
  });

  it("prefers the libraries that the process of -p has mapped", async () => {
    const child = spawn("sleep", ["30"], { stdio: "ignore" });
    try {
      await once(child, "spawn");
      const libraryOf = (): string | false => {
        const found = new LiveFacts().executables("libc", { pid: child.pid });
        return found.kind === "found" && (found.executables[0]?.path ?? false);
      };
      await expect.poll(libraryOf).toMatch(/\/libc(\.so\.6|-[\d.]+\.so)$/);
    } finally {
      child.kill();
    }
  });
});
