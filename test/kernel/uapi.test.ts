/** Constants of the kernel's interface are those that the running kernel was built with. */
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { Btf, findMember } from "../../codegen/btf/index.js";
import { ATTR_BYTES } from "../../codegen/kernel/bpf.js";
import { PERF_ATTR_BYTES } from "../../codegen/kernel/perf-event.js";
import { kernelTest } from "../support/index.js";
import { kernelIsAtLeast } from "../support/running-kernel.js";
import { ENUMERATORS, FIELDS, type FieldName } from "../support/uapi-names.js";

kernelTest("numbers are those of the kernel's types", { needs: "btf", root: false }, () => {
  const btf = Btf.parse(readFileSync("/sys/kernel/btf/vmlinux"));
  const known = ENUMERATORS.flatMap(([name]) => {
    const found = btf.findEnumConstant(name);
    return found === undefined ? [] : [[name, Number(found.value)] as const];
  });
  expect(known).toEqual(ENUMERATORS.filter(([name]) => btf.findEnumConstant(name) !== undefined));
  // What is older than all kernels that we support has to be there.
  expect(known.length).toBeGreaterThan(ENUMERATORS.length - 5);
  if (kernelIsAtLeast("6.12")) expect(known).toEqual(ENUMERATORS);
});

kernelTest("what we pass is at most as long as the kernel that we know", { needs: "btf", root: false }, () => {
  const btf = Btf.parse(readFileSync("/sys/kernel/btf/vmlinux"));
  const sizeOf = (kind: "struct" | "union", name: string): number => {
    const id = btf.find(kind, name);
    const type = id === undefined ? undefined : btf.typeOfKind(id, kind);
    return type?.bytes ?? 0;
  };
  expect(sizeOf("union", "bpf_attr")).toBeGreaterThan(0);
  expect(sizeOf("union", "bpf_attr")).toBeLessThanOrEqual(ATTR_BYTES);
  expect(sizeOf("struct", "perf_event_attr")).toBeLessThanOrEqual(PERF_ATTR_BYTES);
});

/** In bytes; undefined where this kernel does not have it. */
function offsetIn(btf: Btf, { type, path }: FieldName): number | undefined {
  const [kind, name = ""] = type.split(" ");
  let at = btf.find(kind as "struct" | "union", name);
  let bits = 0;
  for (const part of path.split(".")) {
    const member = at === undefined ? undefined : findMember(btf, at, part);
    if (member === undefined) return undefined;
    at = member.type;
    bits += member.bitOffset;
  }
  return bits / 8;
}

kernelTest("fields lie where the running kernel has them", { needs: "btf", root: false }, () => {
  const btf = Btf.parse(readFileSync("/sys/kernel/btf/vmlinux"));
  const known = FIELDS.filter((field) => offsetIn(btf, field) !== undefined);
  expect(known.map((field) => ({ ...field, offset: offsetIn(btf, field) }))).toEqual(known);
  expect(known.length).toBeGreaterThan(FIELDS.length - 12);
  if (kernelIsAtLeast("6.12")) expect(known).toEqual(FIELDS);
});
