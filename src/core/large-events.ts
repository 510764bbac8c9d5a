/** Events for which a ring has no room even when it is empty: each of them would be lost. */
import type { BpfObject } from "../../codegen/object.js";
import type { Notices } from "./notices.js";

const PAGE_BYTES = 4096;

/** kernel/bpf/ringbuf.c: each record has this in front, and a ring is never filled to its last byte. */
const HEADER_BYTES = 8;

export function warnOfLargeEvents(
  { events }: Pick<BpfObject, "events">,
  ringBytes: number,
  notices: Pick<Notices, "warning">,
): void {
  const roomBytes = ringBytes - 2 * HEADER_BYTES;
  for (const { fixedBytes, span } of events) {
    if (fixedBytes <= roomBytes) continue;
    const pages = 2 ** Math.ceil(Math.log2((fixedBytes + 2 * HEADER_BYTES) / PAGE_BYTES));
    notices.warning(
      `This sends ${fixedBytes} bytes at once, and the ring buffer has room for ${roomBytes}: it will be lost.`,
      {
        span,
        hint: `Try increasing perf_rb_pages config e.g. \`config = { perf_rb_pages = ${pages} }\``,
      },
    );
  }
}
