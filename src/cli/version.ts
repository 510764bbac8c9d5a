import manifest from "../../package.json" with { type: "json" };

/** As compiled scripts have it, and the TypeScript interface. */
export const NUMBER: string = manifest.version;

export const VERSION = `tsbt v${NUMBER}`;
