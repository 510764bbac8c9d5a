import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Binary, executablePaths, type PathOptions } from "../../../src/symbols/index.js";
import { crc32 } from "../../../src/symbols/crc32.js";
import { openDebugFile } from "../../../src/symbols/debug-file.js";
import { globPaths } from "../../../src/symbols/glob-paths.js";
import { findLibrary, parseLdSoCache } from "../../../src/symbols/ld-so-cache.js";
import { parseMaps } from "../../../src/symbols/process-maps.js";
import { mutate, randomFrom } from "../../random.js";
import { elfSample, SAMPLE_SYMBOLS, TEXT_ADDRESS, TEXT_OFFSET } from "./elf-sample.js";

const root = mkdtempSync(join(tmpdir(), "tsbt-paths-"));
const at = (...names: string[]): string => join(root, ...names);
afterAll(() => {
  rmSync(root, { recursive: true });
});

function put(path: string, bytes: Uint8Array | string, mode = 0o644): string {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, bytes);
  chmodSync(path, mode);
  return path;
}

/** A cache with entries of the given flags. */
function ldSoCache(entries: readonly (readonly [soname: string, path: string, flags: number])[]): Buffer {
  const header = Buffer.alloc(48);
  header.write("glibc-ld.so.cache1.1", "latin1");
  header.writeUInt32LE(entries.length, 20);
  const stringsAt = 48 + entries.length * 24;
  let strings = "";
  const add = (text: string): number => {
    const offset = stringsAt + strings.length;
    strings += `${text}\0`;
    return offset;
  };
  const table = entries.map(([soname, path, flags]) => {
    const entry = Buffer.alloc(24);
    entry.writeInt32LE(flags, 0);
    entry.writeUInt32LE(add(soname), 4);
    entry.writeUInt32LE(add(path), 8);
    return entry;
  });
  return Buffer.concat([header, ...table, Buffer.from(strings, "latin1")]);
}

const CACHE = ldSoCache([
  ["libzstd.so.1", "/lib/libzstd.so.1", 0x0303],
  ["libz.so.1", "/lib32/libz.so.1", 0x0003],
  ["libz.so.1", "/lib/libz.so.1", 0x0303],
  ["libc.so.6", "/lib/libc.so.6", 0x0303],
]);

describe("the linker's cache", () => {
  const libraries = parseLdSoCache(CACHE, "x86_64");

  it.each([
    ["libc", "/lib/libc.so.6"],
    ["libc.so", "/lib/libc.so.6"],
    ["libc.so.", "/lib/libc.so.6"],
    ["libc.so.6", "/lib/libc.so.6"],
    ["libz", "/lib/libz.so.1"],
    ["libz.so.1.3", undefined],
    ["libc.so.7", undefined],
    ["libnosuch", undefined],
  ])("for %s has %s", (target, path) => {
    expect(findLibrary(libraries, target)).toBe(path);
  });

  it("has other libraries for another architecture", () => {
    expect(parseLdSoCache(CACHE, "aarch64")).toEqual([]);
  });

  it("may stand behind an older one", () => {
    const old = Buffer.concat([Buffer.from("ld.so-1.7.0\0\0\0\0\0"), CACHE]);
    expect(parseLdSoCache(old, "x86_64")).toEqual(libraries);
  });

  it("that is broken lists what can be read", () => {
    const random = randomFrom(3);
    for (let i = 0; i < 2000; i++) {
      expect(parseLdSoCache(mutate(CACHE, random), "x86_64").length).toBeLessThanOrEqual(4);
    }
  });
});

describe("targets", () => {
  const options: PathOptions = {
    arch: "x86_64",
    pid: undefined,
    searchPath: `${at("bin")}:${at("sbin")}:`,
    acceptsAnyFile: false,
    ldSoCachePath: at("ld.so.cache"),
  };
  const resolve = (target: string, more: Partial<PathOptions> = {}): readonly string[] =>
    executablePaths(target, { ...options, ...more }).map((path) => path.replace(`${root}/`, ""));

  beforeAll(() => {
    const program = elfSample({ type: 2, symbols: SAMPLE_SYMBOLS });
    put(at("bin/tool"), program, 0o755);
    put(at("sbin/tool"), program, 0o755);
    put(at("bin/toolbox"), elfSample({ type: 3 }));
    put(at("bin/.hidden"), program, 0o755);
    put(at("bin/object"), elfSample({ type: 1 }), 0o755);
    put(at("bin/blocked"), program, 0o644);
    put(at("bin/script"), "#!/bin/sh\n", 0o755);
    put(at("lib/libsample.so.1"), elfSample({ type: 3 }));
    put(at("ld.so.cache"), ldSoCache([["libsample.so.1", at("lib/libsample.so.1"), 0x0303]]));
  });

  it.each([
    ["a path", at("bin/tool"), ["bin/tool"]],
    ["a name in several directories of PATH", "tool", ["bin/tool", "sbin/tool"]],
    ["a library", "libsample", ["lib/libsample.so.1"]],
    ["a glob", `${root}/bin/tool*`, ["bin/tool", "bin/toolbox"]],
    ["a glob in PATH", "*oolb*", ["bin/toolbox"]],
    ["a shared object that nobody may execute", "toolbox", ["bin/toolbox"]],
    ["a program that nobody may execute", "blocked", []],
    ["a relocatable file", "object", []],
    ["a script", "script", []],
    ["a directory", at("bin"), []],
    ["nothing", at("nosuch"), []],
  ])("%s", (_, target, expected) => {
    expect(resolve(target)).toEqual(expected);
  });

  it("with --unsafe may be any file, but not by a glob", () => {
    expect(resolve(at("bin/script"), { acceptsAnyFile: true })).toEqual(["bin/script"]);
    expect(resolve(at("bin/scri*"), { acceptsAnyFile: true })).toEqual([]);
  });

  it("globs are sorted, do not cross directories and do not match hidden files", () => {
    expect(globPaths(`${root}/*/t*l`)).toEqual([at("bin/tool"), at("sbin/tool")]);
    expect(globPaths(`${root}/bin/*`)).not.toContain(at("bin/.hidden"));
    expect(globPaths(`${root}/bin/.h*`)).toEqual([at("bin/.hidden")]);
    expect(globPaths(`${root}/nosuch/*`)).toEqual([]);
  });
});

