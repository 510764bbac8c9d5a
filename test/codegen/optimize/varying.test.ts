/** Constants of programs that are compiled as one: what is known of them is known of each. */
import { test } from "vitest";
import { foldConstants } from "../../../codegen/optimize/fold-constants.js";
import { forwardLoads } from "../../../codegen/optimize/forward-loads.js";
import { numberValues } from "../../../codegen/optimize/number-values.js";
import type { Pass } from "../../../codegen/optimize/index.js";
import { widenAccesses } from "../../../codegen/optimize/widen-accesses.js";
import { checkPass } from "./check-pass.js";

const S0 = "v10: frame = slot-address s0\n";

const ROWS: readonly (readonly [string, Pass, string, string])[] = [
  [
    "arithmetic with a constant",
    foldConstants,
    "v3 = varying 1, -2\nv4 = const 3\nv5 = mul v3, v4\nexit v5",
    "v5 = varying 3, -6\nexit v5",
  ],
  [
    "arithmetic of two",
    foldConstants,
    "v3 = varying 1, 2\nv4 = varying 10, 20\nv5 = sub v4, v3\nexit v5",
    "v5 = varying 9, 18\nexit v5",
  ],
  [
    "what is the same in all programs",
    foldConstants,
    "v3 = varying 1, 2\nv4 = const 8\nv5 = shr v3, v4\nexit v5",
    "v5 = const 0\nexit v5",
  ],
  ["extensions", foldConstants, "v3 = varying 255, 1\nv4 = sext 8 v3\nexit v4", "v4 = varying -1, 1\nexit v4"],
  [
    "other byte orders",
    foldConstants,
    "v3 = varying 1, 2\nv4 = byte-swap 16 v3\nexit v4",
    "v4 = varying 256, 512\nexit v4",
  ],
  [
    "a decision that all take alike",
    foldConstants,
    "v3 = varying 1, 2\nv4 = const 5\nv5 = compare ult v3, v4\nexit v5",
    "v5 = const 1\nexit v5",
  ],
  [
    "a decision that they do not take alike",
    foldConstants,
    "v3 = varying 1, 9\nv4 = const 5\nv5 = compare ult v3, v4\nexit v5",
    "v3 = varying 1, 9\nv4 = const 5\nv5 = compare ult v3, v4\nexit v5",
  ],
  [
    "bits that none of them has",
    foldConstants,
    "v3 = varying 1, 256\nv4 = and v1, v3\nv5 = zext 16 v4\nexit v5",
    "v3 = varying 1, 256\nv4 = and v1, v3\nexit v4",
  ],
  [
    "equal ones",
    numberValues,
    "v3 = varying 1, 2\nv4 = varying 1, 2\nv6 = varying 2, 1\nv5 = add v3, v4\nv7 = add v5, v6\nexit v7",
    "v3 = varying 1, 2\nv6 = varying 2, 1\nv5 = add v3, v3\nv7 = add v5, v6\nexit v7",
  ],
  [
    "a part of what was stored in pieces",
    forwardLoads,
    `${S0}v3 = varying 1, 2\nv4 = const 3\nstore u32 [v10 + 0], v3\nstore u32 [v10 + 4], v4\nv5 = load u64 [v10 + 0]\nexit v5`,
    `${S0}v3 = varying 1, 2\nv4 = const 3\nstore u32 [v10 + 0], v3\nstore u32 [v10 + 4], v4\nv5 = varying 12884901889, 12884901890\nexit v5`,
  ],
  [
    "neighbours in memory",
    widenAccesses,
    `${S0}v3 = varying 1, 2\nv4 = const 3\nstore u16 [v10 + 0], v3\nstore u16 [v10 + 2], v4\nexit v1`,
    `${S0}v3 = varying 196609, 196610\nstore u32 [v10 + 0], v3\nexit v1`,
  ],
  [
    "neighbours that are too much for one store in some of them",
    widenAccesses,
    `${S0}v3 = varying 0, 1\nv4 = const 5\nstore u32 [v10 + 0], v4\nstore u32 [v10 + 4], v3\nexit v1`,
    `${S0}v3 = varying 0, 1\nv4 = const 5\nstore u32 [v10 + 0], v4\nstore u32 [v10 + 4], v3\nexit v1`,
  ],
];

test.each(ROWS)("%s", (_, pass, before, after) => checkPass([pass], before, after));
