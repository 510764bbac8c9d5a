/** strftime() and time() show local time as date(1) does. */
import { expect } from "vitest";
import { kernelTest, run, runTsbt } from "../support/index.js";

const SCRIPT = 'begin { printf("%s\\n", strftime("%s %F %H:%M %z %Z", nsecs)); time("%Z %z\\n"); }';

const ZONES = [
  "EST5EDT,M3.2.0,M11.1.0",
  "XYZ-3:30",
  "Europe/Berlin",
  ":Europe/Berlin",
  "Asia/Tokyo",
  "Asia/Kolkata",
  "America/St_Johns",
  "right/UTC",
  "/usr/share/zoneinfo/Australia/Lord_Howe",
  "",
  "nosuch",
];

for (const TZ of ZONES) {
  kernelTest(`TZ='${TZ}'`, { matrix: false }, async () => {
    const { stdout } = await runTsbt(["-q", "-e", SCRIPT], { env: { TZ } });
    const [first = "", second] = stdout.split("\n");
    const [instant = ""] = first.split(" ");
    const date = await run("date", ["-d", `@${instant}`, `+${instant} %F %H:%M %z %Z\n%Z %z`], { env: { TZ } });
    expect([first, second]).toEqual(date.stdout.trimEnd().split("\n"));
  });
}
