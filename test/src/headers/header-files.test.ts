import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HeaderFiles } from "../../../src/headers/header-files.js";

let dir = "";

const FILES = ["first/x.h", "second/x.h", "second/sub/x.h", "second/sub/y.h", "second/z.h"];

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "tsbt-headers-"));
  for (const file of FILES) {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    writeFileSync(join(dir, file), file);
  }
});

afterAll(() => rmSync(dir, { recursive: true }));

interface Row {
  readonly claim: string;
  readonly name: string;
  readonly isQuoted?: boolean;
  readonly isNext?: boolean;
  /** Below the directory of the test. */
  readonly from?: string;
  readonly found: string | undefined;
}

const ROWS: readonly Row[] = [
  { claim: "the first directory wins", name: "x.h", found: "first/x.h" },
  { claim: "the others are looked at, too", name: "z.h", found: "second/z.h" },
  { claim: "a path below a directory", name: "sub/y.h", found: "second/sub/y.h" },
  {
    claim: "quotes begin beside the including file",
    name: "x.h",
    isQuoted: true,
    from: "second/sub/y.h",
    found: "second/sub/x.h",
  },
  { claim: "angles do not", name: "x.h", from: "second/sub/y.h", found: "first/x.h" },
  {
    claim: "the next one lies behind the directory of the including file",
    name: "x.h",
    isNext: true,
    from: "first/x.h",
    found: "second/x.h",
  },
  { claim: "nothing of that name", name: "no.h", found: undefined },
  { claim: "a directory is no header", name: "sub", found: undefined },
];

test.each(ROWS)("$claim", ({ name, isQuoted = false, isNext = false, from, found }) => {
  const headers = new HeaderFiles({ ownDirs: [join(dir, "first"), join(dir, "second")], kernel: () => undefined });
  // Where a file was found is known of files that were asked for.
  if (isNext) headers.read({ name: "x.h", isQuoted: false, isNext: false, from: undefined });
  const file = headers.read({ name, isQuoted, isNext, from: from === undefined ? undefined : join(dir, from) });
  expect(file?.text).toBe(found);
});

test("devices are not read", () => {
  expect(
    new HeaderFiles({ ownDirs: [], kernel: () => undefined }).read({
      name: "/dev/zero",
      isQuoted: true,
      isNext: false,
      from: undefined,
    }),
  ).toBeUndefined();
});
