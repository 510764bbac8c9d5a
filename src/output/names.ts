/** What values need to become text beyond their own bytes; asked only when such a value is printed. */
export interface SymbolName {
  readonly name: string;
  readonly offset: bigint;
}

export interface UserSymbolName extends SymbolName {
  /** The file that the symbol lies in. */
  readonly module: string;
}

/** Where in the sources code is from. */
export interface CodePlaceName {
  /** In the function that has the symbol. */
  readonly position: { readonly file: string; readonly line: number } | undefined;
  /** What was put there instead of being called, the innermost first. */
  readonly inlined: readonly {
    readonly name: string;
    readonly position: { readonly file: string; readonly line: number } | undefined;
  }[];
}

export interface Names {
  kernelSymbol(address: bigint): SymbolName | undefined;
  /** `probe` names the probe whose binary to try when the process is gone. */
  userSymbol(address: bigint, pid: number, probe: number): UserSymbolName | undefined;
  /** Absent: nobody wants to see them (config `show_debug_info`). */
  readonly kernelPlace?: (address: bigint) => CodePlaceName | undefined;
  readonly userPlace?: (address: bigint, pid: number) => CodePlaceName | undefined;
  /** Empty when there is no such user. */
  userName(uid: bigint): string;
  /** `name:path` pairs, or empty (stdlib.md 17). */
  cgroupPath(filter: string, id: bigint): string;
}
