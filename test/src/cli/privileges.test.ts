import { expect, test } from "vitest";
import { checkPrivileges } from "../../../src/cli/privileges.js";

const DAC_OVERRIDE = 1n << 1n;
const DAC_READ_SEARCH = 1n << 2n;
const SYS_ADMIN = 1n << 21n;
const PERFMON = 1n << 38n;
const BPF = 1n << 39n;
const FILES = DAC_OVERRIDE | DAC_READ_SEARCH;

test.each([
  ["an ordinary user", 0n, false, "CAP_DAC_READ_SEARCH"],
  ["who may read", DAC_READ_SEARCH, false, "CAP_DAC_OVERRIDE"],
  ["who may read and write", FILES, false, "CAP_BPF"],
  ["with BPF", FILES | BPF, false, "CAP_PERFMON"],
  ["root without capabilities", 0n, true, "CAP_BPF"],
])("%s lacks something", (_, effective, isRoot, capability) => {
  expect(() => checkPrivileges(effective, isRoot)).toThrow(`Missing ${capability} capability, please run`);
});

test.each([
  ["the least that is needed", FILES | BPF | PERFMON, false],
  ["an administrator", FILES | SYS_ADMIN, false],
  ["root", SYS_ADMIN, true],
])("%s is enough", (_, effective, isRoot) => {
  expect(() => checkPrivileges(effective, isRoot)).not.toThrow();
});
