/**
 * Functions of Go, at their entries: as its compiler passes things since 1.17, and, without that compiler, as it did before. Of it is
 * also that the parts of a value are listed without what lies between them, and results among the parameters.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { compileC, kernelTest, runTsbt } from "../../support/index.js";

const DW_LANG_GO = "0x16";

const attributes = (...pairs: readonly string[]): string =>
  `${pairs.map((pair) => `.uleb128 ${pair}`).join("; ")}; .byte 0, 0`;

/** `func points(p Point) int` with `struct { x int32; y int64 }`. */
interface Compiled {
  readonly producer: string;
  readonly call: string;
  /** An expression, or the only one of a list. */
  readonly place: { readonly form: "block" | "list"; readonly bytes: readonly number[] };
}

const assemblyOf = ({ producer, call, place: { form, bytes } }: Compiled): string => `
.text
.globl points, main
.type points, @function
points: ret
points_end: .size points, .-points
.type main, @function
main: ${call}; xorl %edi, %edi; call exit
.size main, .-main
.section .debug_abbrev,"",@progbits
.uleb128 1, 0x11; .byte 1; ${attributes("0x13, 0x0b", "0x03, 0x08", "0x11, 0x01", "0x12, 0x07", "0x25, 0x08")}
.uleb128 2, 0x2e; .byte 1; ${attributes("0x03, 0x08", "0x11, 0x01", "0x12, 0x07", "0x3f, 0x0c", "0x40, 0x18")}
.uleb128 3, 0x05; .byte 0; ${attributes("0x03, 0x08", "0x4b, 0x0c", "0x49, 0x13", form === "block" ? "0x02, 0x18" : "0x02, 0x17")}
.uleb128 4, 0x13; .byte 1; ${attributes("0x03, 0x08", "0x0b, 0x0b")}
.uleb128 5, 0x0d; .byte 0; ${attributes("0x03, 0x08", "0x38, 0x0b", "0x49, 0x13")}
.uleb128 6, 0x24; .byte 0; ${attributes("0x03, 0x08", "0x3e, 0x0b", "0x0b, 0x0b")}
.byte 0
.section .debug_info,"",@progbits
unit: .long unit_end - unit_start
unit_start: .short 4; .long 0; .byte 8
.uleb128 1; .byte ${DW_LANG_GO}; .asciz "main"; .quad points; .quad points_end - points; .asciz "${producer}"
.uleb128 2; .asciz "points"; .quad points; .quad points_end - points; .byte 1; .uleb128 1; .byte 0x9c
.uleb128 3; .asciz "p"; .byte 0; .long point - unit; ${form === "block" ? `.uleb128 ${bytes.length}; .byte ${bytes.join(", ")}` : ".long 0"}
.uleb128 3; .asciz "~r0"; .byte 1; .long int64 - unit; ${form === "block" ? ".uleb128 1; .byte 0x50" : ".long places_of_nothing - places"}
.byte 0
point: .uleb128 4; .asciz "main.Point"; .byte 16
.uleb128 5; .asciz "x"; .byte 0; .long int32 - unit
.uleb128 5; .asciz "y"; .byte 8; .long int64 - unit
.byte 0
int32: .uleb128 6; .asciz "int32"; .byte 5, 4
int64: .uleb128 6; .asciz "int64"; .byte 5, 8
.byte 0
unit_end:
.section .debug_loc,"",@progbits
places: .quad 0, points_end - points; .short ${bytes.length}; .byte ${bytes.join(", ")}; .quad 0, 0
places_of_nothing: .quad 0, 0
.section .note.GNU-stack,"",@progbits
`;

const PIECE = 0x93;
const FRAME_OFFSET = 0x91;

const IN_REGISTERS: Compiled = {
  producer: "Go cmd/compile go1.19.8; regabi",
  call: "movl $10, %eax; movl $20, %ebx; call points",
  place: { form: "block", bytes: [0x50, PIECE, 4, 0x53, PIECE, 8] },
};

