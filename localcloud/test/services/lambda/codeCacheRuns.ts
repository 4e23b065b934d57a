import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Loads the module through the cache in a separate process, and returns its exports. */
export function runs(load: {
  bootstrap: string;
  folder: string;
  name: string;
  code: string;
}): unknown {
  const { bootstrap, folder, name, code } = load;
  const place = join(folder, name);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "dependency.js"), 'exports.name = "dependency";');
  writeFileSync(join(place, "index.js"), code);
  const script = `
    const keep = require(${JSON.stringify(bootstrap)}).useCache(${JSON.stringify(join(folder, "cache"))});
    const loaded = require(${JSON.stringify(join(place, "index.js"))});
    keep();
    Promise.resolve(loaded.imported).then((imported) =>
      process.stdout.write(JSON.stringify({ ...loaded, imported, lazy: loaded.lazy(21) })));`;
  const output = execFileSync(process.execPath, ["-e", script], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  return JSON.parse(output) as unknown;
}
