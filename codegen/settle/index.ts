export { placeSlots, type ScratchMap } from "./place-slots.js";
