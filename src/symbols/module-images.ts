/** The files with the debug information of the kernel's modules: lines of sources for addresses in them. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AddressLines, type CodePlace, DebugInfo, DwarfError } from "../dwarf/index.js";
import { bytePath, throwScarcity } from "../files/index.js";
import { debugPlaces, type DebugDirectories } from "./debug-directories.js";
import { hasDebugInfo, OpenFiles, sectionsOf } from "./debug-sections.js";
import { ElfError } from "./elf-error.js";
import { buildIdIn, ElfFile } from "./elf-file.js";
import { relocated, type SectionAddress, symbolValues } from "./relocations.js";

export interface ModuleImagesOptions {
  /** Of the running kernel: directories are called after it. */
  readonly release: string;
  readonly directories: DebugDirectories;
  readonly onTrouble: (message: string) => void;
}

/** What the kernel says of those that are loaded. */
const LOADED = "/sys/module";

export class ModuleImages {
  readonly #options: ModuleImagesOptions;
  readonly #open = new OpenFiles();
  /** By name; null: nothing is known of its lines. */
  readonly #lines = new Map<string, AddressLines | null>();
  #paths: ReadonlyMap<string, string> | undefined;

  constructor(options: ModuleImagesOptions) {
    this.#options = options;
  }

  placeOf(address: bigint, module: string): CodePlace | undefined {
    try {
      let lines = this.#lines.get(module);
      if (lines === undefined) this.#lines.set(module, (lines = this.#linesOf(module) ?? null));
      return lines?.at(address);
    } catch (error) {
      if (!(error instanceof DwarfError || error instanceof ElfError)) throw error;
      this.#options.onTrouble(`The debug information of the module ${module} is broken: ${error.message}`);
      this.#lines.set(module, null);
      return undefined;
    }
  }

  close(): void {
    this.#open.close();
    this.#lines.clear();
  }

  #linesOf(module: string): AddressLines | undefined {
    const elf = this.#fileOf(module);
    if (elf === undefined) return undefined;
    this.#open.add(elf);
    const { directories } = this.#options;
    const sections = sectionsOf(elf, { binary: elf.path, directories, open: this.#open });
    const valueOf = symbolValues(elf, addressesIn(module));
    const section: typeof sections.section = (name) => {
      const source = sections.section(name);
      return source && relocated(elf, name, source, valueOf);
    };
    return new AddressLines(new DebugInfo({ ...sections, section }));
  }

  /** By build id, or where packages put it; what says that it is of another build is not believed. */
  #fileOf(module: string): ElfFile | undefined {
    const id = loadedBuildId(module);
    for (const path of this.#candidates(module, id)) {
      const elf = existsSync(bytePath(path)) ? opened(path) : undefined;
      if (elf === undefined) continue;
      const own = elf.buildId();
      if (hasDebugInfo(elf) && (id === undefined || own === undefined || own === id)) return elf;
      elf.close();
    }
    return undefined;
  }

  #candidates(module: string, id: string | undefined): readonly string[] {
    const { release, directories } = this.#options;
    const tree = join("/lib/modules", release);
    const { roots } = debugPlaces(join(tree, "module"), directories);
    const byId =
      id === undefined ? [] : roots.map((root) => join(root, `.build-id/${id.slice(0, 2)}/${id.slice(2)}.debug`));
    this.#paths ??= pathsIn(tree);
    const path = this.#paths.get(module);
    if (path === undefined) return byId;
    const inTree = join(tree, path);
    const inRoots = roots.flatMap((root) => [join(root, `${inTree}.debug`), join(root, inTree)]);
    return [...byId, ...inRoots, inTree];
  }
}

/** `kernel/fs/xfs/xfs.ko.xz: …`; a module's name has `_` where its file may have `-`. */
function pathsIn(tree: string): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const [, path = "", name = ""] of textOf(join(tree, "modules.dep")).matchAll(
    /^((?:[^:\n]*\/)?([^/:\n]+)\.ko)(?:\.\w+)?:/gm,
  ))
    paths.set(name.replaceAll("-", "_"), path);
  return paths;
}

function loadedBuildId(module: string): string | undefined {
  const path = join(LOADED, module, "notes/.note.gnu.build-id");
  return existsSync(path) ? buildIdIn(readFileSync(path)) : undefined;
}

/** Each is a file there; 0 where addresses are hidden from us. */
function addressesIn(module: string): SectionAddress {
  return (section) => {
    const text = textOf(join(LOADED, module, "sections", section)).trim();
    const address = /^0x[0-9a-f]+$/.test(text) ? BigInt(text) : 0n;
    return address === 0n ? undefined : address;
  };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    throwScarcity(error);
    return "";
  }
}

/** What is broken or compressed is as good as missing. */
function opened(path: string): ElfFile | undefined {
  try {
    return ElfFile.open(path);
  } catch (error) {
    throwScarcity(error);
    return undefined;
  }
}
