/** `sum() min() max()`: a value, and whether there was one. */
import type { SlotLayout } from "../../language/aggregation.js";

export const VALUE_OFFSET = 0;
/** 1 once there is a value. */
export const IS_SET_OFFSET = 8;

export const setValueLayout = (): SlotLayout => ({
  kind: "struct",
  members: [
    { name: "value", hasSign: true },
    { name: "is_set", hasSign: false },
  ],
});
