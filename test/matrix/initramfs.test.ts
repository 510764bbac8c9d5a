import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { kernelTest, run } from "../support/index.js";
import { CpioArchive } from "./cpio.js";
import { loadOrder } from "./kernel-modules.js";

const MODULES_DEP = `kernel/fs/fuse/fuse.ko:
kernel/fs/fuse/virtiofs.ko: kernel/fs/fuse/fuse.ko kernel/drivers/virtio/virtio.ko
kernel/drivers/virtio/virtio-ring.ko.xz:
kernel/drivers/virtio/virtio.ko: kernel/drivers/virtio/virtio-ring.ko.xz
kernel/drivers/unrelated.ko:
`;

test("modules are loaded after what they need, built-in ones not at all", () => {
  expect(loadOrder(MODULES_DEP, ["virtio", "built_in", "virtiofs"])).toEqual([
    "kernel/drivers/virtio/virtio-ring.ko.xz",
    "kernel/drivers/virtio/virtio.ko",
    "kernel/fs/fuse/fuse.ko",
    "kernel/fs/fuse/virtiofs.ko",
  ]);
});

test("a module is known by its name with underscores", () => {
  expect(loadOrder(MODULES_DEP, ["virtio_ring"])).toEqual(["kernel/drivers/virtio/virtio-ring.ko.xz"]);
});

kernelTest("an archive unpacks to what was put in", { root: false, package: "busybox-static" }, async () => {
  const archive = new CpioArchive();
  archive.file("a/b/odd", "123", 0o755);
  archive.file("a/even", "1234");
  archive.directory("a/empty");
  const dir = mkdtempSync(join(tmpdir(), "tsbt-cpio."));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  await run("busybox", ["cpio", "-id"], { cwd: dir, input: archive.bytes().toString("latin1") });
  expect(readFileSync(join(dir, "a/b/odd"), "latin1")).toBe("123");
  expect(statSync(join(dir, "a/b/odd")).mode & 0o777).toBe(0o755);
  expect(readdirSync(join(dir, "a")).sort()).toEqual(["b", "empty", "even"]);
});
