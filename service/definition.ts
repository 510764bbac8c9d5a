/** Where a name of the script is defined, or first written. */
import type { Range } from "./place.js";
import { referencesAt } from "./references.js";

export const definition = (text: string, offset: number): Range | undefined => referencesAt(text, offset)?.places[0];
