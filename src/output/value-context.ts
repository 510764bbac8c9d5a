import type { Zone } from "../time-zones/index.js";
import type { Names } from "./names.js";
import type { RowTools } from "./rows.js";

/** What the text of values depends on besides their bytes. The same for a whole run. */
export interface ValueContext {
  readonly names: Names;
  readonly rows: RowTools;
  /** Marks a string that fills its buffer (`str_trunc_trailer`). */
  readonly truncationTrailer: string;
  /** Of local time. */
  readonly zone: Zone;
  /** Room for the text of a time, NUL included. */
  readonly maxTimeBytes: number;
  /** Output goes to a terminal. */
  readonly isTerminal: boolean;
  /** Formats that timestamps name by index. */
  readonly strings: readonly string[];
  /** CLOCK_REALTIME minus CLOCK_BOOTTIME. */
  readonly bootToRealNs: bigint;
  /** Is told of what could not be made into text. */
  readonly onFailure: (message: string) => void;
}
