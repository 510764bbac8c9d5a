/** C++ functions by their names (probes-and-cli.md 4). */
import { expect } from "vitest";
import { checkScript, compileC, kernelTest, runTsbt } from "../../support/index.js";

const REQUIREMENTS = { package: ["g++", "libc6-dev"] } as const;

const program = (): string =>
  compileC(
    `#include <cstdio>
    #define N __attribute__((noinline))
    namespace ns { struct A { N int m(int x) const; N int operator()(int x); }; }
    N int ns::A::m(int x) const { return x + 1; }
    N int ns::A::operator()(int x) { return x; }
    N int over(int a) { return a; }
    N int over(const char *a) { return a[0]; }
    N int overture(int a) { return a; }
    template <class T> N int tmpl(T t) { return (int)t; }
    extern "C" N int plain(int a) { return a; }
    int main() { ns::A a; return a.m(1) + over(1) + over("x") + overture(1) + tmpl(3) + tmpl('c') + plain(2) + a(3) - 230; }`,
    { name: "cx", language: "c++", flags: ["-O0"] },
  );

const listed = async (pattern: string): Promise<readonly string[]> => {
  const path = program();
  const { stdout, stderr } = await runTsbt(["-l", "-e", `uprobe:${path}:cpp:${pattern} { }`]);
  expect(stderr).toBe("");
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => line.replace(`uprobe:${path}:cpp:`, ""));
};

kernelTest("all overloads are probed", REQUIREMENTS, async () => {
  const path = program();
  await checkScript({
    script: `uprobe:${path}:cpp:over { @[probe] = count(); }`,
    options: ["-c", path],
    stdout: `\n\n@[uprobe:${path}:cpp:_Z4overPKc]: 1\n@[uprobe:${path}:cpp:_Z4overi]: 1\n`,
    stderr: "Attached 2 probes\n",
  });
  await checkScript({
    script: `uretprobe:${path}:cpp:over { @[retval] = count(); }`,
    options: ["-c", path],
    stdout: "\n\n@[1]: 1\n@[120]: 1\n",
    stderr: "Attached 2 probes\n",
  });
});

kernelTest("names of functions", REQUIREMENTS, async () => {
  expect(await listed("over")).toEqual(['"over(char const*)"', '"over(int)"']);
  expect(await listed("_Z4overi")).toEqual(['"over(int)"']);
  expect(await listed("plain")).toEqual(["plain"]);
  expect(await listed('"over(int)"')).toEqual(['"over(int)"']);
  expect(await listed('"ns::A::m"')).toEqual(['"ns::A::m(int) const"']);
  expect(await listed('"ns::A::operator()(int)"')).toEqual(['"ns::A::operator()(int)"']);
});

kernelTest("patterns of names", REQUIREMENTS, async () => {
  expect(await listed("over*")).toEqual(['"over(char const*)"', '"over(int)"', '"overture(int)"']);
  expect(await listed('"ns::*"')).toEqual(['"ns::A::operator()(int)"', '"ns::A::m(int) const"']);
  expect(await listed("*tmpl*")).toEqual(['"int tmpl<char>(char)"', '"int tmpl<int>(int)"']);
  expect(await listed('"over(*)"')).toEqual(['"over(char const*)"', '"over(int)"']);
});

kernelTest("the return type stands before the name of a template", REQUIREMENTS, async () => {
  await checkScript({
    script: `uprobe:${program()}:cpp:tmpl* { }`,
    stderrMatch: /ERROR: Probe has no valid attach points/,
    status: 1,
  });
});

kernelTest("-l shows declarations", REQUIREMENTS, async () => {
  const path = program();
  await checkScriptless(
    ["-l", `uprobe:${path}:cpp:over*`],
    [`uprobe:${path}:cpp:"over(char const*)"`, `uprobe:${path}:cpp:"over(int)"`, `uprobe:${path}:cpp:"overture(int)"`],
  );
});

async function checkScriptless(args: readonly string[], lines: readonly string[]): Promise<void> {
  const { stdout, stderr, status } = await runTsbt(args);
  expect({ stdout, stderr, status }).toEqual({
    stdout: lines.map((line) => `${line}\n`).join(""),
    stderr: "",
    status: 0,
  });
}

kernelTest("other languages are not known", REQUIREMENTS, async () => {
  await checkScript({
    script: `uprobe:${program()}:rust:over { }`,
    stderrMatch: /ERROR: unsupported language type: rust\n/,
    status: 1,
  });
});
