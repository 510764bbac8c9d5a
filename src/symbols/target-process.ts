/** What the file names of a probe mean to the process that `-p` names. */
import { readFileSync, readlinkSync } from "node:fs";
import { type Mapping, parseCodeMaps, parseMaps } from "./process-maps.js";
import { throwScarcity } from "../files/index.js";

export class TargetProcess {
  readonly pid: number;
  /** Its file system as we reach it: empty when it is ours. */
  readonly rootPrefix: string;
  /** It was there when it was looked for. */
  readonly isThere: boolean;

  constructor(pid: number) {
    this.pid = pid;
    const namespace = namespaceOf(String(pid));
    const own = namespaceOf("self");
    this.isThere = namespace !== undefined;
    this.rootPrefix = namespace === undefined || own === undefined || namespace === own ? "" : this.root;
  }

  /** Its `PATH`; `undefined` when it has none or cannot be asked. */
  searchPath(): string | undefined {
    const variables = this.#read("environ")?.split("\0") ?? [];
    return variables.find((variable) => variable.startsWith("PATH="))?.slice("PATH=".length);
  }

  /** Its file system as everybody reaches it. */
  get root(): string {
    return `/proc/${this.pid}/root`;
  }

  /** The program that it runs, as others reach it. */
  programPath(): string | undefined {
    try {
      return `${this.root}${readlinkSync(`/proc/${this.pid}/exe`, { encoding: "latin1" })}`;
    } catch (error) {
      throwScarcity(error);
      return undefined;
    }
  }

  /** What it has mapped now; nothing when it is gone. */
  mappings(): readonly Mapping[] {
    return parseMaps(this.#read("maps") ?? "");
  }

  /** What of it can be run. */
  codeMappings(): readonly Mapping[] {
    return parseCodeMaps(this.#read("maps") ?? "");
  }

  /** Where the stack of its program starts; 0 when it is gone, or may not be asked. */
  stackStart(): bigint {
    // The name, in parentheses, may have spaces.
    const fields =
      this.#read("stat")
        ?.replace(/^.*\) /s, "")
        .split(" ") ?? [];
    return BigInt(fields[STACK_START] ?? "0");
  }

  /** Its number in its own PID namespace. */
  ownPid(): number {
    const numbers = /^NSpid:(.*)$/m
      .exec(this.#read("status") ?? "")?.[1]
      ?.trim()
      .split(/\s+/);
    return Number(numbers?.at(-1) ?? this.pid);
  }

  #read(file: string): string | undefined {
    try {
      return readFileSync(`/proc/${this.pid}/${file}`, "latin1");
    } catch (error) {
      throwScarcity(error);
      return undefined;
    }
  }
}

/** proc_pid_stat(5): field 28, behind the two of number and name. */
const STACK_START = 25;

function namespaceOf(process: string): string | undefined {
  try {
    return readlinkSync(`/proc/${process}/ns/mnt`);
  } catch (error) {
    throwScarcity(error);
    return undefined;
  }
}
