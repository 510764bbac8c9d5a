/** What a hub misses is told of the probes that it serves. */
import { expect } from "vitest";
import { compile } from "../../codegen/compile.js";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { LiveFacts } from "../../src/kernel/live.js";
import { kernelTest } from "../support/index.js";
import { kernelIsAtLeast } from "../support/running-kernel.js";

const labelsOf = (text: string): readonly string[] =>
  compile({ name: "stdin", text }, new LiveFacts(), FULL_LANGUAGE).object?.programs.map(({ label }) => label) ?? [];

// Newer ones have events of all system calls, with names of their own.
if (!kernelIsAtLeast("7.0"))
  kernelTest("a hub is known by its event and by whom it serves", { needs: "btf" }, () => {
    const names = ["getpid", "getppid", "getuid", "getgid", "lseek", "close"];
    const points = names.map((name) => `tracepoint:syscalls:sys_enter_${name}`);
    expect(labelsOf("tracepoint:syscalls:sys_enter_* { @ = count(); }").at(-1)).toBe(
      "sys_enter for tracepoint:syscalls:sys_enter_*",
    );
    expect(labelsOf(points.map((point) => `${point} { @ = count(); }`).join("\n")).at(-1)).toBe(
      `sys_enter for ${points[0]},${points[1]} and 4 more`,
    );
  });
