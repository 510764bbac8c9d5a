/** Names on this host, for values that carry addresses and ids. Everything is read when it is first needed. */
import { readFileSync } from "node:fs";
import type { CodePlaceName, Names, SymbolName, UserSymbolName } from "../output/index.js";
import type { KernelNamer } from "../runtime/index.js";
import type { KernelImage, KernelSymbols, UserSymbols } from "../symbols/index.js";
import { cgroupPath } from "./cgroup-path.js";

const PASSWD = "/etc/passwd";

export interface HostNamesOptions {
  /** Asks the running kernel; undefined where it does not answer. */
  readonly namer?: () => KernelNamer | undefined;
  /** With it, lines of sources are shown. */
  readonly image?: KernelImage | undefined;
}

export class HostNames implements Names {
  readonly #openNamer: () => KernelNamer | undefined;
  #namer: KernelNamer | null | undefined;
  readonly #kernel: () => KernelSymbols;
  readonly #userSymbols: UserSymbols;
  readonly #image: KernelImage | undefined;
  readonly #kernelNames = new Map<bigint, SymbolName | undefined>();
  readonly kernelPlace?: (address: bigint) => CodePlaceName | undefined;
  readonly userPlace?: (address: bigint, pid: number) => CodePlaceName | undefined;
  #users: ReadonlyMap<string, string> | undefined;

  constructor(kernel: () => KernelSymbols, userSymbols: UserSymbols, { namer, image }: HostNamesOptions = {}) {
    this.#openNamer = namer ?? (() => undefined);
    this.#kernel = kernel;
    this.#userSymbols = userSymbols;
    this.#image = image;
    if (image === undefined) return;
    this.kernelPlace = (address) => image.placeOf(address, this.#kernel());
    this.userPlace = (address, pid) => userSymbols.placeOf(address, pid);
  }

  kernelSymbol(address: bigint): SymbolName | undefined {
    if (address === 0n) return undefined;
    let symbol = this.#kernelNames.get(address);
    if (symbol === undefined && !this.#kernelNames.has(address)) {
      this.#kernelNames.set(address, (symbol = this.#kernelSymbolAt(address)));
    }
    return symbol;
  }

  /** The kernel has it at once; where it does not tell, its list of symbols is read. */
  #kernelSymbolAt(address: bigint): SymbolName | undefined {
    if (this.#namer === undefined) this.#namer = this.#openNamer() ?? null;
    if (this.#namer !== null) return this.#namer.symbolAt(address);
    // What was read to compile the script does not have its programs.
    if (this.#kernelNames.size === 0) this.#kernel().refresh();
    return this.#kernel().symbolAt(address);
  }

  close(): void {
    this.#namer?.close();
    this.#namer = null;
    this.#image?.close();
  }

  userSymbol(address: bigint, pid: number): UserSymbolName | undefined {
    return this.#userSymbols.symbolAt(address, pid);
  }

  userName(uid: bigint): string {
    return (this.#users ??= readUsers()).get(uid.toString()) ?? "";
  }

  cgroupPath(filter: string, id: bigint): string {
    return cgroupPath(filter, id);
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
