import { inSpace } from "./parts/in-space.js";

export const uptr = inSpace("uptr", "user", {
  summary: "Says that an address is one of the current process.",
  example: "BEGIN { print(str(uptr(0))); exit(); }",
});
