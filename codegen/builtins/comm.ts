import { type Lowering, memory, type Place } from "../language/lowering.js";
import { string } from "../types/type.js";
import { defineBuiltin } from "../language/builtin.js";

/** TASK_COMM_LEN of linux/sched.h. */
const COMM_BYTES = 16;

export const comm = defineBuiltin({
  name: "comm",
  doc: { summary: "Name of the current task.", example: "BEGIN { print(comm); exit(); }" },
  type: string(COMM_BYTES, "kernel"),
  isPlaceless: true,
  lower: (cx) => {
    const place = cx.temporary(COMM_BYTES, 8, "comm");
    readComm(cx, place);
    return memory(place);
  },
  lowerInto: readComm,
});

/** Of the helper some kernels (6.1) leave what follows the name as it was, and equal names must be equal keys. */
function readComm(cx: Lowering, place: Place): void {
  const { align } = place;
  const words = align < 4 ? undefined : cx.loadComm(align as 4 | 8);
  if (words !== undefined)
    return words.forEach((word, i) => cx.b.store(place.base, place.offset + align * i, align, word));
  cx.b.zero(place.base, place.offset, COMM_BYTES, place.align);
  cx.b.call("get_current_comm", [cx.addressOf(place), cx.b.int(COMM_BYTES)]);
}
