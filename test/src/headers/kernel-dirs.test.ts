import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findKernelDirs, type Surroundings } from "../../../src/headers/kernel-dirs.js";

let dir = "";

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "tsbt-modules-"));
  for (const path of ["both/source", "both/build", "built/build", "sources/source", "none", "ü"]) {
    mkdirSync(join(dir, path), { recursive: true });
  }
});

afterAll(() => rmSync(dir, { recursive: true }));

const find = (
  release: string,
  variables: Readonly<Record<string, string>> = {},
  machine: NodeJS.Architecture = "x64",
) =>
  findKernelDirs({
    release,
    environment: { get: (name) => variables[name] },
    machine,
    modulesDir: dir,
  } satisfies Surroundings);

/** The directories of bpftrace, in its order: S is the source and B what was built. */
const ORDER = [
  "S/arch/x86/include",
  "B/arch/x86/include/generated",
  "S/include",
  "B/include",
  "S/arch/x86/include/uapi",
  "B/arch/x86/include/generated/uapi",
  "S/include/uapi",
  "B/include/generated/uapi",
];
const within = (source: string, build: string): readonly string[] => [
  ...new Set(ORDER.map((path) => path.replace(/^S/, source).replace(/^B/, build))),
];

test.each([
  { claim: "source and build of the running kernel", release: "both", source: "both/source", build: "both/build" },
  { claim: "only what was built", release: "built", source: "built/build", build: "built/build" },
  { claim: "only the source", release: "sources", source: "sources/source", build: "sources/source" },
])("$claim", ({ release, source, build }) => {
  expect(find(release)?.dirs).toEqual(within(join(dir, source), join(dir, build)));
  expect(find(release)?.prelude.text).toContain(`#include "${join(dir, source)}/include/linux/kconfig.h"`);
});

test("BPFTRACE_KERNEL_SOURCE comes before the running kernel's", () => {
  expect(find("both", { BPFTRACE_KERNEL_SOURCE: dir })?.dirs).toEqual(within(dir, dir));
});

test("BPFTRACE_KERNEL_BUILD belongs to it", () => {
  const environment = { BPFTRACE_KERNEL_SOURCE: dir, BPFTRACE_KERNEL_BUILD: "/b" };
  expect(find("both", environment)?.dirs).toEqual(within(dir, "/b"));
});

test("a BPFTRACE_KERNEL_SOURCE that is nowhere is none", () => {
  expect(find("both", { BPFTRACE_KERNEL_SOURCE: join(dir, "nowhere") })).toBeUndefined();
});

test("BPFTRACE_KERNEL_BUILD alone says nothing", () => {
  expect(find("none", { BPFTRACE_KERNEL_BUILD: "/b" })).toBeUndefined();
});

test("no headers", () => {
  expect(find("none")).toBeUndefined();
  expect(find("nowhere")).toBeUndefined();
});

test.each([
  { machine: "arm64" as const, environment: {}, arch: "arm64" },
  { machine: "x64" as const, environment: { ARCH: "riscv" }, arch: "riscv" },
])("the architecture: $arch", ({ machine, environment, arch }) => {
  expect(find("built", environment, machine)?.dirs[0]).toBe(join(dir, `built/build/arch/${arch}/include`));
});

test("paths are byte strings", () => {
  const bytes = Buffer.from(`${dir}/ü/arch/x86/include`).toString("latin1");
  expect(find("none", { BPFTRACE_KERNEL_SOURCE: Buffer.from(join(dir, "ü")).toString("latin1") })?.dirs[0]).toBe(bytes);
});
