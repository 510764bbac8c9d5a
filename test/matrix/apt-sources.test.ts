import { expect, test } from "vitest";
import { debianSources, parseAptSources } from "./apt-sources.js";

const DEB822 = `Types: deb
# a comment
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian.gpg

Types: deb-src
URIs: http://sources.example/debian
Suites: bookworm
Components: main

Types: deb
URIs: http://disabled.example/debian
Suites: bookworm
Components: main
Enabled: no
`;

const ONE_LINE = `# deb http://commented.example/debian bookworm main
deb [arch=amd64 signed-by=/keys.gpg] http://one.example/debian trixie main contrib # why
deb http://one.example/debian-security trixie-security main
deb-src http://one.example/debian trixie main
`;

test("the enabled binary sources of a deb822 file are found", () => {
  const sources = parseAptSources("debian.sources", DEB822);
  expect(sources.map(({ uri }) => uri)).toEqual([
    "http://mirror.example/debian",
    "http://mirror.example/debian-security",
  ]);
  expect(sources[0]).toEqual({
    uri: "http://mirror.example/debian",
    suites: ["bookworm", "bookworm-updates"],
    components: ["main"],
    signedBy: "/usr/share/keyrings/debian.gpg",
  });
});

test("the binary sources of a one-line file are found", () => {
  expect(parseAptSources("sources.list", ONE_LINE)).toEqual([
    { uri: "http://one.example/debian", suites: ["trixie"], components: ["main", "contrib"], signedBy: "/keys.gpg" },
    { uri: "http://one.example/debian-security", suites: ["trixie-security"], components: ["main"], signedBy: "" },
  ]);
});

test("other suites are asked of the mirrors in use", () => {
  expect(debianSources(parseAptSources("debian.sources", DEB822), ["trixie", "bookworm-security"])).toEqual([
    "deb [signed-by=/usr/share/keyrings/debian.gpg] http://mirror.example/debian trixie main",
    "deb [signed-by=/usr/share/keyrings/debian.gpg] http://mirror.example/debian-security bookworm-security main",
  ]);
});

test("a machine without a Debian mirror is told so", () => {
  expect(() => debianSources([], ["sid"])).toThrow(/no Debian mirror/);
});
