/** What an action is: the user-space half of a function of the language. */
import type { ActionName } from "../../../codegen/language/actions.js";
import type { BpfObject, EventSchemaOf } from "../../../codegen/object.js";
import type { Captured } from "../../kernel/index.js";
import type { EventHandler, Output, ValueContext } from "../../output/index.js";
import type { Interruption } from "../interruption.js";
import type { PacketFiles } from "../packet-files.js";
import type { ProgramArrays } from "../program-arrays.js";
import type { ScriptMaps } from "../script-maps.js";
import type { WarningCounts } from "../warning-counts.js";

export type { EventHandler };

/** What actions act on. */
export interface ActionHost {
  readonly object: BpfObject;
  readonly output: Output;
  readonly values: ValueContext;
  readonly maps: ScriptMaps;
  readonly warnings: WarningCounts;
  readonly packetFiles: PacketFiles;
  readonly programArrays: ProgramArrays;
  /** Seconds since 1970. */
  now(): number;
  readonly interruption: Interruption;
  /** Runs a program of ours to its end, or until it is interrupted. */
  capture(path: string, argv: readonly string[]): Captured;
  /** Blocks until a file can be read. False: it was interrupted. */
  awaitReadable(fd: number): boolean;
  /** Ends the processing of events; the last status counts. */
  exit(status: number): void;
  /** Ends the watchpoints on an address. */
  unwatch(address: bigint): void;
}

/** Runs once for each call site; what it returns runs for each event. */
export type Action<N extends ActionName> = (schema: EventSchemaOf<N>, host: ActionHost) => EventHandler;
