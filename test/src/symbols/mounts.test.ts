import { describe, expect, it } from "vitest";
import { overlaidDirectories, parseMounts } from "../../../src/symbols/mounts.js";

const mountsOf = (...lines: readonly string[]): ReturnType<typeof parseMounts> => parseMounts(`${lines.join("\n")}\n`);

describe("mounts", () => {
  it("have numbers of devices, and places with blanks", () => {
    const [mount] = mountsOf(
      "45 27 259:1048575 /@home /mnt/my\\040files rw,relatime shared:1 master:2 - btrfs /dev/vda rw,ssd",
    );
    expect(mount).toEqual({
      id: 45,
      device: 259 * 2 ** 20 + 1048575,
      root: "/@home",
      point: "/mnt/my files",
      type: "btrfs",
      options: ["rw", "ssd"],
    });
    expect(mount && overlaidDirectories(mount)).toEqual([]);
  });

  it("lines that are none are passed over", () => {
    expect(mountsOf("", "45", "45 27 0:39 / - ", "45 27 x / /m rw")).toEqual([]);
  });

  it.each([
    ["lowerdir=/b:/c,upperdir=/a,workdir=/w", ["/a", "/b", "/c"]],
    ["rw,lowerdir=/b::/data,userxattr", ["/b", "/data"]],
    ["lowerdir+=/b,lowerdir+=/c,datadir+=/d", ["/b", "/c", "/d"]],
    // As it is written of `/a,b` and `/c:d`; where a path is not from the root on nobody knows where it is.
    ["lowerdir=/a\\134,b:/c\\134:d:l/X", ["/a,b", "/c:d"]],
  ])("an overlay of %s", (options, directories) => {
    const [mount] = mountsOf(`45 27 0:39 / /m rw - overlay overlay ${options}`);
    expect(mount && overlaidDirectories(mount)).toEqual(directories);
  });
});
