import { AddonError } from "../kernel/index.js";
import { TsbtError } from "./error.js";

/** Does what needs the addon. @throws {@link TsbtError} with the code `addon` when there is none that can be used */
export function withAddon<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof AddonError) throw new TsbtError("addon", error.message, { cause: error });
    throw error;
  }
}
