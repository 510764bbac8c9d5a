/** For a run with another addon than the one that is installed. */
import { useAddon } from "../../src/kernel/native.js";
import { ADDON } from "./project.js";

useAddon(ADDON);
