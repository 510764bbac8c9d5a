/** Binaries and addresses: what is in ELF files, where their symbols are, what lies at an address. */
export type { NearestSymbol } from "./address-index.js";
export { Binary } from "./binary.js";
export { BinaryCache } from "./binary-cache.js";
export type { DebugDirectories } from "./debug-directories.js";
export { demangle } from "./demangle/index.js";
export { ElfError } from "./elf-error.js";
export {
  buildIdIn,
  ElfFile,
  type DebugLink,
  type ElfNote,
  type ElfSection,
  type ElfSegment,
  type ElfType,
} from "./elf-file.js";
export { ExecutableFile, type FrameEnd } from "./executable-file.js";
export { similarPaths } from "./similar-paths.js";
export { executablePaths, type PathOptions, programPath, whyNoExecutable } from "./executable-paths.js";
export { kernelFile } from "./kernel-files.js";
export { KernelImage, runningBuildId } from "./kernel-image.js";
export { ModuleImages } from "./module-images.js";
export { type KernelFunctionSymbol, KernelSymbols } from "./kernel-symbols.js";
export { linkedFiles } from "./linked-files.js";
export { parseMaps, type Mapping } from "./process-maps.js";
export { parseProcessRecords, type ProcessRecord } from "./process-records.js";
export type { ElfSymbol, SymbolType } from "./symbol-table.js";
export { TargetProcess } from "./target-process.js";
export { UserSymbols, type SymbolCachePolicy, type UserSymbol, type UserSymbolsOptions } from "./user-symbols.js";
