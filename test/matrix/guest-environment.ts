import { USES_KVM } from "./machine.js";

/** How much slower an emulated processor is, roughly: a time limit is no measurement. */
const EMULATION_FACTOR = 8;

const PASSED_ON = ["CI", "TSBT", "PATH"] as const;

/** The environment of what runs in a machine. */
export function guestEnvironment(kernelVersion: string): Readonly<Record<string, string>> {
  return {
    ...Object.fromEntries(
      PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
    ),
    HOME: "/root",
    LANG: "C.UTF-8",
    TERM: "dumb",
    TSBT_MATRIX: kernelVersion,
    TSBT_TIME_FACTOR: String(USES_KVM ? 1 : EMULATION_FACTOR),
  };
}
