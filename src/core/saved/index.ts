export { differences } from "./machine.js";
export { observe, type Witness } from "./relied-facts.js";
export { refusedPlaces } from "./places.js";
export { foreignPrograms, type SafeResult, savedFrom, unsafeParts } from "./save.js";
export { unsafeNeeds } from "./unsafe-needs.js";
export { withTarget } from "./with-target.js";
