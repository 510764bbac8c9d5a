/** What installs packages of npm's registry. */

export interface Client {
  /** Its package is in /opt/client. What installs tsbt into the folder where one is; `flags` are npm's. */
  readonly install: (registry: string, flags: string) => string;
  /** What runs tsbt then. */
  readonly command: string;
}

const IN_MODULES = "/work/node_modules/.bin/tsbt";

const CLIENTS: Readonly<Record<string, Client>> = {
  npm: {
    install: (registry, flags) =>
      `node /opt/client/bin/npm-cli.js install --silent --no-audit --no-fund --registry ${registry} ${flags} tsbt`,
    command: IN_MODULES,
  },
  pnpm: {
    install: (registry) => `node /opt/client/bin/pnpm.cjs add --silent --registry ${registry} tsbt`,
    command: IN_MODULES,
  },
  yarn: {
    install: (registry) => `node /opt/client/bin/yarn.js add --silent --registry ${registry} tsbt`,
    command: IN_MODULES,
  },
  // Plug'n'Play: there is no node_modules. What it takes to start is Yarn's, for the most part.
  "@yarnpkg/cli-dist": {
    install: (registry) =>
      [
        `echo '{ nodeLinker: pnp, npmRegistryServer: "${registry}", unsafeHttpWhitelist: ["127.0.0.1"] }' > .yarnrc.yml`,
        "YARN_ENABLE_TELEMETRY=0 node /opt/client/bin/yarn.js add tsbt > /tmp/yarn || cat /tmp/yarn",
      ].join("\n"),
    command: "node /opt/client/bin/yarn.js tsbt",
  },
  "@oven/bun-linux-x64": {
    install: (registry) => `/opt/client/bin/bun add --silent --registry ${registry} tsbt`,
    command: IN_MODULES,
  },
};

/** @param specification - as `npm@11` */
export function clientOf(specification: string): Client {
  const client = CLIENTS[specification.replace(/@[^@]*$/, "")];
  if (client === undefined) throw new Error(`no client ${specification}`);
  return client;
}
