/** What a failed helper means, in words (output.md 11). */
import { strerror } from "./strerror.js";

const E2BIG = 7;
const ENOENT = 2;

const MAP_FULL =
  "Map full; can't update element. Try increasing max_map_keys config or manually setting the max entries in a map " +
  "declaration e.g. `let @a = hash(5000)`";

export function helperMessage(helper: string, result: number): string {
  if (helper === "map_update_elem" && result === -E2BIG) return MAP_FULL;
  if (helper === "map_delete_elem" && result === -ENOENT) return "Can't delete map element because it does not exist.";
  if (helper === "map_lookup_elem") return "Can't lookup map element because it does not exist.";
  return strerror(-result);
}
