import type { Value } from "../ir/ir.js";
import type { Lowering, Place } from "../language/lowering.js";
import { storeUserOrigin } from "./user-origin.js";

/** `usym_t`: u64 address, s32 process id, s32 probe id. */
export const USYM_BYTES = 16;
const ORIGIN_OFFSET = 8;

export function writeUsym(cx: Lowering, address: Value, place: Place): void {
  cx.b.store(place.base, place.offset, 8, address);
  storeUserOrigin(cx, { ...place, offset: place.offset + ORIGIN_OFFSET });
}
