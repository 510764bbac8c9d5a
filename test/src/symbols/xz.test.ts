/** What `xz` has compressed comes out as it was; what is broken is found out. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { decompressXz, XzError } from "../../../src/symbols/xz.js";
import { randomFrom } from "../../random.js";
import { kernelTest } from "../../support/index.js";

const compressed = (input: Uint8Array, ...options: readonly string[]): Buffer =>
  execFileSync("xz", ["-c", ...options], { input, maxBuffer: 1 << 28 });

function sample(): Buffer {
  const random = randomFrom(7);
  const noise = Buffer.from(Array.from({ length: 70_000 }, () => random(256)));
  const program = readFileSync("/bin/sh");
  return Buffer.concat([Buffer.from("hello ".repeat(1000)), noise, Buffer.from("abc".repeat(5000)), program]);
}

kernelTest("all levels, kinds of checks and several blocks", { root: false, package: "xz-utils" }, () => {
  const input = sample();
  const ways = [
    ["-0"],
    ["-9e"],
    ["--check=none"],
    ["--check=sha256"],
    ["--block-size=40000"],
    ["--lzma2=lc=1,lp=2,pb=0"],
  ];
  for (const options of ways) {
    const output = decompressXz(compressed(input, ...options), input.length);
    expect(Buffer.compare(Buffer.from(output), input), options.join(" ")).toBe(0);
  }
});

kernelTest("what is broken, too large or something else", { root: false, package: "xz-utils" }, () => {
  const input = sample().subarray(0, 120_000);
  const good = compressed(input);
  expect(() => decompressXz(good, input.length - 1)).toThrow(XzError);
  expect(() => decompressXz(Buffer.from("no xz data at all"), 1000)).toThrow("it is no xz data");
  expect(() => decompressXz(compressed(input, "--x86", "--lzma2"), 1 << 20)).toThrow("not supported");
  const random = randomFrom(11);
  for (let round = 0; round < 200; round++) {
    const broken = Buffer.from(good.subarray(0, 1 + random(good.length)));
    for (let i = 0; i < 3; i++) broken[random(broken.length)] = random(256);
    try {
      decompressXz(broken, 1 << 20);
    } catch (error) {
      expect(error).toBeInstanceOf(XzError);
    }
  }
});
