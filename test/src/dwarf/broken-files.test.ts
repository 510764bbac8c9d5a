/** Debug information in several files, of which one is broken. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { DebugInfo, DwarfError } from "../../../src/dwarf/index.js";
import type { DebugSections, SplitFile } from "../../../src/dwarf/sections.js";
import { Binary } from "../../../src/symbols/binary.js";
import { mutate, randomFrom } from "../../random.js";
import { kernelTest } from "../../support/index.js";
import type { PackageName } from "../../support/packages.js";
import { askAll, SOURCE } from "./questions.js";

const root = mkdtempSync(join(tmpdir(), "tsbt-broken-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Form {
  readonly claim: string;
  readonly flags: readonly string[];
  /** That have the tools of {@link then}. */
  readonly packages?: readonly PackageName[];
  /** Run in the folder of `program` and its sources. */
  readonly then?: readonly (readonly [string, ...string[]])[];
}

const FORMS: readonly Form[] = [
  { claim: "one file with lists of places, version 4", flags: ["-gdwarf-4"] },
  { claim: "one file with lists of places, version 5", flags: ["-gdwarf-5"] },
  { claim: "units of types, version 4", flags: ["-gdwarf-4", "-fdebug-types-section"] },
  { claim: "what was left out, version 4", flags: ["-gdwarf-4", "-gsplit-dwarf"] },
  { claim: "what was left out, version 5", flags: ["-gdwarf-5", "-gsplit-dwarf"] },
  {
    claim: "what was left out, in a package",
    flags: ["-gdwarf-4", "-gsplit-dwarf"],
    packages: ["llvm"],
    then: [["llvm-dwp", "-e", "program", "-o", "program.dwp"]],
  },
  {
    claim: "what programs have in common",
    flags: ["-gdwarf-4"],
    packages: ["dwz"],
    then: [
      ["cp", "program", "other"],
      ["dwz", "-m", "common", "program", "other"],
    ],
  },
];

/** The same sections, each as `bytesOf` has it. */
type BytesOf = (file: string, section: string, bytes: Uint8Array) => Uint8Array;

function through(sections: DebugSections, bytesOf: BytesOf): DebugSections {
  const { file } = sections;
  const other = (found: DebugSections | undefined): DebugSections | undefined => found && through(found, bytesOf);
  return {
    file,
    section: (name) => {
      const source = sections.section(name);
      if (source === undefined) return undefined;
      const bytes = bytesOf(file, name, source.read(0, source.size));
      return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
    },
    supplement: () => other(sections.supplement?.()),
    split: (wanted) => other(sections.split?.(wanted)),
    package: () => other(sections.package?.()),
  };
}

/** Files are opened once for all rounds. */
function remembered(sections: DebugSections): DebugSections {
  const once = <T>(open: () => T): (() => T) => {
    let found: { readonly value: T } | undefined;
    return () => (found ??= { value: open() }).value;
  };
  const splits = new Map<string, DebugSections | undefined>();
  const split = (wanted: SplitFile): DebugSections | undefined => {
    if (!splits.has(wanted.name)) splits.set(wanted.name, sections.split?.(wanted));
    return splits.get(wanted.name);
  };
  return {
    file: sections.file,
    section: (name) => sections.section(name),
    supplement: once(() => sections.supplement?.()),
    split,
    package: once(() => sections.package?.()),
  };
}

function build({ claim, flags, then = [] }: Form): string {
  const directory = join(root, claim.replace(/\W+/g, "-"));
  mkdirSync(directory);
  writeFileSync(join(directory, "broken.c"), SOURCE);
  const run = (command: string, ...args: readonly string[]): void =>
    void execFileSync(command, args, { cwd: directory, stdio: "pipe" });
  run("gcc", "-c", "-O1", ...flags, "broken.c", "-o", "broken.o");
  run("gcc", "broken.o", "-o", "program");
  for (const [command, ...args] of then) run(command, ...args);
  return join(directory, "program");
}

const ROUNDS = 500;

for (const form of FORMS) {
  const packages = ["gcc", "libc6-dev", ...(form.packages ?? [])] as const;
  kernelTest(form.claim, { root: false, matrix: false, package: packages, timeoutMs: 60_000 }, () =>
    Binary.with(build(form), (binary) => {
      const [f] = binary.functionsNamed("f");
      const [g] = binary.functionsNamed("g");
      const sections = binary.debugSections();
      if (f === undefined || g === undefined || sections === undefined)
        throw new Error("there is no debug information");
      const start = f.address < g.address ? f.address : g.address;
      const code = { start, bytes: Number((f.address > g.address ? f.address : g.address) - start) + 64 };
      const files = remembered(sections);
      // What is read at all, of the sections that there are.
      const targets = new Set<string>();
      const random = randomFrom(7);
      const asIs: BytesOf = (file, section, bytes) => {
        if (bytes.length > 0) targets.add(`${file} ${section}`);
        return bytes;
      };
      for (let i = 0; i < 20; i++) askAll(new DebugInfo(through(files, asIs)), random, code);
      const names = [...targets].sort();
      expect(names.length).toBeGreaterThan(4);
      let answered = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const target = names[random(names.length)];
        const seed = random(2 ** 30);
        const spoilt: BytesOf = (file, section, bytes) =>
          `${file} ${section}` === target ? mutate(bytes, randomFrom(seed)) : bytes;
        try {
          askAll(new DebugInfo(through(files, spoilt)), random, code);
          answered++;
        } catch (error) {
          if (!(error instanceof DwarfError)) throw new Error(`round ${round}, ${target}`, { cause: error });
          expect(error.message, target).toMatch(/^\/\S+: (section \.debug_|it is of another build)/);
        }
      }
      expect(answered).toBeGreaterThan(0);
      expect(answered).toBeLessThan(ROUNDS);
    }),
  );
}
