/** Names on this host, for values that carry addresses and ids. Everything is read when it is first needed. */
import { readFileSync } from "node:fs";
import type { Names, SymbolName, UserSymbolName } from "../output/names.js";
import { Binary, type KernelSymbols, type Mapping, TargetProcess } from "../symbols/index.js";
import { cgroupPath } from "./cgroup-path.js";

const PASSWD = "/etc/passwd";

export class HostNames implements Names {
  readonly #kernel: () => KernelSymbols;
  readonly #processes = new Map<number, readonly Mapping[]>();
  readonly #binaries = new Map<string, Binary | undefined>();
  #users: ReadonlyMap<string, string> | undefined;

  constructor(kernel: () => KernelSymbols) {
    this.#kernel = kernel;
  }

  kernelSymbol(address: bigint): SymbolName | undefined {
    return address === 0n ? undefined : this.#kernel().symbolAt(address);
  }

  /** A process is looked at once: later it may be gone. */
  userSymbol(address: bigint, pid: number): UserSymbolName | undefined {
    const mapping = this.#mappings(pid).find((m) => address >= m.start && address < m.end);
    if (mapping === undefined || mapping.path === "") return undefined;
    const binary = this.#binary(mapping.path);
    const virtual = binary?.addressOf(Number(address - mapping.start) + Number(mapping.fileOffset));
    const symbol = virtual === undefined ? undefined : binary?.symbolAt(virtual);
    return symbol === undefined ? undefined : { ...symbol, module: mapping.path };
  }

  userName(uid: bigint): string {
    return (this.#users ??= readUsers()).get(uid.toString()) ?? "";
  }

  cgroupPath(filter: string, id: bigint): string {
    return cgroupPath(filter, id);
  }

  #mappings(pid: number): readonly Mapping[] {
    let mappings = this.#processes.get(pid);
    if (mappings === undefined) this.#processes.set(pid, (mappings = new TargetProcess(pid).mappings()));
    return mappings;
  }

  #binary(path: string): Binary | undefined {
    if (!this.#binaries.has(path)) this.#binaries.set(path, openBinary(path));
    return this.#binaries.get(path);
  }
}

/** What is mapped need not be a file any more, nor ELF. */
function openBinary(path: string): Binary | undefined {
  try {
    return Binary.open(path);
  } catch {
    return undefined;
  }
}

/** The first entry of a number counts. */
function readUsers(): ReadonlyMap<string, string> {
  const users = new Map<string, string>();
  for (const line of readPasswd().split("\n")) {
    const [name = "", , uid] = line.split(":");
    if (uid !== undefined && !users.has(uid)) users.set(uid, name);
  }
  return users;
}

function readPasswd(): string {
  try {
    return readFileSync(PASSWD, "latin1");
  } catch {
    return "";
  }
}
