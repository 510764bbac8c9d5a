import { expect, test } from "vitest";
import { warmUp } from "../../../src/start-up/warm-up.js";

test("every script of the warm-up compiles and runs, or fails where it should", async () => {
  expect(await warmUp()).toEqual([]);
});
