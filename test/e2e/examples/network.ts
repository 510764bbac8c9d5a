import type { Row } from "./row.js";

/** A server and its one client, in a process of their own. */
const CONVERSATION = `"$NODE" -e '
  const server = require("net").createServer((socket) => socket.on("data", () => socket.end("12345")));
  server.listen(45678, "127.0.0.1", () => {
    const client = require("net").connect(45678, "127.0.0.1", () => client.write("123"));
    client.resume().on("close", () => server.close());
  });'`;

export const NETWORK: readonly Row[] = [
  {
    file: "tcp-connects.bt",
    isWide: true,
    commands: CONVERSATION,
    printed: /connected/,
    stdout: [/^\d+ +\S+ +127\.0\.0\.1 +45678 +\d+ connected$/m],
  },
  {
    file: "tcp-lifetimes.bt",
    isWide: true,
    commands: CONVERSATION,
    printed: / 45678 /,
    stdout: [/^127\.0\.0\.1 +\d+ +127\.0\.0\.1 +45678 +\d+ +5 +6$/m],
  },
  {
    file: "tcp-accepts.bt",
    isWide: true,
    needs: ["kprobe"],
    commands: CONVERSATION,
    printed: / 45678 /,
    stdout: [/^\d+ +\S+ +127\.0\.0\.1 +45678 +\d+\/\d+$/m],
  },
  {
    file: "tcp-retransmits.bt",
    isWide: true,
    // An address that nobody has: what is sent there comes back and is thrown away.
    commands: `ip route add 192.0.2.1 dev lo; "$NODE" -e '
      const socket = require("net").connect(9, "192.0.2.1").on("error", () => {});
      setTimeout(() => socket.destroy(), 4000);'`,
    printed: /192/,
    stdout: [/^\d\d:\d\d:\d\d \S+:\d+ -> 192\.0\.2\.1:9 in state 2$/m],
  },
  {
    file: "dns-lookups.bt",
    commands: "exec getent ahosts localhost",
    printed: /localhost/,
    stdout: [/^\d+ +getent +\d+ +0 localhost$/m],
  },
  {
    file: "packets-dropped.bt",
    isWide: true,
    // Nobody listens there.
    commands: `"$NODE" -e 'const s = require("dgram").createSocket("udp4"); s.send("x", 9, "127.0.0.1", () => s.close())'`,
    stdout: [/^@dropped\[\S*NO_SOCKET\S*, \S+\]: [1-9]\d*$/m],
  },
  {
    file: "sockets-by-cgroup.bt",
    commands: "exec getent ahosts localhost",
    stdout: [/^@sockets\[\S*, (1|2|10|16), getent\]: [1-9]\d*$/m],
  },
];
