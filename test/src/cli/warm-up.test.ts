import { expect, test } from "vitest";
import { warmUp } from "../../../src/cli/warm-up.js";

test("every script that warms the compiler up compiles, or fails where it should", () => {
  expect(warmUp()).toEqual([]);
});
