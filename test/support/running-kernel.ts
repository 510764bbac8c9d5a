import { existsSync, readFileSync } from "node:fs";
import { release } from "node:os";
import { gunzipSync } from "node:zlib";

/** Whether the running kernel is Linux `version` ("5.18") or newer. */
export function kernelIsAtLeast(version: string): boolean {
  const [major, minor] = numbers(release());
  const [wantedMajor, wantedMinor] = numbers(version);
  return major !== wantedMajor ? major > wantedMajor : minor >= wantedMinor;
}

/**
 * Whether the running kernel was built with an option ("CONFIG_KPROBES"), as built-in or module.
 *
 * @returns `undefined` when the kernel's configuration cannot be read
 */
export function kernelHasOption(option: string): boolean | undefined {
  config ??= readConfig();
  return config === null ? undefined : config.has(option);
}

let config: ReadonlySet<string> | null | undefined;

function readConfig(): ReadonlySet<string> | null {
  const text = configText();
  if (text === undefined) return null;
  return new Set(Array.from(text.matchAll(/^(CONFIG_\w+)=[ym]$/gm), (match) => match[1] ?? ""));
}

function configText(): string | undefined {
  const inBoot = `/boot/config-${release()}`;
  if (existsSync("/proc/config.gz")) return gunzipSync(readFileSync("/proc/config.gz")).toString("latin1");
  return existsSync(inBoot) ? readFileSync(inBoot, "latin1") : undefined;
}

function numbers(version: string): [major: number, minor: number] {
  const [major = 0, minor = 0] = version.split(/[.-]/).map(Number);
  return [major, minor];
}