describe("debug files", () => {
  const full = elfSample({ symbols: SAMPLE_SYMBOLS, buildId: "aabbccdd" });

  it("are found by build id", () => {
    const debug = put(at("debug/.build-id/aa/bbccdd.debug"), full);
    const stripped = Binary.open(put(at("by-id/app"), elfSample({ buildId: "aabbccdd" })));
    expect(openDebugFile(stripped.elf, { more: [at("debug")] })?.path).toBe(debug);
    expect(openDebugFile(stripped.elf, { more: [at("elsewhere")] })).toBeUndefined();
    stripped.close();
  });

  it("are found by debug link, when the CRC is right", () => {
    put(at("by-link/.debug/app.debug"), full);
    const open = (name: string, crc: number): string | undefined => {
      const path = put(at("by-link", name), elfSample({ debugLink: { fileName: "app.debug", crc } }));
      return Binary.with(path, (binary) => openDebugFile(binary.elf, { more: [] })?.path);
    };
    expect(open("app", crc32(full))).toBe(at("by-link/.debug/app.debug"));
    expect(open("other", (crc32(full) ^ 1) >>> 0)).toBeUndefined();
  });

  it("give a stripped binary its symbols", () => {
    put(at("stripped/.debug/app.debug"), full);
    const link = { fileName: "app.debug", crc: crc32(full) };
    const exported = [{ name: "exported", type: 2, value: TEXT_ADDRESS + 0x100, size: 4 }];
    const path = put(at("stripped/app"), elfSample({ debugLink: link, dynamicSymbols: exported }));
    Binary.with(path, (binary) => {
      expect(binary.functionNames()).toEqual(["exported", "main", "xmain", "pick", "outer", "inner"]);
      expect(binary.findSymbol("main")?.address).toBe(BigInt(TEXT_ADDRESS));
      expect(binary.symbolAt(BigInt(TEXT_ADDRESS + 17))).toEqual({ name: "xmain", offset: 1n });
      expect(binary.fileOffsetOf(BigInt(TEXT_ADDRESS))).toBe(TEXT_OFFSET);
    });
  });

  it("crc32 is that of zlib", () => {
    expect(crc32(Buffer.from("123456789"))).toBe(0xcbf43926);
    expect(crc32(Buffer.from("6789"), crc32(Buffer.from("12345")))).toBe(0xcbf43926);
  });
});

describe("archives", () => {
  const member = elfSample({ symbols: SAMPLE_SYMBOLS });
  const archive = (method: number): Buffer => {
    const name = Buffer.from("lib/libapp.so");
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    local.writeUInt16LE(3, 28);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(member.length, 20);
    entry.writeUInt32LE(member.length, 24);
    entry.writeUInt16LE(name.length, 28);
    const body = Buffer.concat([local, name, Buffer.alloc(3), member]);
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt32LE(entry.length + name.length, 12);
    end.writeUInt32LE(body.length, 16);
    return Buffer.concat([body, entry, name, end]);
  };

  it("have libraries in them", () => {
    const path = put(at("app.apk"), archive(0));
    Binary.with(`${path}!/lib/libapp.so`, (binary) => {
      expect(binary.filePath).toBe(path);
      const main = binary.findSymbol("main");
      expect(binary.fileOffsetOf(main?.address ?? 0n)).toBe(30 + "lib/libapp.so".length + 3 + TEXT_OFFSET);
    });
  });

  it("that cannot be mapped say why", () => {
    const compressed = put(at("packed.apk"), archive(8));
    expect(() => Binary.open(`${compressed}!/lib/libapp.so`)).toThrow("is compressed in its archive");
    expect(() => Binary.open(`${compressed}!/lib/nosuch.so`)).toThrow("is not in its archive");
    expect(() => Binary.open(`${put(at("text"), "no zip")}!/x`)).toThrow("is not a zip file");
  });
});

describe("the maps of a process", () => {
  const TEXT = `00400000-00452000 r-xp 00001000 08:02 173521 /usr/bin/a b\n7f0000000000-7f0000001000 rw-p 00000000 00:00 0 \n`;

  it("have addresses, offsets and paths", () => {
    expect(parseMaps(`${TEXT}garbage\n7fff-8fff r--p 0 00:00 5  /tmp/x (deleted)\n`)).toMatchObject([
      {
        start: 0x400000n,
        end: 0x452000n,
        isExecutable: true,
        fileOffset: 0x1000n,
        path: "/usr/bin/a b",
        inode: 173521n,
      },
      { path: "", isExecutable: false },
      { path: "/tmp/x", isDeleted: true },
    ]);
  });

  it("of a link lead to what it names", () => {
    symlinkSync("/bin/sh", at("sh"));
    expect(
      executablePaths(at("sh"), { arch: "x86_64", pid: undefined, searchPath: "", acceptsAnyFile: false }),
    ).toEqual([at("sh")]);
  });
});
