import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Builder } from "../../../../../callbacks/delivery/zipToLambdaPipeline/build/builder";
import { bytesSource } from "../../../../../callbacks/delivery/zipToLambdaPipeline/inspect/sources";

/** Creates a builder without a sandbox: `make` returns the result of a build. */
export function playedBuilder(seconds: number, make: () => Promise<Buffer>, output = ""): Builder {
  return {
    seconds,
    async build(_source, _commands, id) {
      const zip = await make();
      const path = join(tmpdir(), `${id}.played.zip`);
      writeFileSync(path, zip);
      return { source: bytesSource(zip), path, output, remove: () => rmSync(path) };
    },
  };
}