/** Of which only `y` is used, so that the compiler has that alone. */
const ON_STACK: Compiled = {
  producer: "Go cmd/compile go1.15.15",
  call: "pushq $20; pushq $10; call points; addq $16, %rsp",
  place: { form: "list", bytes: [FRAME_OFFSET, 8] },
};

function compiled(name: string, as: Compiled): string {
  const asm = `__asm__(${assemblyOf(as)
    .trim()
    .split("\n")
    .map((line) => JSON.stringify(`${line}\n`))
    .join("\n")});`;
  return compileC(asm, { name, flags: ["-g0", "-no-pie"] });
}

kernelTest("a struct in registers, as Go's compiler describes it", { package: ["gcc", "libc6-dev"] }, async () => {
  const path = compiled("go-like", IN_REGISTERS);
  const { stdout, stderr } = await runTsbt(["-q", "-c", path, "-e", `uprobe:${path}:points { print(args); }`]);
  expect(stdout.trim(), stderr).toBe("{ .p = { .x = 10, .y = 20 } }");
  const listed = await runTsbt(["-lv", `uprobe:${path}:points`]);
  expect(listed.stdout).toBe(`uprobe:${path}:points\n    struct main.Point p\n`);
});

kernelTest("a struct on the stack of which its compiler has a part", { package: ["gcc", "libc6-dev"] }, async () => {
  const path = compiled("go-like-before", ON_STACK);
  const { stdout, stderr } = await runTsbt(["-q", "-c", path, "-e", `uprobe:${path}:points { print(args); }`]);
  expect(stdout.trim(), stderr).toBe("{ .p = { .x = 10, .y = 20 } }");
});

const SOURCE = `
package main

import "os"

type point struct {
	x int32
	y int64
}
type mixed struct {
	flag bool
	name string
	ratio float64
	tail uint8
}
type held struct {
	two [2]int32
	n int
}
type large struct{ a, b, c, d, e, f int64 }
type talker interface{ talk(n int) int }

var sink int

//go:noinline
func (p *point) talk(n int) int { sink += n; return int(p.y) + n }

//go:noinline
func (p point) sum(n int16) int64 { sink += int(n); return int64(p.x) + p.y + int64(n) }

//go:noinline
func ints(a int8, b uint8, c int16, d uint16, e int32, f uint32, g int64, h uint64, i bool, j int8, k int8, l rune) int64 {
	sink++
	return int64(a) + int64(b) + int64(c) + int64(d) + int64(e) + int64(f) + g + int64(h) + int64(j) + int64(k) + int64(l)
}

//go:noinline
func floats(a float32, n int, b float64, z complex128, m int) float64 { sink++; return float64(a) + b + real(z) + float64(n+m) }

//go:noinline
func texts(s string, v []uint32, w [][]byte, n int) int { sink++; return len(s) + cap(v) + len(w) + n }

//go:noinline
func structs(p point, q *point, m mixed, h held, l large, n int) int64 { sink++; return p.y + q.y + int64(m.tail) + int64(h.n) + l.f + int64(n) }

//go:noinline
func arrays(one [1]int32, none [0]int, three [3]int32, n int) int { sink++; return int(one[0]+three[1]) + n }

//go:noinline
func ifaces(e error, t talker, a interface{}, n int) int { sink++; if e == nil { return t.talk(n) }; _ = a; return 0 }

//go:noinline
func refs(m map[string]int, c chan int, f func(int) int, n int) int { sink++; return len(m) + len(c) + f(n) }

//go:noinline
func rest(first int, others ...int) (sum int, err error) { sink++; return first + len(others), nil }

func main() {
	p := point{-7, 1 << 40}
	r := ints(-5, 250, -300, 65000, -100000, 4000000000, -1 << 40, 1 << 62, true, -6, 7, 'z')
	r += int64(floats(1.5, 41, -2.25, complex(1, 2), 42))
	r += int64(texts("hello", []uint32{1, 2, 3}, [][]byte{{1}, {2}}, 24))
	r += structs(p, &p, mixed{true, "tail", 2.5, 9}, held{[2]int32{3, 4}, 5}, large{1, 2, 3, 4, 5, 6}, 7)
	r += int64(arrays([1]int32{3}, [0]int{}, [3]int32{4, 5, 6}, 9))
	r += int64(ifaces(nil, &p, 3, 8))
	r += int64(refs(map[string]int{"a": 1}, make(chan int, 3), func(i int) int { return i + 1 }, 4))
	n, _ := rest(1, 2, 3, 4)
	r += int64(n) + p.sum(-3)
	if r == 12345 {
		os.Exit(1)
	}
}
`;

