import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { COMPILER_HEADERS, type CUnit, sizeOfC } from "../../../grammar/c/index.js";
import { HeaderFiles } from "../../../src/headers/header-files.js";
import { kernelTest } from "../../support/index.js";
import { headersFrom, messagesOf, unitOf } from "./support.js";

const FILES = new HeaderFiles({ ownDirs: [], kernel: () => undefined });

const including = (...names: readonly string[]): CUnit =>
  unitOf(names.map((name) => `#include <${name}>\n`).join(""), {
    headers: {
      readInclude: (request) => FILES.read(request),
      isKnownWithout: () => false,
      hasKernelTypes: () => false,
    },
  });

interface Row {
  readonly header: string;
  readonly types?: Readonly<Record<string, number>>;
  readonly macros?: Readonly<Record<string, string>>;
  readonly enumerators?: Readonly<Record<string, bigint>>;
}

/** What scripts include most. */
const USED: readonly Row[] = [
  { header: "linux/socket.h", types: { __kernel_sockaddr_storage: 128 } },
  { header: "linux/in.h", types: { sockaddr_in: 16, in_addr: 4, ip_mreqn: 12 }, enumerators: { IPPROTO_TCP: 6n } },
  { header: "linux/fcntl.h", types: { flock: 32 }, macros: { AT_FDCWD: "-100" } },
  { header: "linux/stat.h", types: { statx: 256 }, macros: { S_IFMT: "00170000" } },
  { header: "linux/limits.h", macros: { PATH_MAX: "4096" } },
  { header: "sys/types.h", types: { pid_t: 4, size_t: 8, dev_t: 8 } },
  { header: "netinet/in.h", types: { sockaddr_in6: 28, sockaddr_storage: 128 }, enumerators: { IPPROTO_UDP: 17n } },
  { header: "sys/socket.h", types: { msghdr: 56, sockaddr: 16 }, macros: { AF_INET6: "PF_INET6" } },
  { header: "sys/stat.h", types: { stat: 144 } },
  { header: "stdint.h", types: { uint64_t: 8, uint_fast16_t: 8 } },
  { header: "stdbool.h", macros: { true: "1" } },
  { header: "linux/bpf.h", types: { bpf_insn: 8 }, enumerators: { BPF_MAP_TYPE_HASH: 1n } },
];

for (const { header, types = {}, macros = {}, enumerators = {} } of USED) {
  kernelTest(`${header} declares what it should`, { package: "libc6-dev", root: false, matrix: false }, () => {
    const unit = including(header);
    expect(messagesOf(unit)).toEqual([]);
    for (const [name, bytes] of Object.entries(types)) {
      const type = unit.tags.get(name) ?? unit.typedefs.get(name);
      expect(type && sizeOfC(type), name).toBe(bytes);
    }
    for (const [name, text] of Object.entries(macros)) {
      expect(
        unit.macros
          .get(name)
          ?.body.map((token) => token.text)
          .join(""),
        name,
      ).toBe(text);
    }
    for (const [name, value] of Object.entries(enumerators)) {
      expect(unit.enumerators.get(name)?.constant.value, name).toBe(value);
    }
  });
}

const LINUX_DIR = "/usr/include/linux";

/** Of some 760 a dozen cannot stand alone. */
const LEAST_SHARE = 0.98;

const gccReads = (header: string): boolean => {
  try {
    execFileSync("gcc", ["-fsyntax-only", "-x", "c", "-"], {
      input: `#include <${header}>\n`,
      stdio: ["pipe", "ignore", "ignore"],
    });
    return true;
  } catch {
    return false;
  }
};

kernelTest(
  "the kernel's headers are read, all that a C compiler reads",
  { package: ["gcc", "libc6-dev"], root: false, matrix: false, timeoutMs: 120_000 },
  () => {
    const names = readdirSync(LINUX_DIR, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".h"));
    const refused = names.map((name) => `linux/${name}`).filter((header) => including(header).errors.length > 0);
    console.log(`${names.length - refused.length} of ${names.length} headers in ${LINUX_DIR}`);
    expect(refused.filter(gccReads)).toEqual([]);
    expect(refused.length).toBeLessThan(names.length * (1 - LEAST_SHARE));
  },
);

test("the compiler's own headers are there without a compiler", () => {
  const unit = unitOf(
    "#include <stddef.h>\n#include <stdbool.h>\n#include <stdint.h>\n#include <stdarg.h>\nstruct s { bool b; size_t n; uint16_t u; va_list v; };",
    { headers: headersFrom(COMPILER_HEADERS) },
  );
  expect(messagesOf(unit)).toEqual([]);
});
