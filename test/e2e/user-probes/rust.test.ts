/** Functions of Rust, whose calls are not those of C: by the names that people give them, with the arguments that can be known. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { kernelTest, runTsbt } from "../../support/index.js";

const SOURCE = `
#![allow(dead_code)]
pub struct Point { x: i32, y: i64 }
pub enum Shape { Empty, Circle(i32), Rect { w: i32, h: i32 } }
pub struct Wide { a: u64, b: u64, c: u64, d: u16 }
pub trait Talk { fn talk(&self, n: i32) -> i32; }
fn hide<T>(x: T) -> T { let y = unsafe { std::ptr::read_volatile(&x) }; std::mem::forget(x); y }
impl Talk for Point { #[inline(never)] fn talk(&self, n: i32) -> i32 { hide(self.x + n) } }
impl Point { #[inline(never)] pub fn add(&mut self, dx: i32) { self.x += hide(dx); } }
#[inline(never)] pub fn ints(a: i8, b: u16, c: i32, d: u64, e: bool, f: char) -> u64 { hide(d ^ a as u64 ^ b as u64 ^ c as u64 ^ e as u64 ^ f as u64) }
#[inline(never)] pub fn eight(a: i32, b: i32, c: i32, d: i32, e: i32, f: i32, g: i32, h: i64) -> i64 { hide(a as i64 ^ b as i64 ^ c as i64 ^ d as i64 ^ e as i64 ^ f as i64 ^ g as i64 ^ h) }
#[inline(never)] pub fn slices(s: &str, v: &[u32], n: i32) -> usize { hide(s.as_ptr() as usize ^ s.len() ^ v.as_ptr() as usize ^ v.len() ^ n as usize) }
#[inline(never)] pub fn shapes(a: Shape, n: i32) -> i32 { hide(n ^ match a { Shape::Circle(r) => r, Shape::Rect { w, h } => w * h, Shape::Empty => 0 }) }
#[inline(never)] pub fn wide(w: Wide, after: i32) -> u64 {
  hide(w.a ^ w.d as u64 ^ after as u64)
}
fn main() {
  let mut p = Point { x: hide(3), y: 1 << 40 };
  p.add(hide(7));
  let mut s = ints(hide(-5), hide(65535), hide(-100000), hide(1 << 40), hide(true), hide('z'));
  s ^= eight(hide(1), hide(-2), hide(3), hide(-4), hide(5), hide(-6), hide(-7), hide(8)) as u64;
  s ^= slices(hide("hello"), hide(&[1, 2, 3]), hide(24)) as u64;
  s ^= shapes(hide(Shape::Rect { w: 5, h: 6 }), hide(2)) as u64;
  s ^= wide(Wide { a: hide(1), b: hide(2), c: hide(3), d: hide(4) }, hide(5));
  s ^= p.talk(hide(12)) as u64;
  std::process::exit((s == 1) as i32);
}
`;

function compileRust(...options: readonly string[]): string {
  const directory = mkdtempSync(join(tmpdir(), "tsbt-rust-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, "p.rs"), SOURCE);
  execFileSync("rustc", ["-g", ...options, "p.rs"], { cwd: directory, stdio: "pipe" });
  return join(directory, "p");
}

const ROWS: readonly (readonly [of: string, values: string, output: string])[] = [
  [
    "p::ints",
    "(args.a, args.b, args.c, args.d >> 38, args.e, args.f)",
    `(-5, 65535, -100000, 4, 1, ${"z".charCodeAt(0)})`,
  ],
  ["p::eight", "(args.a, args.b, args.c, args.d, args.e, args.f, args.g, args.h)", "(1, -2, 3, -4, 5, -6, -7, 8)"],
  ["p::slices", "(str(args.s.data_ptr, 6), args.s.length, args.v.length, args.n)", "(hello, 5, 3, 24)"],
  ["p::Point::add", "(args.self.x, args.dx)", "(3, 7)"],
  ["<p::Point as p::Talk>::talk", "(args.self.y >> 38, args.n)", "(4, 12)"],
];

const WAYS = [
  ["-C", "opt-level=0"],
  ["-C", "opt-level=0", "-C", "symbol-mangling-version=v0"],
] as const;

for (const options of WAYS) {
  const needs = { package: ["rustc"], timeoutMs: 60_000 } as const;
  kernelTest(`arguments of functions of Rust, by their names: ${options.join(" ")}`, needs, async () => {
    const path = compileRust(...options);
    for (const [name, values, output] of ROWS) {
      const { stdout, stderr } = await runTsbt([
        "-q",
        "-c",
        path,
        "-e",
        `uprobe:${path}:cpp:"${name}" { print(${values}); }`,
      ]);
      expect(stdout.trim(), `${name}: ${stderr}`).toBe(output);
    }
  });
}

kernelTest("an enum of Rust with data is all that it may be, and says which", { package: ["rustc"] }, async () => {
  const path = compileRust("-C", "opt-level=3");
  const script = `uprobe:${path}:cpp:"p::shapes" { print(args.a); print((args.a.Rect.h, args.n)); }`;
  const { stdout, stderr } = await runTsbt(["-q", "-c", path, "-e", script]);
  expect(stdout.trim().split("\n"), stderr).toEqual([
    "{ .__discriminant = 2, .Empty = {}, .Circle = { .__0 = 5 }, .Rect = { .w = 5, .h = 6 } }",
    "(6, 2)",
  ]);
});

kernelTest("what nobody can know of a call of Rust says when it will be known", { package: ["rustc"] }, async () => {
  const path = compileRust("-C", "opt-level=0");
  const read = (point: string): ReturnType<typeof runTsbt> =>
    runTsbt(["-q", "-c", path, "-e", `uprobe:${path}${point} { print((args.w.a, args.after)); exit(); }`]);
  expect((await read(':cpp:"p::wide"')).stderr).toContain(
    "Can't read after: the function puts it where debug information has it later than at its entry: a probe on one of its lines (@FILE:LINE) can read it",
  );
  const line = 1 + SOURCE.split("\n").findIndex((text) => text.includes("hide(w.a"));
  expect((await read(`@p.rs:${line}`)).stdout.trim()).toBe("(1, 5)");
});
