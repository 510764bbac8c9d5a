/** Cgroups of version 2, on a mount of our own: machines have them in different places, and some not at all. */
import { describe, expect } from "vitest";
import { Child, kernelTest, tsbtCommand } from "../support/index.js";

const WITH_CGROUPS = 'mount -t cgroup2 none /mnt && own=/mnt$(sed -n s/^0:://p /proc/self/cgroup) && "$@"';

describe("cgroups", () => {
  kernelTest("cgroupid() is the number of the directory, and cgroup that of our own", {}, async () => {
    const shell = `${WITH_CGROUPS} -e "begin { print(cgroupid(\\"/mnt\\")); print(cgroup == cgroupid(\\"$own\\")); }" && stat -c %i /mnt`;
    const words = ["-m", "/bin/sh", "-c", shell, "sh", tsbtCommand(), "-q"];
    const { stdout, stderr, status } = await new Child("/usr/bin/unshare", words).finished;
    const root = stdout.split("\n").at(-2);
    expect({ stdout, stderr, status }).toEqual({ stdout: `${root}\ntrue\n\n\n${root}\n`, stderr: "", status: 0 });
  });

  kernelTest("one of version 1 is told from those that cgroup means", {}, async () => {
    // A hierarchy with a name needs no controller that is free.
    const shell = 'mount -t cgroup -o none,name=tsbt-test none /mnt && "$@"; status=$?; umount /mnt; exit $status';
    const words = ["-m", "/bin/sh", "-c", shell, "sh", tsbtCommand(), "-q", "-e", 'begin { print(cgroupid("/mnt")); }'];
    const { stdout, stderr, status } = await new Child("/usr/bin/unshare", words).finished;
    expect({ stdout, status }).toEqual({ stdout: "1\n\n\n", status: 0 });
    expect(stderr).toMatch(
      /^stdin:1:15-31: WARNING: \/mnt is a cgroup of version 1, whose id is none that `cgroup` has\n/,
    );
  });
});
