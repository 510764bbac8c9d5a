/** `dist/names.cjs`: what collects the names for completion. Its argument is the addon. */
import { parentPort, workerData } from "node:worker_threads";
import { FULL_LANGUAGE } from "../../../codegen/full-language.js";
import { LiveFacts, useAddon } from "../../kernel/index.js";
import { collectNames } from "./collect.js";

useAddon(String(workerData));
parentPort?.postMessage(collectNames(FULL_LANGUAGE, new LiveFacts()));
