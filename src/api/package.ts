/** Where the bundle of the package begins. */
import { fileURLToPath } from "node:url";
import { useHeaderTable } from "../headers/index.js";
import { useAddon } from "../kernel/index.js";

const beside = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

useAddon(beside("tsbt.node"));
useHeaderTable(beside("kernel-headers.br"));

export * from "./index.js";
export * from "./vitest.js";
