import type { BpfObject } from "../../../codegen/object.js";
import { DEFAULT_CONFIG } from "../../../codegen/config.js";
import { FULL_LANGUAGE } from "../../../codegen/full-language.js";
import { decodeScript, encodeScript, type SavedScript } from "../../../codegen/saved/index.js";

export const VERSION = "1.2.3";

/** A script that was compiled on some machine. */
export const savedScript = (object: BpfObject, parts: Partial<SavedScript> = {}): SavedScript => ({
  arch: "x86_64",
  kernel: { release: "6.18.0", build: "#1 SMP", buildId: "abcd" },
  isCertain: true,
  facts: [{ question: "supports", args: '["loop"]', answer: "true" }],
  files: [{ path: "/bin/true", bytes: 4096, modifiedNs: "1700000000000000000", buildId: undefined }],
  target: { pid: undefined },
  warnsOfReads: false,
  unsafe: [],
  warnings: [],
  config: DEFAULT_CONFIG,
  object,
  ...parts,
});

export const encoded = (script: SavedScript): Uint8Array => encodeScript(script, VERSION, FULL_LANGUAGE);
export const decoded = (bytes: Uint8Array): SavedScript => decodeScript(bytes, VERSION, FULL_LANGUAGE);
