import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, realpathSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PROJECT_DIR, TIME_FACTOR } from "../support/index.js";

const LIMIT_MS = 60_000 * TIME_FACTOR;
const dir = realpathSync(mkdtempSync(join(tmpdir(), "tsbt-launcher-")));
const dist = join(dir, "dist");

function build(node: string, into: string): void {
  const script = join(PROJECT_DIR, "src/build/build.mjs");
  const args = [script, "--dist", into, "--entry", join(PROJECT_DIR, "test/package/entry.ts")];
  const { status, stderr } = spawnSync(node, [...args, "bundle", "launcher", "snapshot"], { encoding: "utf8" });
  expect(`${stderr}${status}`).toBe("0");
}

beforeAll(() => build(process.execPath, dist), LIMIT_MS);
afterAll(() => rmSync(dir, { recursive: true }));

interface Report {
  readonly file: string;
  readonly args: readonly string[];
  readonly isFromSnapshot: boolean;
  readonly certificates?: string;
  readonly status: number | null;
}

function launch(command: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Report {
  const { PATH } = process.env;
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: "utf8", env: { PATH, ...env } });
  if (stdout === "") throw new Error(stderr);
  return { ...(JSON.parse(stdout) as Report), status };
}

describe("the launcher", () => {
  test("starts from the snapshot, and passes on arguments and status", () => {
    const args = ["-e", "BEGIN { }", "", "--", "--snapshot-blob", "ä\n"];
    expect(launch(join(dist, "tsbt"), args)).toEqual({
      file: join(dist, "tsbt.cjs"),
      args,
      isFromSnapshot: true,
      status: 7,
    });
  });

  test("reads a snapshot without Node's own modules", () => {
    const [blob = ""] = readdirSync(dist).filter((name) => name.endsWith(".blob"));
    expect(statSync(join(dist, blob)).size).toBeLessThan(3e6);
  });

  test("finds its files through a symbolic link, as npm makes them", () => {
    const link = join(dir, "link");
    symlinkSync(join(dist, "tsbt"), link);
    expect(launch(link)).toMatchObject({ file: join(dist, "tsbt.cjs"), isFromSnapshot: true });
  });

  test("finds its files after they have been moved", () => {
    const moved = join(dir, "moved");
    cpSync(dist, moved, { recursive: true });
    expect(launch(join(moved, "tsbt"))).toMatchObject({ file: join(moved, "tsbt.cjs"), isFromSnapshot: true });
  });

  test("uses the plain bundle when no snapshot fits", () => {
    const other = join(dir, "other");
    cpSync(dist, other, { recursive: true });
    const blob = readdirSync(other).find((name) => name.endsWith(".blob"));
    renameSync(join(other, String(blob)), join(other, "tsbt-0123456789abcdef.blob"));
    expect(launch(join(other, "tsbt"), ["a"])).toMatchObject({ args: ["a"], isFromSnapshot: false, status: 7 });
  });

  test("uses the plain bundle when NODE_OPTIONS could contradict the snapshot", () => {
    const options = { NODE_OPTIONS: "--max-old-space-size=200" };
    expect(launch(join(dist, "tsbt"), [], options)).toMatchObject({ isFromSnapshot: false, status: 7 });
    expect(launch(join(dist, "tsbt"), [], { NODE_OPTIONS: "" })).toMatchObject({ isFromSnapshot: true });
  });

  test("keeps Node from reading extra certificates at every start", () => {
    const report = launch(join(dist, "tsbt"), [], { NODE_EXTRA_CA_CERTS: "/some/file" });
    expect(report.certificates).toBe("/some/file");
  });

  test(
    "uses the Node in PATH when the one it was built with is gone",
    () => {
      const node = join(dir, "node");
      cpSync(process.execPath, node);
      const into = join(dir, "without-node");
      build(node, into);
      expect(launch(join(into, "tsbt"))).toMatchObject({ isFromSnapshot: true });
      rmSync(node);
      expect(launch(join(into, "tsbt"), ["a"])).toMatchObject({ args: ["a"], isFromSnapshot: false, status: 7 });
    },
    LIMIT_MS,
  );
});
