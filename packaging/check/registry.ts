/** A registry of npm's with our packages only, for installing them as users will. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { basename } from "node:path";
import { run } from "../run.js";

interface Packed {
  readonly manifest: { readonly name: string; readonly version: string };
  readonly bytes: Buffer;
}

/** Listens on this machine only. */
export class Registry {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** @param files - as `npm pack` makes them */
  static async start(files: readonly string[]): Promise<Registry> {
    const all = files.map(read);
    const server = createServer((request, response) => {
      const path = decodeURIComponent(request.url ?? "").slice(1);
      const tarball = all.find(({ manifest }) => tarballOf(manifest) === path);
      const named = all.find(({ manifest }) => manifest.name === path);
      if (tarball !== undefined) response.end(tarball.bytes);
      else if (named !== undefined) response.end(JSON.stringify(packument(named, `http://${request.headers.host}`)));
      else response.writeHead(404).end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new Registry(server);
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

function read(path: string): Packed {
  const manifest = JSON.parse(run("tar", ["-xzOf", path, "package/package.json"])) as Packed["manifest"];
  return { manifest, bytes: readFileSync(path) };
}

/** As in the registry: other places would be written into lock files. */
const tarballOf = ({ name, version }: Packed["manifest"]): string => `${name}/-/${basename(name)}-${version}.tgz`;

/** What the registry says of a package. */
function packument({ manifest, bytes }: Packed, url: string): object {
  const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
  const { name, version } = manifest;
  return {
    name,
    "dist-tags": { latest: version },
    // Clients wait some days with what is new.
    time: { [version]: "2026-01-01T00:00:00.000Z" },
    versions: { [version]: { ...manifest, dist: { tarball: `${url}/${tarballOf(manifest)}`, integrity } } },
  };
}
