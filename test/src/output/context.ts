import { native } from "../../../src/kernel/index.js";
import { UTC } from "../../../src/time-zones/zone.js";
import type { ValueContext } from "../../../src/output/value-context.js";

/** A machine with one kernel function, one user function and one user. */
export const CONTEXT: ValueContext = {
  names: {
    kernelSymbol: (address) =>
      address >= 0x1000n && address < 0x2000n ? { name: "do_nanosleep", offset: address - 0x1000n } : undefined,
    userSymbol: (address, pid) =>
      pid === 7 && address >= 0x400000n
        ? { name: "take", offset: address - 0x400000n, module: "/opt/demo/app" }
        : undefined,
    userName: (uid) => (uid === 0n ? "root" : ""),
    cgroupPath: (filter, id) => `unified:/${filter}/${id}`,
  },
  rows: native(),
  truncationTrailer: "..",
  isTerminal: false,
  strings: ["*", "%Y-%m-%d %H:%M:%S.%f"],
  zone: UTC,
  maxTimeBytes: 1024,
  bootToRealNs: 0n,
  onFailure: () => {},
};
