import { inSpace } from "./parts/in-space.js";

export const kptr = inSpace("kptr", "kernel", {
  summary: "Says that an address is one of the kernel.",
  example: "BEGIN { print(*kptr(curtask)); exit(); }",
});
