import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findAddon } from "../../../src/kernel/find-addon.js";
import { NUMBER as VERSION } from "../../../src/cli/version.js";

const NAME = `@tsbt/linux-${process.arch}`;
const UNPLUGGED = `${NAME.replace("/", "-")}-npm-${VERSION}-0123456789/node_modules/${NAME}`;

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tsbt-find-addon-"));
  mkdirSync(join(folder, UNPLUGGED), { recursive: true });
  writeFileSync(join(folder, UNPLUGGED, "tsbt.node"), "");
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Which addon a package in there would be started with. */
const addonOf = (place: string): string =>
  findAddon(join(folder, place, "node_modules/tsbt/dist/tsbt.node"), (path) => ({ version: VERSION, native: path }));

test("a package that Yarn has unplugged has its addon in the folder beside its own", () => {
  expect(addonOf(`tsbt-npm-${VERSION}-abcdef0123`)).toBe(join(folder, UNPLUGGED, "tsbt.node"));
});

test("above the folder of any other package nothing is loaded: others may write there", () => {
  expect(() => addonOf("project")).toThrow(`the package ${NAME} is missing`);
  expect(() => addonOf(`tsbt-npm-0.0.1-abcdef0123`)).toThrow(`the package ${NAME} is missing`);
});
