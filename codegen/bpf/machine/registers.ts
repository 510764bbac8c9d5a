/** The real registers, as the calling convention divides them. */

/** r0 to r9; r10 is the frame and never allocated. */
export const REGISTER_COUNT = 10;
export const RETURN_REGISTER = 0;
export const FIRST_ARGUMENT = 1;
/** r0 to r5 are lost by every call. */
export const FIRST_SAVED = 6;
export const HINT_NONE = -1;
