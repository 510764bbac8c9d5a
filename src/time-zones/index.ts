/** Local time, as the C library has it. */
export { chooseZone } from "./choose-zone.js";
export type { LocalOffset, Zone } from "./zone.js";
