import { existsSync, statSync } from "node:fs";
import { expect, test } from "vitest";
import { findCgroup } from "../../../src/kernel/cgroup-id.js";

const ROOTS = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"].filter((path) => existsSync(`${path}/cgroup.procs`));

test.runIf(ROOTS.length > 0)("the id of a cgroup is the inode of its directory", () => {
  for (const path of ROOTS)
    expect(findCgroup(path)).toEqual({ kind: "found", id: statSync(path, { bigint: true }).ino, version: 2 });
});

test.each([
  ["/nonexistent", "No such file or directory"],
  ["/etc/passwd/x", "Not a directory"],
  ["/proc", "Value too large for defined data type"],
])("%s is none", (path, reason) => {
  expect(findCgroup(path)).toMatchObject({ kind: "failed", reason });
});
