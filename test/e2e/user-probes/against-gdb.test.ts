/**
 * Arguments away from the entry of functions, beside what gdb says of the same instructions: what was asked is every parameter at every
 * line with a call or a return. Where the compiler has left nothing both say so; what only the caller knows any more
 * (`DW_OP_entry_value`) gdb looks up in the caller's frame; that, and what is computed of two registers, has no value in tsbt.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { kernelTest, runTsbt } from "../../support/index.js";
import type { PackageName } from "../../support/packages.js";

const C = `
struct point { int x; short y; };
struct node { int value; struct node *next; };
#define N __attribute__((noinline))
N int leaf(int n) { __asm__ volatile("" : "+r"(n) : : "memory", "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11"); return n; }
N int walk(struct node *list, int limit, unsigned char step) {
  int sum = 0;
  for (; list; list = list->next) {
    sum += leaf(list->value);
    if (sum > limit)
      break;
  }
  sum += leaf(step);
  return sum + limit;
}
N long many(long a, long b, long c, long d, long e, long f, long g, long h) {
  long r = leaf((int)a);
  r += leaf((int)(b + c));
  r *= leaf((int)g);
  return r + d + e + f + h;
}
N int by_value(struct point p, int after) {
  int r = leaf(p.x);
  r += leaf(p.y + after);
  return r;
}
N int changed(int n, int m) {
  n = leaf(n) * 3;
  m += leaf(n);
  n -= leaf(m);
  return n + m;
}
N int aligned(int n) {
  int room[16] __attribute__((aligned(64)));
  for (int i = 0; i < 16; i++) room[i] = n + i;
  n += leaf(room[n & 15]);
  return n + room[3];
}
int main(void) {
  struct node third = {7, 0}, second = {5, &third}, first = {3, &second};
  struct point p = {-2, 9};
  int r = walk(&first, 9, 200);
  r += (int)many(1, -2, 3, -4, 5, -6, 7, -8);
  r += by_value(p, 6);
  r += changed(11, 22);
  r += aligned(33);
  return r == 12345;
}`;

const CPP = `
#define N __attribute__((noinline))
N int leaf(int n) { __asm__ volatile("" : "+r"(n) : : "memory", "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11"); return n; }
namespace shop {
template <typename T> struct till {
  T total; int count;
  N T add(T amount, int times) {
    for (int i = 0; i < times; i++)
      total += leaf(amount + i);
    count += leaf(times);
    return total + amount;
  }
};
N long over(const int &number, long by) {
  long r = leaf(number + 1);
  r *= leaf((int)by);
  return r - by;
}
}
int main() {
  shop::till<int> t{0, 0};
  int n = 41;
  return t.add(5, 2) + shop::over(n, 77) == 12345;
}`;

const RUST = `
#[inline(never)] fn leaf(n: i32) -> i32 { let y = unsafe { std::ptr::read_volatile(&n) }; y }
#[inline(never)] pub fn sums(a: i32, b: i64, step: u8) -> i64 {
    let mut sum = 0;
    for i in 0..2 {
        sum += leaf(a + i) as i64;
    }
    sum += leaf(step as i32) as i64;
    return sum + b;
}
#[inline(never)] pub fn changed(mut n: i32, m: u32) -> i32 {
    n = leaf(n) * 3;
    n += leaf(m as i32);
    return n;
}
fn main() { std::process::exit((sums(-3, 1 << 40, 200) + changed(11, 22) as i64 == 12345) as i32); }`;

/** Without padding inside of structs, where gdb takes the parts of a value for one another. */
const GO = `
package main

import "os"

type pair struct{ x, y int64 }
type talker interface{ talk(n int) int }

//go:noinline
func leaf(n int) int { sink += n; return n }

var sink int

//go:noinline
func (p *pair) talk(n int) int {
	sum := leaf(n) + int(p.x)
	sum += leaf(n + 1)
	return sum + int(p.y)
}

//go:noinline
func ints(a int8, b uint16, c int32, d uint64, e bool, f rune) int {
	sum := leaf(int(a) + int(b))
	sum += leaf(int(c) ^ int(d))
	if e {
		sum += leaf(int(f))
	}
	return sum + int(d)
}

//go:noinline
func many(a, b, c, d, e, f, g, h, i, j, k int) int {
	sum := leaf(a) + b + c + d + e
	sum += leaf(f) * g * h * i
	return sum + j - k
}

//go:noinline
func texts(s string, v []uint32, n int) int {
	sum := leaf(len(s))
	for _, x := range v {
		sum += leaf(int(x) + n)
	}
	return sum + int(s[0])
}

//go:noinline
func structs(p pair, q *pair, e error, t talker) int {
	sum := leaf(int(p.x))
	sum += t.talk(int(p.y))
	if e != nil {
		return leaf(int(q.x))
	}
	return sum + int(q.y)
}

//go:noinline
func maps(m map[string]int, f func() int, c chan int) int {
	sum := leaf(len(m))
	sum += f()
	return sum + leaf(cap(c))
}

func within(n int, m int) int {
	sum := leaf(n * 2)
	return sum + leaf(m)
}

//go:noinline
func inlines(n int) int {
	sum := within(n, 40)
	return sum + leaf(n)
}

func main() {
	p := pair{-7, 9}
	n := ints(-5, 65000, -100000, 11, true, 'z')
	n += many(1, -2, 3, -4, 5, -6, 7, -8, 9, -10, 11)
	n += texts("hello", []uint32{1, 2}, 24)
	n += structs(p, &p, nil, &p)
	n += maps(map[string]int{"a": 1}, func() int { n++; return n }, make(chan int, 3))
	n += inlines(2)
	if n == 12345 {
		os.Exit(1)
	}
}`;

