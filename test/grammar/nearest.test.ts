import { describe, expect, test } from "vitest";
import { didYouMean, inWords, nearestNames } from "../../grammar/index.js";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";

const WORDS = [...FULL_LANGUAGE.functions.keys(), ...FULL_LANGUAGE.builtins.keys()];
const FUNCTIONS = [
  "vfs_read",
  "vfs_write",
  "vfs_readv",
  "do_sys_openat2",
  "tcp_sendmsg",
  "tcp_v4_connect",
  "ksys_read",
];

describe("a mistake of fingers or of memory is seen through", () => {
  test.each([
    ["vfs_raed", FUNCTIONS, ["vfs_read"]],
    ["vfs_reed", FUNCTIONS, ["vfs_read"]],
    ["vfsread", FUNCTIONS, ["vfs_read"]],
    ["vfs-read", FUNCTIONS, ["vfs_read"]],
    ["VFS_READ", FUNCTIONS, ["vfs_read"]],
    ["vfs_rea", FUNCTIONS, ["vfs_read"]],
    ["tcp_sndmsg", FUNCTIONS, ["tcp_sendmsg"]],
    ["do_sys_open", FUNCTIONS, ["do_sys_openat2"]],
    ["tcp_v6_conect", FUNCTIONS, ["tcp_v4_connect"]],
    ["prnitf", WORDS, ["printf"]],
    ["pirntf", WORDS, ["printf"]],
    ["hsit", WORDS, ["hist"]],
    ["pdi", WORDS, ["pid"]],
    ["nsec", WORDS, ["nsecs"]],
    ["strnlen", WORDS, ["strlen"]],
    ["kstak", WORDS, ["kstack"]],
    ["Comm", WORDS, ["comm"]],
  ])("%s", (wanted, names, found) => {
    expect(nearestNames(wanted, names)).toEqual(found);
  });
});

describe("what is merely not far away is not meant", () => {
  test.each([
    ["foo", WORDS],
    ["bar", WORDS],
    ["baz", WORDS],
    ["x", WORDS],
    ["ab", WORDS],
    ["vid", WORDS],
    ["ret", WORDS],
    ["cnt", WORDS],
    ["name", WORDS],
    ["size", WORDS],
    ["sleep", WORDS],
    ["query", WORDS],
    ["nosuch", WORDS],
    ["helper", WORDS],
    ["filename", WORDS],
    ["undefined", WORDS],
    ["my_function", WORDS],
    ["read", FUNCTIONS],
    ["open", FUNCTIONS],
    ["ext4_file_open", FUNCTIONS],
    ["nonexistent_function", FUNCTIONS],
    ["$y", ["$x", "$z", "$i"]],
    ["$lat1", ["$lat2"]],
    ["@b", ["@a", "@c"]],
    ["eth1", ["eth2"]],
    ["", WORDS],
  ])("%s", (wanted, names) => {
    expect(nearestNames(wanted, names)).toEqual([]);
  });
});

test("of names that are as near the likeliest come first, and three at most", () => {
  expect(nearestNames("sys_enter_opne", ["xsys_enter_opne", "sys_enter_open", "sys_enter_openat"])).toEqual([
    "sys_enter_open",
    "xsys_enter_opne",
  ]);
  expect(nearestNames("event", ["event9", "event8", "event7", "event6"])).toEqual(["event6", "event7", "event8"]);
});

test("a name that is there is no suggestion", () => {
  expect(nearestNames("printf", ["printf", "print"])).toEqual(["print"]);
});

test("a name is found among hundreds of thousands", () => {
  const names = Array.from({ length: 400_000 }, (_, i) => `function_number_${(i * 7919).toString(36)}_of_many`);
  names.push("tcp_retransmit_skb");
  expect(nearestNames("tcp_retransmit_sbk", names)).toEqual(["tcp_retransmit_skb"]);
});

test("the distance agrees with the whole table of it", () => {
  const letters = "abcd_";
  let seed = 12345;
  const random = (below: number): number => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % below;
  const word = (): string => Array.from({ length: 6 + random(6) }, () => letters[random(letters.length)]).join("");
  for (let i = 0; i < 3000; i++) {
    const wanted = word();
    const names = Array.from({ length: 5 }, word).filter((name) => name !== wanted);
    const allowed = wanted.length < 10 ? 2 : 3;
    const near = names.map((name) => distance(wanted, name));
    const least = Math.min(...near, allowed + 1);
    const expected = least > allowed ? [] : names.filter((_, j) => near[j] === least);
    if (new Set(expected).size > 3) continue;
    expect([...nearestNames(wanted, names)].sort(), wanted).toEqual([...new Set(expected)].sort());
  }
});

/** Optimal string alignment, the textbook's way. */
function distance(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => i + j));
  const at = (i: number, j: number): number => table[i]?.[j] ?? Infinity;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, at(i - 2, j - 2) + 1);
      (table[i] ?? [])[j] = cost;
    }
  }
  return at(a.length, b.length);
}

test("a hint is one sentence", () => {
  expect(didYouMean("prnit", ["print", "hist"])).toEqual(["Did you mean `print`?"]);
  expect(didYouMean("nothing_like_it", ["print", "hist"])).toEqual([]);
  expect(inWords(["a", "b", "c"], "or")).toBe("a, b or c");
});
