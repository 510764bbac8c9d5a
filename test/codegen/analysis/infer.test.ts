import { describe, expect, it } from "vitest";
import { mapType, printedTypes, typedScript } from "./typed-script.js";

describe("variables", () => {
  const ROWS: readonly (readonly [body: string, types: string])[] = [
    ["$a = 1; print($a)", "int8"],
    ["$a = 1; $a = 300; print($a)", "int16"],
    ["$a = 1; $a = (uint8)5; print($a)", "uint8"],
    ["$a = 200; $b = (uint8)1; $b = $a; print($b)", "uint16"],
    ["$a = (uint32)1; $b = (int32)1; $a = $b; print($a)", "int64"],
    ["$a = 1; $a++; print($a)", "int64"],
    ["$a = (uint8)1; $a++; print($a)", "uint64"],
    ["$a = (uint8)1; $a--; print($a)", "int64"],
    ["$a = (uint8)1; $a += 1; print($a)", "uint64"],
    ["let $a: uint16 = 1; $a++; print($a)", "uint16"],
    ['let $a: string[8] = "abc"; print($a)', "string[8]"],
    ['let $a: string = "abc"; $a = "abcdef"; print($a)', "string[7]"],
    // What comes later in the text counts as well.
    ["$i = 0; $j = $i + 1; $i = pid; print($j)", "uint64"],
    ['let $s; print($s); $s = "a"; $s = comm;', "string[16]"],
    ['$a = (1, "a"); $a = (nsecs, "abc"); print($a)', "(uint64,string[4])"],
    ["for ($i : 0..300) { print($i) }", "int16"],
    ["for ($i : 0..pid) { print($i) }", "uint32"],
    [
      "$p = curtask; print($p.pid); print($p->comm); print(*$p); print($p + 1)",
      "int32 string[16] struct task_struct struct task_struct *",
    ],
    ["$p = (struct task_struct **)1; print($p.pid); print(**$p)", "int32 struct task_struct"],
    ["$p = (int16 *)1; print(*$p); print($p[1]); print(&$p)", "int16 int16 int16 * *"],
  ];
  for (const [body, types] of ROWS) {
    it(body, () => {
      expect(printedTypes(`begin { ${body} }`).join(" ")).toBe(types);
    });
  }
});

describe("maps", () => {
  const ROWS: readonly (readonly [body: string, type: string])[] = [
    ["@m = 1;", "int8"],
    ["@m++;", "int64"],
    ["@m++; @m = pid;", "uint64"],
    ["print(@m); @n = @m;", "int8"],
    ["@m = @m + 1;", "int64"],
    ["@m += pid;", "int64"],
    ["@m[1] = 1; @m[nsecs] = 2;", "uint64 -> int8"],
    ["@m[1] = 1; @m[-1] = 2;", "int8 -> int8"],
    ['@m["a"] = 1; @m[comm] = 300;', "string[16] -> int16"],
    ['@m[1, "a"] = 1; @m[(pid, comm)] = 2;', "(uint32,string[16]) -> int8"],
    ["@m[PIDTYPE_PID] = PIDTYPE_TGID;", "enum pid_type -> enum pid_type"],
    ["@m[PIDTYPE_PID] = 1; @m[3] = PIDTYPE_TGID;", "uint64 -> uint64"],
    ["@m = count();", "count_t"],
    ["@m = sum(pid);", "usum_t"],
    ["@m = sum(pid); @m = sum(-1);", "sum_t"],
    ["@m = sum(1);", "sum_t"],
    ["@c = count(); @m = 1; @m = @c;", "uint64"],
    ["@c = count(); @m[@c] = @c + 1;", "uint64 -> uint64"],
    ["@c = count(); @m = (@c, 1);", "(count_t,int8)"],
    ["@c[1] = count(); for ($kv : @c) { @m = $kv; }", "(int8,count_t)"],
  ];
  for (const [body, expected] of ROWS) {
    it(body, () => {
      expect(mapType(`begin { ${body} }`, "@m")).toBe(expected);
    });
  }

  it("have one type in all probes, whatever their order", () => {
    const probes = ["begin { @m[1] = @n; }", "end { @n = nsecs; }", "interval:s:1 { @m[pid] = -1; }"];
    const types = [probes, [...probes].reverse()].map((order) => mapType(order.join("\n"), "@m"));
    expect(types).toEqual(["uint32 -> int64", "uint32 -> int64"]);
  });

  it("know their declarations and buckets", () => {
    const typed = typedScript("let @m = lruhash(7); begin { @m[1] = 1; @h = hist(1, 2); @l = lhist(1, 0, 10, 2); }");
    expect(typed.mapNamed("@m").declared).toMatchObject({ kind: "lruhash", entries: 7 });
    expect(typed.mapNamed("@h").settings).toMatchObject({ bits: 2 });
    expect(typed.mapNamed("@l").settings).toEqual({ min: 0n, max: 10n, step: 2n, buckets: 7 });
    expect(typed.maps.map(({ name }) => name)).toEqual(["@m", "@h", "@l"]);
  });
});

it("a long chain of maps is typed in linear time", () => {
  const count = 3000;
  const probes = Array.from({ length: count }, (_, i) => `interval:s:${i + 1} { @m${i} = @m${i + 1}; }`);
  const type = mapType([...probes, `end { @m${count} = "text"; }`].join("\n"), "@m0");
  expect(type).toBe("string[5]");
});
