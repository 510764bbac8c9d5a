/** `node --import tsbt/register`: scripts can be imported, `import script from "./script.bt"`. */
import { register } from "node:module";

register("./loader.mjs", import.meta.url);
