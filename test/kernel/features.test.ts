import { existsSync } from "node:fs";
import { expect } from "vitest";
import { kernelTest } from "../support/index.js";
import { type FeatureName, FEATURES, presenceOf } from "../support/features.js";

for (const name of Object.keys(FEATURES) as FeatureName[]) {
  kernelTest(`${name} is there, or there is a reason why not`, {}, () => {
    const presence = presenceOf(name);
    if (presence.kind === "absent") expect(presence.reason).toContain(name);
    else expect(presence.kind).toBe("present");
  });
}

kernelTest("functions of the kernel can be probed where the kernel says so", { needs: ["kprobe", "fentry"] }, () => {
  expect(presenceOf("kprobe")).toEqual({ kind: "present" });
});

kernelTest("a kernel without the PMU of probes has no events of tracefs for them either", {}, () => {
  for (const probe of ["kprobe", "uprobe"]) {
    const isInTracefs = existsSync(`/sys/kernel/tracing/${probe}_events`);
    expect({ probe, has: existsSync(`/sys/bus/event_source/devices/${probe}`) }).toEqual({ probe, has: isInTracefs });
  }
});
