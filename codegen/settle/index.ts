export { type LoopMeans, settleLoops } from "./settle-loops.js";
export { placeSlots, type ScratchMap } from "./place-slots.js";
