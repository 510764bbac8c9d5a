import { describe, expect, it } from "vitest";
import { Btf, BtfBuilder, declarationOf, definitionOf, findFunction } from "../../../codegen/btf/index.js";
import { savedFacts } from "../../fixtures/facts.js";

const btf = savedFacts().btf as Btf;

/** Texts as bpftrace 0.27.1 prints them with `-lv`. */
const DEFINITIONS = {
  "struct list_head": `struct list_head {
	struct list_head *next;
	struct list_head *prev;
}`,
  "enum pid_type": `enum pid_type {
	PIDTYPE_PID = 0,
	PIDTYPE_TGID = 1,
	PIDTYPE_PGID = 2,
	PIDTYPE_SID = 3,
	PIDTYPE_MAX = 4,
}`,
  "struct sock_common": `struct sock_common {
	union {
		__addrpair skc_addrpair;
		struct {
			__be32 skc_daddr;
			__be32 skc_rcv_saddr;
		};
	};
	union {
		unsigned int skc_hash;
		__u16 skc_u16hashes[2];
	};
	union {
		__portpair skc_portpair;
		struct {
			__be16 skc_dport;
			__u16 skc_num;
		};
	};
	short unsigned int skc_family;
	volatile unsigned char skc_state;
	unsigned char skc_reuse: 4;
	unsigned char skc_reuseport: 1;
	unsigned char skc_ipv6only: 1;
	unsigned char skc_net_refcnt: 1;
	int skc_bound_dev_if;`,
  "struct callback_head": `struct callback_head {
	struct callback_head *next;
	void (*func)(struct callback_head *);
}`,
} as const;

describe("C definitions", () => {
  it.each(Object.entries(DEFINITIONS))("of %s are those of the reference", (name, expected) => {
    const [kind = "", tag = ""] = name.split(" ");
    const text = definitionOf(btf, btf.find(kind as "struct" | "enum", tag) ?? 0);
    expect(text?.slice(0, expected.length)).toBe(expected);
  });

  it("of other types do not exist", () => {
    expect(definitionOf(btf, btf.find("int", "int") ?? 0)).toBeUndefined();
  });
});

describe("C declarations", () => {
  const b = new BtfBuilder();
  const int = b.int("int", 4, { isSigned: true });
  const char = b.int("char", 1, { isSigned: true });
  const file = b.fwd("file");
  const constString = b.ptr(b.const(char));
  const callback = b.ptr(b.funcProto(int, [{ name: "", type: constString }], true));
  const grid = b.array(b.array(int, int, 3), int, 2);
  const cases = [
    ["int x", int],
    ["const char *x", constString],
    ["struct file *x", b.ptr(file)],
    ["struct file **x", b.ptr(b.ptr(file))],
    ["int (*x)(const char *, ...)", callback],
    ["int x[2][3]", grid],
    ["int (*x)[2][3]", b.ptr(grid)],
    ["char *x[4]", b.array(b.ptr(char), int, 4)],
    ["int (*x[4])(const char *, ...)", b.array(callback, int, 4)],
    ["const int x", b.const(int)],
    ["int * const x", b.const(b.ptr(int))],
    ["void *x", b.ptr(0)],
    ["int (*x)(void)", b.ptr(b.funcProto(int, []))],
    ['char __attribute__((btf_type_tag("user"))) *x', b.ptr(b.typeTag("user", char))],
  ] as const;
  const sample = Btf.parse(b.encode());

  it.each(cases)("%s", (expected, id) => {
    expect(declarationOf(sample, id, "x")).toBe(expected);
  });

  it("without a name are types, as lists of parameters have them", () => {
    const params = findFunction(btf, "vfs_read")?.proto.params ?? [];
    expect(params.map(({ type, name }) => `${declarationOf(btf, type, "")} ${name}`)).toEqual([
      "struct file * file",
      "char * buf",
      "size_t count",
      "loff_t * pos",
    ]);
  });
});

describe("holes in structs", () => {
  const b = new BtfBuilder();
  const [int, long, char] = [b.int("int", 4), b.int("long", 8), b.int("char", 1)];
  const cases = [
    [
      "that alignment makes",
      [
        [int, 0],
        [long, 64],
      ],
      16,
      "int m0; long m1;",
    ],
    [
      "wider than alignment makes",
      [
        [char, 0],
        [char, 128],
      ],
      24,
      "char m0; long: 64; char m1; long: 0;",
    ],
    ["at the end", [[long, 0]], 16, "long m0; long: 64;"],
    [
      "that packing leaves out",
      [
        [char, 0],
        [int, 8],
      ],
      5,
      "char m0; int m1; packed",
    ],
  ] as const;
  const ids = cases.map(([name, members, bytes]) =>
    b.struct({ name, bytes, members: members.map(([type, bitOffset], i) => ({ name: `m${i}`, type, bitOffset })) }),
  );
  const sample = Btf.parse(b.encode());

  it.each(cases.map(([name, , , expected], i) => [name, expected, ids[i] ?? 0] as const))("%s", (_, expected, id) => {
    const text = definitionOf(sample, id) ?? "";
    const [, body = "", end = ""] = /\{(.*)\}(.*)/s.exec(text) ?? [];
    expect(body.trim().replace(/\s+/g, " ") + (end.includes("packed") ? " packed" : "")).toBe(expected);
  });
});
