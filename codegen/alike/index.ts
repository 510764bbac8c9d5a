/** Programs that are alike: compiled once, and each with constants of its own. */
export { Member } from "./join.js";
export { joined } from "./join.js";
export { membershipsOf, type Group, type Membership } from "./group.js";
export { isWorseForVarying } from "./uses.js";