function compileGo(...options: readonly string[]): string {
  const directory = mkdtempSync(join(tmpdir(), "tsbt-go-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, "p.go"), SOURCE);
  const env = { ...process.env, GO111MODULE: "off", GOFLAGS: "", GOCACHE: join(directory, "cache") };
  execFileSync("go", ["build", ...options, "-o", "p", "p.go"], { cwd: directory, stdio: "pipe", env });
  return join(directory, "p");
}

const ROWS: readonly (readonly [of: string, values: string, output: string])[] = [
  ["ints", "(args.a, args.b, args.c, args.d, args.e, args.f)", "(-5, 250, -300, 65000, -100000, 4000000000)"],
  ["ints", "(args.g, args.h >> 60, args.i, args.j, args.k, args.l)", "(-1099511627776, 4, 1, -6, 7, 122)"],
  ["floats", "(args.n, args.m)", "(41, 42)"],
  ["texts", "(str(args.s.str, args.s.len + 1), args.v.array[1], args.v.len, args.v.cap)", "(hello, 2, 3, 3)"],
  ["texts", "(*args.w.array[1].array, args.w.len, args.n)", "(2, 2, 24)"],
  ["structs", "(args.p.x, args.p.y >> 38, args.q.x)", "(-7, 4, -7)"],
  ["structs", "(args.m.flag, str(args.m.name.str, args.m.name.len + 1), args.m.tail)", "(1, tail, 9)"],
  ["structs", "(args.h.two[1], args.h.n, args.l.a, args.l.f, args.n)", "(4, 5, 1, 6, 7)"],
  ["arrays", "(args.one[0], args.three[2], args.n)", "(3, 6, 9)"],
  ["ifaces", "(args.e.tab, *(int32*)args.t.data, *(int64*)args.a.data, args.n)", "(0x0, -7, 3, 8)"],
  ["refs", "(args.m != 0, args.c != 0, usym(*(uint64*)args.f), args.n)", "(true, true, main.main.func1, 4)"],
  ["rest", "(args.first, args.others.len, args.others.array[2])", "(1, 3, 4)"],
  ["(*point).talk", "(args.p.y >> 38, args.n)", "(4, 8)"],
  ["point.sum", "(args.p.x, args.p.y >> 38, args.n)", "(-7, 4, -3)"],
];

for (const options of [[], ["-gcflags=-N -l"]]) {
  const needs = { package: ["golang-go"], matrix: false, timeoutMs: 120_000 } as const;
  kernelTest(`arguments of all kinds: go build ${options.join(" ")}`, needs, async () => {
    const path = compileGo(...options);
    const script = ROWS.map(([of, values]) => `uprobe:${path}:"main.${of}" { print(${values}); }`).join("\n");
    const { stdout, stderr } = await runTsbt(["-q", "-c", path, "-e", script]);
    expect(stdout.trim().split("\n").toSorted(), stderr).toEqual(ROWS.map(([, , output]) => output).toSorted());
    const float = await runTsbt(["-q", "-c", path, "-e", `uprobe:${path}:main.floats { print(args.b); }`]);
    expect(float.stderr).toContain("it is in the register xmm1, and programs in the kernel cannot read");
  });
}
