import type { Lowering, Place } from "../language/lowering.js";
import { processId } from "./task-ids.js";

/** Writes whose memory user addresses belong to: s32 process id, as the tracer sees it, and s32 probe id (0: none). */
export function storeUserOrigin(cx: Lowering, { base, offset }: Place): void {
  cx.b.store(base, offset, 8, processId(cx, "curr_ns"));
}
