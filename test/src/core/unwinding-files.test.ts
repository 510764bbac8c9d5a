import { expect, test } from "vitest";
import type { BpfProgram } from "../../../codegen/object.js";
import { unwindingFiles } from "../../../src/core/unwinding-files.js";

const maps = [{ role: undefined }, { role: "unwind-spaces" }] as const;
const using = (map: number): Pick<BpfProgram, "relocations"> => ({
  relocations: [{ kind: "map", instruction: 0, map }],
});
const pointIn = (path: string | undefined): object => (path === undefined ? { periodNs: 1 } : { path });
const at = (program: number, path?: string) => ({
  program,
  point: pointIn(path),
  slot: undefined,
});

test("only probes that unwind say which files are looked at", () => {
  const programs = [using(1), using(0)];
  const files = (...attachments: ReturnType<typeof at>[]): readonly string[] | undefined =>
    unwindingFiles({ maps, programs, attachments });
  expect(files(at(0, "/bin/a"), at(0, "/bin/b"), at(0, "/bin/a"))).toEqual(["/bin/a", "/bin/b"]);
  expect(files(at(0, "/bin/a"), at(1))).toEqual(["/bin/a"]);
  expect(files(at(0, "/bin/a"), at(0))).toBeUndefined();
  expect(files(at(0, "/bin/a"), { program: 0, point: { filePath: "/bin/b" }, slot: undefined })).toEqual([
    "/bin/a",
    "/bin/b",
  ]);
});
