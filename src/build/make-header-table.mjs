#!/usr/bin/env node
/**
 * Makes src/headers/kernel-headers.br: what tracing scripts may include where no headers of the kernel are installed.
 *
 *   node src/build/make-header-table.mjs --uapi DIR --kernel SOURCE[:BUILD] --kernel SOURCE[:BUILD] …
 *
 * DIR is the /usr/include of Debian's package linux-libc-dev, for x86-64: its headers are taken whole, without comments.
 * SOURCE and BUILD are what linux-headers-VERSION-common and linux-headers-VERSION-cloud-amd64 put into /usr/src. Of a
 * kernel's own headers only constants are taken, and only those on which all the given kernels agree, with their
 * configuration and without any. Give the oldest and the newest that scripts shall run on.
 *
 * The form of the table is told in src/headers/header-table.ts.
 */

import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants } from "node:zlib";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TABLE = join(ROOT, "src/headers/kernel-headers.br");
const MULTIARCH = "x86_64-linux-gnu";
const ARCH = "x86";

/** The folders of include/ whose headers scripts have a use for; those of drivers are not among them. */
const KERNEL_FOLDERS = ["linux", "linux/sched", "linux/atomic", "net", "net/netfilter", "scsi", "vdso", "asm-generic"];

const { values: options } = parseArgs({
  options: { uapi: { type: "string" }, kernel: { type: "string", multiple: true } },
});
if (options.uapi === undefined || (options.kernel ?? []).length < 2) {
  process.stderr.write("usage: make-header-table.mjs --uapi DIR --kernel SOURCE[:BUILD] --kernel SOURCE[:BUILD] …\n");
  process.exit(2);
}

/** Our own reader of C, as the program has it. */
async function readerOfC() {
  const outfile = join(tmpdir(), `tsbt-c-${process.pid}.mjs`);
  const { build } = createRequire(import.meta.url)("esbuild");
  const entryPoints = [join(ROOT, "grammar/c/index.ts")];
  await build({ entryPoints, outfile, bundle: true, platform: "node", format: "esm", logLevel: "error" });
  return import(pathToFileURL(outfile));
}

// ---------------------------------------------------------------- the user's headers, whole

/** Of the folders of linux-libc-dev; graphics, sound and the like are large, and no concern of tracing scripts. */
const USER_FOLDERS = ["asm-generic", "linux", "mtd", "scsi"];

function uapiHeaders(dir) {
  const folders = [...USER_FOLDERS.map((name) => [name, join(dir, name)]), ["asm", join(dir, MULTIARCH, "asm")]];
  return folders.flatMap(([name, root]) =>
    headersBelow(root).map((path) => [`include/uapi/${name}/${path}`, withoutComments(readText(join(root, path)))]),
  );
}

/** The line about the license stays. */
function withoutComments(text) {
  const license = /SPDX-License-Identifier: [^*\n]*/.exec(text)?.[0].trim();
  const code = text
    .replace(/("(?:\\.|[^"\\\n])*")|\/\/[^\n]*|\/\*[^]*?\*\//g, (_, literal) => literal ?? " ")
    .replaceAll("\\\n", " ")
    .split("\n")
    .map((line) => line.replace(/[ \t]+/g, " ").trim())
    .filter((line) => line !== "");
  return [...(license === undefined ? [] : [`//${license}`]), ...code, ""].join("\n");
}

// ---------------------------------------------------------------- the kernel's own headers, their constants

function internalHeaders(kernels) {
  const definitions = linesByHeader(kernels);
  const directives = new Map();
  for (const kernel of kernels) {
    for (const [header, path] of internalFiles(kernel)) {
      directives.set(header, new Set([...(directives.get(header) ?? []), ...directivesOf(readText(path))]));
    }
  }
  return [...directives]
    .sort()
    .map(([header, lines]) => [
      `include/${header}`,
      ["#pragma once", ...[...lines].sort(), ...(definitions.get(header) ?? []), ""].join("\n"),
    ]);
}

