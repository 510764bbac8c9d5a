/** Keys of script maps, in memory. */
import type { Expr } from "../../grammar/index.js";
import type { Value } from "../ir/ir.js";
import type { MapInfo } from "../language/map-info.js";
import { sizeOf } from "../types/layout.js";
import { atOffset } from "./memory.js";
import { bucketOffset } from "./map-storage.js";
import type { ProbeLowering } from "./probe-lowering.js";

/** Scalar maps have one entry, number 0. */
export function keyOf(cx: ProbeLowering, info: MapInfo, key: Expr | undefined): Value {
  if (info.key === undefined || key === undefined) return cx.zeroKey();
  return cx.addressOf(cx.inMemory(key, info.key));
}

/** The script's key and behind it the number of a bucket. */
export function keyInTime(cx: ProbeLowering, info: MapInfo, key: Expr | undefined, bucket: Value): Value {
  const offset = bucketOffset(info.key);
  const place = cx.temporary(offset + 8, 8, "key");
  if (info.key !== undefined && key !== undefined) {
    const bytes = sizeOf(info.key);
    cx.into(key, info.key, place);
    const rest = atOffset(place, bytes);
    cx.b.zero(rest.base, rest.offset, offset - bytes, rest.align);
  }
  cx.b.store(place.base, place.offset + offset, 8, bucket);
  return cx.addressOf(place);
}
