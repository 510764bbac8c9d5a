/** Where C headers are, and those of the kernel where they are not installed. */
export { HeaderFiles } from "./header-files.js";
export { useHeaderTable } from "./header-table.js";
export { findKernelDirs } from "./kernel-dirs.js";
