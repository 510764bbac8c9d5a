import type { Lowering, Place } from "../lower/lowering.js";

/** Writes whose memory user addresses belong to: s32 process id, s32 probe id (0: none). */
export function storeUserOrigin(cx: Lowering, { base, offset }: Place): void {
  const process = cx.b.alu("shr", cx.b.call("get_current_pid_tgid", []), cx.b.int(32));
  cx.b.store(base, offset, 8, process);
}
