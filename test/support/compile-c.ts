import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TEST_CACHE_DIR } from "./project.js";

export interface CompileOptions {
  /** The program's file name, which is also its `comm`: at most 15 characters. */
  readonly name?: string;
  /** Options for the compiler. */
  readonly flags?: readonly string[];
  readonly language?: "c" | "c++";
  /** Another than gcc and g++. */
  readonly compiler?: string;
}

/** Unoptimised code has every function where the source has it, which is what probes on functions want. */
const DEFAULT_FLAGS = ["-O0", "-g", "-fno-inline"];

/**
 * Compiles a test program.
 *
 * The result is kept under a name made of source and options: compiling takes seconds in a slow
 * virtual machine, which sees what the machine around it has compiled before.
 *
 * @returns the program's path
 */
export function compileC(source: string, options: CompileOptions = {}): string {
  const { name = "program", flags = DEFAULT_FLAGS, language = "c" } = options;
  const compiler = options.compiler ?? (language === "c" ? "gcc" : "g++");
  const key = createHash("sha256")
    .update(JSON.stringify([source, flags, language, ...(options.compiler === undefined ? [] : [compiler])]))
    .digest("hex")
    .slice(0, 16);
  const dir = join(TEST_CACHE_DIR, "programs", key);
  const program = join(dir, name);
  if (existsSync(program)) return program;
  mkdirSync(dir, { recursive: true });
  // Test files run side by side: the finished program appears under its name at once.
  const unfinished = `${program}.${process.pid}`;
  const sourceFile = `${unfinished}.${language}`;
  writeFileSync(sourceFile, source, "latin1");
  execFileSync(compiler, [sourceFile, "-o", unfinished, ...flags], { stdio: "pipe" });
  rmSync(sourceFile);
  renameSync(unfinished, program);
  return program;
}
