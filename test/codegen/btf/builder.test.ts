import { describe, expect, it } from "vitest";
import { Btf, BtfBuilder, BtfError } from "../../../codegen/btf/index.js";
import { buildSample } from "./sample.js";

describe("BtfBuilder", () => {
  it("gives the same bytes for the same calls", () => {
    expect(buildSample().bytes).toEqual(buildSample().bytes);
  });

  it("writes equal types and equal strings once", () => {
    const b = new BtfBuilder();
    expect(b.int("int", 4, { isSigned: true })).toBe(1);
    expect(b.int("int", 4, { isSigned: true })).toBe(1);
    expect(b.int("int", 4)).toBe(2);
    expect(b.ptr(1)).toBe(3);
    expect(b.ptr(1)).toBe(3);
    expect(b.string("int")).toBe(1);
    expect(b.string("@x = count();")).toBe(5);
    expect(b.string("@x = count();")).toBe(5);
    expect(b.string("")).toBe(0);
  });

  it("an empty object has a header and the empty string", () => {
    expect(new BtfBuilder().encode()).toHaveLength(25);
  });

  it("refuses a reserved type that was never defined", () => {
    const b = new BtfBuilder();
    b.reserve();
    expect(() => b.encode()).toThrow(BtfError);
  });

  it("keeps every byte of a string", () => {
    const b = new BtfBuilder();
    const id = b.fwd("caf\xe9");
    expect(Btf.parse(b.encode()).nameOf(id)).toBe("caf\xe9");
    expect(() => b.string("a\0b")).toThrow(BtfError);
  });
});
