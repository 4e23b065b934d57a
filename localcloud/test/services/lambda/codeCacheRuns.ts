import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Loads the module through the cache in a separate process, calls its function `lazy`, keeps what V8 has compiled by
 * then, and returns the module's exports. With `keepsFirst`, it keeps what V8 has compiled before the call.
 */
export function runs(load: {
  bootstrap: string;
  folder: string;
  name: string;
  code: string;
  keepsFirst?: boolean;
}): unknown {
  const { bootstrap, folder, name, code, keepsFirst = false } = load;
  const place = join(folder, name);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "dependency.js"), 'exports.name = "dependency";');
  writeFileSync(join(place, "index.js"), code);
  const script = `
    const compiled = require(${JSON.stringify(bootstrap)}).useCache(${JSON.stringify(join(folder, "cache"))});
    const loaded = require(${JSON.stringify(join(place, "index.js"))});
    compiled.loaded();
    if (${keepsFirst}) compiled.keep();
    Promise.resolve(loaded.imported).then((imported) => {
      process.stdout.write(JSON.stringify({ ...loaded, imported, lazy: loaded.lazy(21) }));
      compiled.keep();
    });`;
  const output = execFileSync(process.execPath, ["-e", script], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  return JSON.parse(output) as unknown;
}
