import { expect, test } from "vitest";
import { TOPICS } from "../../docs/generator/topics.js";
import { FEATURES } from "../../src/cli/options.js";

test("each feature that can be left out has its help", () => {
  const described = TOPICS.filter(({ kind }) => kind === "feature").map(({ name }) => name);
  expect(described.sort()).toEqual([...FEATURES.keys()].sort());
});
