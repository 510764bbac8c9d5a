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
});
