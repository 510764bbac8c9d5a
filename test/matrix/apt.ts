import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AptSource, debianSources, parseAptSources } from "./apt-sources.js";

/** An apt with state of its own: it fetches packages of other Debian releases and leaves the machine's configuration alone. */
export class PrivateApt {
  private readonly options: readonly string[];

  constructor(dir: string, suites: readonly string[], architecture = "amd64") {
    for (const name of ["lists/partial", "archives/partial", "empty"]) mkdirSync(join(dir, name), { recursive: true });
    const sourceList = join(dir, "sources.list");
    const status = join(dir, "status");
    writeFileSync(status, "");
    writeFileSync(sourceList, `${debianSources(sourcesOfThisMachine(), suites).join("\n")}\n`);
    this.options = Object.entries({
      "Dir::Etc::SourceList": sourceList,
      "Dir::Etc::SourceParts": join(dir, "empty"),
      "Dir::Etc::PreferencesParts": join(dir, "empty"),
      "Dir::State::Lists": join(dir, "lists"),
      "Dir::State::Status": status,
      "Dir::Cache": dir,
      "Dir::Cache::Archives": join(dir, "archives"),
      "Acquire::Languages": "none",
      "APT::Sandbox::User": "root",
      "APT::Architecture": architecture,
      "APT::Architectures": architecture,
      "APT::Default-Release": "",
    }).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
    // A suite that a mirror does not have is no reason to give up: another may have the package.
    this.run("apt-get", ["-q", "update"], { mayFail: true });
  }

  /** The names of all packages that begin like this. */
  packagesNamed(prefix: string): readonly string[] {
    return this.run("apt-cache", ["pkgnames", prefix]).split("\n").filter(Boolean);
  }

  /** The first alternative of each dependency. */
  dependenciesOf(name: string): readonly string[] {
    const depends = /^Depends: (.*)$/m.exec(this.run("apt-cache", ["show", "--no-all-versions", name]))?.[1] ?? "";
    return depends.split(",").flatMap((dependency) => /[\w.+-]+/.exec(dependency)?.[0] ?? []);
  }

  /** Downloads packages and unpacks them, without installing anything. */
  unpack(names: readonly string[], into: string): void {
    const debs = join(into, "debs");
    mkdirSync(debs, { recursive: true });
    this.run("apt-get", ["-q", "download", ...names], { cwd: debs });
    for (const deb of readdirSync(debs)) execFileSync("dpkg-deb", ["-x", join(debs, deb), into]);
  }

  private run(command: string, args: readonly string[], how: { cwd?: string; mayFail?: boolean } = {}): string {
    try {
      return execFileSync(command, [...this.options, ...args], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
        maxBuffer: 1 << 28,
        ...(how.cwd === undefined ? {} : { cwd: how.cwd }),
      });
    } catch (error) {
      if (how.mayFail === true) return "";
      throw new Error(`${command} ${args.join(" ")} failed`, { cause: error });
    }
  }
}

function sourcesOfThisMachine(): readonly AptSource[] {
  const parts = "/etc/apt/sources.list.d";
  const files = [
    "/etc/apt/sources.list",
    ...(existsSync(parts) ? readdirSync(parts).sort() : []).map((name) => join(parts, name)),
  ];
  return files
    .filter((file) => /\.(list|sources)$/.test(file) && existsSync(file))
    .flatMap((file) => parseAptSources(file, readFileSync(file, "utf8")));
}
