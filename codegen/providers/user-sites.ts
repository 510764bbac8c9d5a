/** What a uprobe or uretprobe may be on, and what speaks against it (probes-and-cli.md 5.11). */
import type { CodeFunction, Executable, KernelFacts } from "../facts.js";
import { boundaryAt, obstacleAt } from "../instructions/index.js";
import type { Notice } from "../language/provider.js";
import { returnHazard } from "./return-hazards.js";

/** The file of that very path. */
export function executableAt(path: string, facts: KernelFacts): Executable | undefined {
  const lookup = facts.executables(path, { pid: undefined });
  return lookup.kind === "missing" ? undefined : lookup.executables.find((executable) => executable.path === path);
}

/** One instruction of a file. */
export interface UserSite {
  readonly executable: Executable;
  /** Canonical name of the probe. */
  readonly name: string;
  /** The function that it lies in, as far as that is known. */
  readonly function: CodeFunction | undefined;
  readonly address: bigint;
  /** The compiler says that an instruction starts here: nothing need be known of the function. */
  readonly isKnownStart: boolean;
  readonly isReturn: boolean;
}

/** A probe that is refused; with `--unsafe` it may be attached all the same. */
export interface Objection {
  readonly notice: Notice;
  /** What is then said instead; undefined when `--unsafe` does not help. */
  readonly unsafe?: Notice | "nothing";
}

/** The first one counts. */
export function objectionTo(site: UserSite): Objection | undefined {
  for (const check of CHECKS) {
    const objection = check(site);
    if (objection !== undefined) return objection;
  }
  return undefined;
}

const FORCE_HINT =
  "Use --unsafe to force attachment. WARNING: This option could lead to data corruption in the target process.";

type Check = (site: UserSite) => Objection | undefined;

const CHECKS: readonly Check[] = [
  function isWithin({ function: found, address }) {
    if (found === undefined || found.bytes === 0n || address < found.address + found.bytes) return undefined;
    return { notice: { code: "function-outside", args: { symbol: found.name, bytes: found.bytes } } };
  },
  /** Only code is ever run. */
  function isCode({ executable, address }) {
    if (executable.fileOffset(address) !== undefined) return undefined;
    return { notice: { code: "uprobe-unresolved", args: { place: `${executable.path}:0x${address.toString(16)}` } } };
  },
  function isInFunction({ function: found, name, isKnownStart }) {
    if (found !== undefined || isKnownStart) return undefined;
    return {
      notice: { code: "uprobe-stripped", args: { probe: name }, hints: [FORCE_HINT] },
      unsafe: { code: "uprobe-stripped-unsafe", args: { probe: name } },
    };
  },
  function hasSize({ function: found, isKnownStart }) {
    if (found === undefined || found.bytes > 0n || isKnownStart) return undefined;
    return {
      notice: { code: "uprobe-unknown-size", args: { symbol: found.name }, hints: [FORCE_HINT] },
      unsafe: "nothing",
    };
  },
  function returnsFromStart(site) {
    if (!site.isReturn || site.function === undefined || site.address === site.function.address) return undefined;
    const { name, address } = site.function;
    return { notice: { code: "uretprobe-offset", args: { place: `${name}+${site.address - address}` } } };
  },
  function isBoundary(site) {
    const { function: found, address, executable, isKnownStart } = site;
    if (isKnownStart || found === undefined || address === found.address || found.bytes === 0n) return undefined;
    const code = executable.code(found.address, Number(found.bytes)) ?? new Uint8Array();
    const boundary = boundaryAt(executable.architecture(), code, Number(address - found.address));
    if (boundary === "start") return undefined;
    const args = { place: placeText(site) };
    return boundary === "middle"
      ? {
          notice: { code: "uprobe-middle", args, hints: [FORCE_HINT] },
          unsafe: { code: "uprobe-middle-unsafe", args },
        }
      : {
          notice: { code: "uprobe-undecodable", args, hints: [FORCE_HINT] },
          unsafe: { code: "uprobe-undecodable-unsafe", args },
        };
  },
  function isPossible(site) {
    const { executable, address } = site;
    const code = executable.code(address, MAX_INSTRUCTION_BYTES);
    const obstacle = code && obstacleAt(executable.architecture(), code, 0);
    return obstacle === undefined
      ? undefined
      : { notice: { code: "uprobe-obstacle", args: { place: placeText(site), obstacle } } };
  },
  function returnsNormally(site) {
    const reason = site.isReturn ? returnHazard(site) : undefined;
    if (reason === undefined) return undefined;
    const args = { place: placeText(site), reason };
    return {
      notice: { code: "uretprobe-harm", args, hints: [FORCE_HINT] },
      unsafe: { code: "uretprobe-harm-unsafe", args },
    };
  },
];

const MAX_INSTRUCTION_BYTES = 15;

function placeText({ executable, function: found, address }: UserSite): string {
  if (found === undefined) return `${executable.path}:0x${address.toString(16)}`;
  const offset = address - found.address;
  return `${executable.path}:${found.name}${offset === 0n ? "" : `+${offset}`}`;
}