const root = mkdtempSync(join(tmpdir(), "tsbt-gdb-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Form {
  readonly compiler: readonly [command: string, ...options: string[]];
  readonly source: string;
  readonly file: string;
  readonly packages: readonly PackageName[];
  /** Run behind the compiler, in the folder of the program. */
  readonly then?: readonly (readonly [string, ...string[]])[];
  /** Each parameter has a place of its own as long as the function runs. */
  readonly isComplete?: boolean;
}

const UNOPTIMISED = "-O0";
const OPTIMISATIONS = [[UNOPTIMISED], ["-O2"], ["-O3", "-fomit-frame-pointer"]] as const;
const AT_FIXED_ADDRESS = ["-no-pie"];

const ofC = (command: "clang" | "gcc", options: readonly string[], then: Form["then"] = []): Form => ({
  compiler: [command, ...options, ...AT_FIXED_ADDRESS],
  source: C,
  file: "asked.c",
  packages: [command, "gcc", "libc6-dev", "gdb"],
  then,
  isComplete: options.includes(UNOPTIMISED),
});

const ofCpp = (command: "clang++" | "g++", options: readonly string[]): Form => ({
  compiler: [command, ...options, ...AT_FIXED_ADDRESS],
  source: CPP,
  file: "asked.cc",
  packages: [command === "g++" ? "g++" : "clang", "g++", "libc6-dev", "gdb"],
  isComplete: options.includes(UNOPTIMISED),
});

const ofRust = (level: string): Form => ({
  compiler: ["rustc", "-g", "-C", `opt-level=${level}`, "-C", "relocation-model=static"],
  source: RUST,
  file: "asked.rs",
  packages: ["rustc", "gdb"],
});

const ofGo = (...flags: readonly string[]): Form => ({
  compiler: ["go", "build", `-gcflags=${flags.join(" ")}`],
  source: GO,
  file: "asked.go",
  packages: ["golang-go", "gdb"],
  isComplete: flags.includes("-N"),
});

const FORMS: readonly Form[] = [
  ...(["gcc", "clang"] as const).flatMap((command) =>
    OPTIMISATIONS.flatMap((flags) => ["-gdwarf-4", "-gdwarf-5"].map((version) => ofC(command, [version, ...flags]))),
  ),
  ofC("gcc", ["-gdwarf-5", "-O2", "-gsplit-dwarf"]),
  ofC("clang", ["-gdwarf-4", "-O2", "-gsplit-dwarf"]),
  {
    ...ofC("gcc", ["-gdwarf-5", "-O2"], [["dwz", "--dwarf-5", "asked"]]),
    packages: ["gcc", "libc6-dev", "gdb", "dwz"],
  },
  ...(["g++", "clang++"] as const).flatMap((command) => [
    ofCpp(command, ["-gdwarf-4", UNOPTIMISED]),
    ofCpp(command, ["-gdwarf-5", "-O2"]),
  ]),
  ofRust("0"),
  ofRust("2"),
  ofGo(),
  ofGo("-N", "-l"),
];

/** One file is no module, and nothing is left where the user has it. */
const OF_GO = { GO111MODULE: "off", GOFLAGS: "", GOCACHE: join(root, "cache") };

function build({ compiler: [command, ...options], source, file, then = [] }: Form): string {
  const directory = mkdtempSync(join(root, "form-"));
  mkdirSync(directory, { recursive: true });
  const run = (tool: string, ...args: readonly string[]): void =>
    void execFileSync(tool, args, { cwd: directory, stdio: "pipe", env: { ...process.env, ...OF_GO } });
  writeFileSync(join(directory, file), source);
  run(command, ...options, "-o", "asked", file);
  for (const [tool, ...args] of then) run(tool, ...args);
  return join(directory, "asked");
}

/** One time that an instruction was reached. */
interface Hit {
  readonly ip: string;
  readonly values: ReadonlyMap<string, string>;
}

/** As gdb writes values of C; what is at another address in each run, only as there. */
function shown(value: unknown): string {
  if (value === null) return UNKNOWN;
  if (typeof value !== "object") return isAddress(Number(value)) ? ADDRESS : String(value);
  return `{${Object.entries(value)
    .map(([name, member]) => `${name} = ${shown(member)}`)
    .join(", ")}}`;
}

const UNKNOWN = "unknown";
const ADDRESS = "address";
/** Libraries and stacks, programs, what Go has allocated. */
const SPACES = [
  [0x4000_0000_0000, 2 ** 48],
  [0x40_0000, 0x80_0000],
  [0xc0_0000_0000, 0xd0_0000_0000],
] as const;
const isAddress = (value: number): boolean => SPACES.some(([start, end]) => value >= start && value < end);

async function ofTsbt(program: string, { source, file }: Form): Promise<readonly Hit[]> {
  const lines = source.split("\n").flatMap((text, i) => (/^\s+.*(?:leaf\(|return )/.test(text) ? [i + 1] : []));
  const inMain = source.split("\n").findIndex((text) => /\bmain\(/.test(text)) + 1;
  const probes = lines
    .filter((line) => line < inMain)
    .map((line) => `uprobe:${program}@${file}:${line} { print(reg("ip")); print(args); }`);
  const script = `config = { missing_probes = ignore } ${probes.join("\n")}`;
  const { stdout, stderr, status } = await runTsbt(["-f", "json", "-c", program, "-e", script]);
  expect(status, stderr).toBe(0);
  const values = stdout.split("\n").flatMap((line) => {
    const event = line === "" ? undefined : (JSON.parse(line) as { type: string; data: unknown });
    return event?.type === "value" ? [event.data] : [];
  });
  return Array.from({ length: values.length / 2 }, (_, i) => ({
    ip: Number(values[2 * i]).toString(16),
    values: new Map(Object.entries(values[2 * i + 1] as object).map(([name, value]) => [name, shown(value)])),
  }));
}

function ofGdb(program: string, ips: readonly string[]): readonly Hit[] {
  const commands = [
    "set pagination off",
    "set print entry-values no",
    "set language c",
    ...ips.flatMap((ip) => [
      `break *0x${ip}`,
      "commands",
      "silent",
      'printf "\\n@%lx\\n", $pc',
      "info args",
      'printf "\\n"',
      "continue",
      "end",
    ]),
    "run",
  ];
  const script = `${program}.gdb`;
  writeFileSync(script, `${commands.join("\n")}\n`);
  const text = execFileSync("gdb", ["-batch", "-nx", "-x", script, program], { encoding: "latin1", stdio: "pipe" });
  return text
    .split("\n@")
    .slice(1)
    .map((hit) => {
      const [ip = "", ...lines] = hit.split("\n\n")[0]?.split("\n") ?? [];
      const pairs = lines.flatMap((line) => {
        const [, name, value] = /^([\w~]+) = (.*)$/.exec(line) ?? [];
        return name === undefined || value === undefined ? [] : [[name, asGdbHas(value)] as const];
      });
      return { ip, values: new Map(pairs) };
    });
}

const numberOrAddress = (hex: string): string => (isAddress(Number(hex)) ? ADDRESS : String(Number(hex)));

function asGdbHas(value: string): string {
  if (value.includes("<optimized out>") || value.includes("<error") || value.includes("<synthetic pointer>"))
    return UNKNOWN;
  // Where gdb takes a function of Go to be: it is a pointer.
  if (/^\{.*\(.*\)\} 0x/.test(value)) return ADDRESS;
  const number = /^(?:\(.*\) ?)?@?(0x[0-9a-f]+)/.exec(value)?.[1];
  if (number !== undefined) return numberOrAddress(number);
  if (value === "true" || value === "false") return value === "true" ? "1" : "0";
  return value
    .replace(/ '[^']*(?:'')?'/g, "")
    .replace(/(0x[0-9a-f]+)(?: <[^>]*>| "[^"]*"(?:\.\.\.)?)?/g, (_, hex: string) => numberOrAddress(hex));
}

for (const form of FORMS) {
  const { packages, isComplete = false } = form;
  kernelTest(
    form.compiler.join(" ").concat((form.then ?? []).map(([tool]) => `, ${tool}`).join("")),
    { package: packages, matrix: false, timeoutMs: 60_000 },
    async () => {
      const program = build(form);
      const own = await ofTsbt(program, form);
      const expected = ofGdb(program, [...new Set(own.map(({ ip }) => ip))]);
      expect(own.map(({ ip }) => ip)).toEqual(expected.map(({ ip }) => ip));
      const asked = own.flatMap(({ ip, values }, i) =>
        [...values].map(([name, value]) => ({ what: `${ip} ${name}`, value, ofGdb: expected[i]?.values.get(name) })),
      );
      const isSame = ({ value, ofGdb }: (typeof asked)[number]): boolean => value === ofGdb;
      const wrong = asked.filter((row) => !isSame(row) && (isComplete || row.value !== UNKNOWN));
      expect(wrong).toEqual([]);
      const known = asked.filter(({ value }) => value !== UNKNOWN);
      expect(known.length, JSON.stringify(asked)).toBeGreaterThan(asked.length / 2);
    },
  );
}