/** What all agree on, wherever one of them has it. */
function linesByHeader(kernels) {
  const readings = kernels.flatMap((kernel) => [reading(kernel, true), reading(kernel, false)]);
  const [first, ...others] = readings;
  const lines = new Map();
  for (const [name, { text }] of first) {
    if (!isUseful(name) || others.some((reading) => reading.get(name)?.text !== text)) continue;
    for (const header of new Set(readings.map((reading) => reading.get(name).header))) {
      lines.set(header, [...(lines.get(header) ?? []), `#define ${name}${text}`]);
    }
  }
  return lines;
}

/** Constants by convention; names with underscores in front are the kernel's own business. */
const isUseful = (name) => /^(?:__GFP_)?[A-Z]/.test(name) && !/^CONFIG_/.test(name);

/** More at once would use up what one text may spend. */
const BATCH = 100;

/** @returns what the headers of a kernel define, and where: ` 5`, or `(x) ((x) >> 20)` */
function reading(kernel, isConfigured) {
  const files = internalFiles(kernel);
  const headerOf = new Map(files.map(([name, path]) => [path, name]));
  const definitions = new Map();
  for (let at = 0; at < files.length; at += BATCH) {
    const unit = unitOf(kernel, isConfigured, files.slice(at, at + BATCH));
    for (const [name, { place, constant }] of unit.enumerators) {
      const header = headerOf.get(place.file.name);
      if (header !== undefined) definitions.set(name, { header, text: ` ${numberText(constant.value)}` });
    }
    for (const macro of unit.macros.values()) {
      const header = headerOf.get(macro.file.name);
      const text = header === undefined ? undefined : macroDefinition(macro, unit);
      if (text !== undefined) definitions.set(macro.name, { header, text });
      else definitions.delete(macro.name);
    }
  }
  process.stderr.write(`${kernel.source}: ${files.length} headers, ${definitions.size} constants\n`);
  return definitions;
}

function unitOf(kernel, isConfigured, files) {
  const text = prelude(kernel) + files.map(([name]) => `#include <${name}>\n`).join("");
  const headers = {
    readInclude: (request) => include(kernel, request, isConfigured),
    isKnownWithout: () => true,
    hasKernelTypes: () => false,
  };
  const environment = { typeNamed: () => undefined, enumerator: () => undefined, member: () => undefined };
  return readC({ name: "all.h", text }, { headers, environment, includes: [] });
}

function macroDefinition(macro, unit) {
  if (macro.params === undefined) {
    const value = unit.constantOf(macro.name);
    return value === undefined ? undefined : ` ${numberText(value)}`;
  }
  const isPlain =
    !macro.hasOperators && !macro.isVariadic && macro.body.every((token) => isPlainToken(token, macro, unit));
  if (!isPlain || macro.body.length === 0 || macro.body.length > 40) return undefined;
  const body = macro.body.map((token) => (token.hasSpace ? " " : "") + token.text).join("");
  return `(${macro.params.join(",")}) ${body}`;
}

const WORDS = new Set("unsigned signed int long char short u8 u16 u32 u64 s8 s16 s32 s64".split(" "));

/** What a macro with parameters may be made of: nothing that a script could not say. */
function isPlainToken({ kind, text }, macro, unit) {
  if (kind === "number") return true;
  if (kind === "punctuator") return !["{", "}", ";", "->", ".", "#"].includes(text);
  if (kind !== "identifier") return false;
  return macro.params.includes(text) || WORDS.has(text) || unit.constantOf(text) !== undefined;
}

const numberText = (value) => (value < 0n ? `(${value})` : value < 4096n ? `${value}` : `0x${value.toString(16)}`);

// ---------------------------------------------------------------- files

const dirsOf = ({ source, build }) => [
  `${source}/arch/${ARCH}/include`,
  `${build}/arch/${ARCH}/include/generated`,
  `${source}/include`,
  `${build}/include`,
  `${source}/arch/${ARCH}/include/uapi`,
  `${build}/arch/${ARCH}/include/generated/uapi`,
  `${source}/include/uapi`,
  `${build}/include/generated/uapi`,
];

