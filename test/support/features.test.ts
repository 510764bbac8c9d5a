import { expect, test } from "vitest";
import { type FeatureName, FEATURES, presenceOf } from "./features.js";

test.each(Object.keys(FEATURES) as FeatureName[])("%s is there, or there is a reason why not", (name) => {
  const presence = presenceOf(name);
  if (presence.kind === "absent") expect(presence.reason).toContain(name);
  else expect(presence.kind).toBe("present");
});
