/** Types that the unit of a function only declares are those of the same namespace, wherever they are defined. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { checkScript, kernelTest } from "../../support/index.js";

const USE = `
#define N __attribute__((noinline))
namespace a { struct S; struct Holder { S *p; int k; }; N void look(Holder *h, S *s) { asm volatile("" : : "r"(h), "r"(s) : "memory"); } }
namespace b { struct S; N void look(S *s) { asm volatile("" : : "r"(s) : "memory"); } }
struct Out { struct S; struct Missing; };
N void nested(Out::S *s, Out::Missing *m) { asm volatile("" : : "r"(s), "r"(m) : "memory"); }
extern a::S *as; extern b::S *bs; extern Out::S *os;
int main() { a::Holder h{as, 3}; a::look(&h, as); b::look(bs); nested(os, nullptr); }`;

/** The wrong ones first. */
const DEFINITIONS = `
struct Missing { int wrong; } missing;
static void local() { struct S { int wrong; } s; asm volatile("" : : "r"(&s) : "memory"); }
namespace b { struct S { long q; int y; int x; }; S s{5, 6, 7}; }
struct S { char top[32]; } top;
namespace a { struct S { int x; int y; }; S s{1, 2}; }
struct Out { struct S; };
struct Out::S { int inner; };
Out::S out{8};
a::S *as = &a::s; b::S *bs = &b::s; Out::S *os = (local(), &out);`;

const root = mkdtempSync(join(tmpdir(), "tsbt-declared-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function build(compiler: string, ...flags: readonly string[]): string {
  const directory = mkdtempSync(join(root, "form-"));
  writeFileSync(join(directory, "use.cc"), USE);
  writeFileSync(join(directory, "definitions.cc"), DEFINITIONS);
  execFileSync(compiler, [...flags, "-w", "-O1", "-o", "declared", "definitions.cc", "use.cc"], {
    cwd: directory,
    stdio: "pipe",
  });
  return join(directory, "declared");
}

for (const [compiler, ...flags] of [
  ["g++", "-gdwarf-5"],
  ["g++", "-gdwarf-4", "-fdebug-types-section"],
  ["g++", "-gdwarf-5", "-gsplit-dwarf"],
  ["clang++", "-gdwarf-5"],
] as const) {
  const requirements = {
    package: [compiler === "g++" ? compiler : "clang", "g++", "libc6-dev"],
    matrix: false,
  } as const;
  kernelTest(`of one name in several namespaces: ${[compiler, ...flags].join(" ")}`, requirements, async () => {
    const program = build(compiler, ...flags);
    await checkScript({
      script: `
        uprobe:${program}:cpp:"a::look" { print(*args.s); print(args.h.p.y); }
        uprobe:${program}:cpp:"b::look" { print(*args.s); }
        uprobe:${program}:cpp:nested { print(*args.s); }`,
      options: ["-c", program],
      stdout: "{ .x = 1, .y = 2 }\n2\n{ .q = 5, .y = 6, .x = 7 }\n{ .inner = 8 }\n\n\n",
    });
    // Casts mean those of the whole program.
    await checkScript({
      script: `uprobe:${program}:cpp:"a::look" { print((sizeof(struct S), sizeof(*(struct S *)arg1))); }`,
      options: ["-c", program],
      stdout: "(32, 32)\n\n\n",
    });
    await checkScript({
      script: `uprobe:${program}:cpp:nested { print(args.m.wrong); }`,
      stderrMatch: /ERROR: Struct\/union of type 'struct Missing' does not contain a field named 'wrong'/,
      status: 1,
    });
  });
}
