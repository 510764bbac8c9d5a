/** What the launcher is compiled from and with. */
export const LAUNCHER_SOURCES = [
  "main.c",
  "cache.c",
  "environment.c",
  "greet.c",
  "huge-pages.c",
  "limits.c",
  "listing.c",
  "node.c",
  "place.c",
  "snapshot.c",
  "snapshot-name.c",
  "timers.c",
];

/**
 * For every Node. Until src/runtime/stop-signals.ts listens to it, SIGUSR1 lets Node open its debugger: on a host that no
 * network has, and for whose name nobody is asked.
 */
export const NODE_FLAGS = ["--inspect-port=none..:0"];

/**
 * For Node, when it starts from the snapshot, and when it makes it: V8 wants the same flags both times. Nodes 20 to 26 know
 * them all.
 *
 * - By default V8 chooses a new seed for its hash tables at each start and hashes every string of the snapshot again. That
 *   is for servers; it takes 2.5 ms.
 * - The baseline compiler spends 5 ms and 2 MiB on functions that then run a few times more. The optimising compiler takes
 *   care of those that handle events.
 * - A heap that comes from a snapshot is collected as a whole when it has grown by 8 MiB, which a larger script does while it
 *   is compiled: 15 ms of processor time for nothing.
 * - Scripts may be nested deeply. The launcher provides a stack of 24 MiB, of which arguments may take 6.
 */
export const SNAPSHOT_FLAGS = [
  "--no-rehash-snapshot",
  "--no-sparkplug",
  "--initial-old-space-size=64",
  "--stack-size=17500",
];

/**
 * @param {readonly string[]} snapshotFlags
 * @param {string} version - of tsbt
 */
export function flagDefinitions(snapshotFlags, version) {
  return [
    `-DVERSION=${JSON.stringify(version)}`,
    `-DNODE_FLAGS=${listInC(NODE_FLAGS)}`,
    `-DSNAPSHOT_FLAGS=${listInC(snapshotFlags)}`,
  ];
}

function listInC(words) {
  return words.map((word) => `${JSON.stringify(word)},`).join("");
}