const prelude = ({ source }) =>
  `#define __KERNEL__ 1\n#define KBUILD_MODNAME "x"\n#define CC_USING_FENTRY 1\n#include "${source}/include/linux/kconfig.h"\n`;

/** What the architecture decides, and no one configures. */
const BARE_CONFIGURATION =
  "64BIT X86 X86_64 MMU SMP"
    .split(" ")
    .map((name) => `#define CONFIG_${name} 1\n`)
    .join("") + "#define CONFIG_PAGE_SHIFT 12\n";

function include(kernel, { name, isQuoted, isNext, from }, isConfigured) {
  if (name === "generated/autoconf.h" && !isConfigured) return { name, text: BARE_CONFIGURATION, isKernels: true };
  const beside = isQuoted && !isNext && from !== undefined ? [join(from, "..")] : [];
  const dirs = [...beside, ...dirsOf(kernel)];
  const first = isNext && from !== undefined ? dirs.findIndex((dir) => from === join(dir, name)) + 1 : 0;
  const path = name.startsWith("/")
    ? name
    : dirs
        .slice(first)
        .map((dir) => join(dir, name))
        .find(isFile);
  return path === undefined ? undefined : { name: path, text: readText(path), isKernels: true };
}

/** Long, and no script means one of them. */
const NUMBERS_OF_DEVICES = new Set(["linux/pci_ids.h", "linux/rtsx_pci.h", "linux/rtsx_usb.h", "linux/sm501-regs.h"]);

/** [name in an #include, path] */
function internalFiles({ source }) {
  const within = (name, dir) => headersIn(dir).map((file) => [`${name}/${file}`, join(dir, file)]);
  return [
    ...KERNEL_FOLDERS.flatMap((name) => within(name, join(source, "include", name))),
    ...within("asm", join(source, "arch", ARCH, "include/asm")),
  ].filter(([name]) => !NUMBERS_OF_DEVICES.has(name));
}

/** What a header takes back is a constant of the user's header that means something else in the kernel, such as HZ. */
const directivesOf = (text) => [
  ...Array.from(text.matchAll(/^\s*#\s*include\s*<([^>]+)>/gm), ([, name]) => `#include <${name}>`),
  ...Array.from(text.matchAll(/^\s*#\s*undef\s+([A-Z]\w*)/gm), ([, name]) => `#undef ${name}`),
];

function headersIn(dir) {
  return readdirSync(dir)
    .filter((name) => name.endsWith(".h"))
    .sort();
}

function headersBelow(dir) {
  const paths = readdirSync(dir, { recursive: true });
  return paths.filter((path) => path.endsWith(".h")).sort();
}

function isFile(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function readText(path) {
  return readFileSync(path, "latin1");
}

// ---------------------------------------------------------------- all of it

/** The C library's headers are another matter: the table means the same on every machine. */
function withinTable(content) {
  return content.replace(/^# ?include <([^>]+)>\n/gm, (line, name) => (isThere(name) ? line : ""));
}

const isThere = (name) => table.has(`include/${name}`) || table.has(`include/uapi/${name}`) || COMPILERS.has(name);

const COMPILERS = new Set(["stddef.h", "stdarg.h", "stdbool.h", "stdint.h", "limits.h"]);

const { readC } = await readerOfC();
const uapi = uapiHeaders(options.uapi);
const kernels = options.kernel.map((dirs) => dirs.split(":")).map(([source, build = source]) => ({ source, build }));
const table = new Map([...internalHeaders(kernels), ...uapi]);
const text = [...table].map(([name, content]) => `\f${name}\n${withinTable(content)}`).join("");
const packed = brotliCompressSync(Buffer.from(text, "latin1"), {
  params: { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: text.length },
});
writeFileSync(TABLE, packed);
process.stdout.write(`${table.size} headers, ${text.length} bytes, packed ${packed.length}\n`);
