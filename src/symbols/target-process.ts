/** What the file names of a probe mean to the process that `-p` names. */
import { readFileSync, readlinkSync } from "node:fs";
import { parseMaps, type Mapping } from "./process-maps.js";

export class TargetProcess {
  readonly pid: number;
  /** Its file system as we reach it: empty when it is ours. */
  readonly rootPrefix: string;

  constructor(pid: number) {
    this.pid = pid;
    this.rootPrefix = this.#hasOtherMounts() ? `/proc/${pid}/root` : "";
  }

  /** Its `PATH`; `undefined` when it has none or cannot be asked. */
  searchPath(): string | undefined {
    const variables = this.#read("environ")?.split("\0") ?? [];
    return variables.find((variable) => variable.startsWith("PATH="))?.slice("PATH=".length);
  }

  /** What it has mapped now; nothing when it is gone. */
  mappings(): readonly Mapping[] {
    return parseMaps(this.#read("maps") ?? "");
  }

  /** Its number in its own PID namespace. */
  ownPid(): number {
    const numbers = /^NSpid:(.*)$/m
      .exec(this.#read("status") ?? "")?.[1]
      ?.trim()
      .split(/\s+/);
    return Number(numbers?.at(-1) ?? this.pid);
  }

  #hasOtherMounts(): boolean {
    const own = namespaceOf("self");
    const other = namespaceOf(String(this.pid));
    return own !== undefined && other !== undefined && own !== other;
  }

  #read(file: string): string | undefined {
    try {
      return readFileSync(`/proc/${this.pid}/${file}`, "latin1");
    } catch {
      return undefined;
    }
  }
}

function namespaceOf(process: string): string | undefined {
  try {
    return readlinkSync(`/proc/${process}/ns/mnt`);
  } catch {
    return undefined;
  }
}
