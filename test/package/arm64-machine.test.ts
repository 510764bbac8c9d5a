import { expect, test } from "vitest";
import { TRACED, verdictOn } from "../../packaging/check/arm64-machine.js";

const PRINTED = `[    0.1] a kernel
begin aarch64
arithmetic 42
@kprobe[vfs_read, zero]: 5

@kretprobe: 5
@fentry: 5
@fexit[12345]: 5
uprobe 1 -2 3 seven
uretprobe 9
@tracepoint: { .count = 5, .average = 12345, .total = 61725 }
@wildcard[tracepoint:syscalls:sys_enter_read]: 5
@rawtracepoint: 5
profile 1
software 1
iter init
stack
        vfs_read+0
        __arm64_sys_read+36
end
`;

test("all that the machine has to print is there, in that order", () => {
  expect(verdictOn(PRINTED)).toBe(TRACED);
  expect(verdictOn(PRINTED.replaceAll("\n", "\r\n"))).toBe(TRACED);
});

test.each(["begin aarch64", "@fentry: 5", "iter init", "        vfs_read+0", "end"])(
  "without %o it is told",
  (line) => {
    expect(verdictOn(PRINTED.replace(`${line}\n`, ""))).toMatch(/^there is no /);
  },
);

test("other numbers and another order are not what was to come", () => {
  expect(verdictOn(PRINTED.replace("@kretprobe: 5", "@kretprobe: 4"))).toMatch(/^there is no \^@kretprobe: 5\$ in\n/);
  const swapped = PRINTED.replace("profile 1\nsoftware 1", "software 1\nprofile 1");
  expect(verdictOn(swapped)).toMatch(/^there is no \^software 1\$ in\n/);
});
