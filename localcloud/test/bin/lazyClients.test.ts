import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import * as path from "node:path";
// A plain JavaScript file, for the command line that bundles the others.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { bundleForPackage } = require("../../bin/bundle") as {
  bundleForPackage(root: string, outdir: string): { bundle: string };
};

const LOCALCLOUD = path.join(__dirname, "../..");

/** Prints what a bundle exports, and which of the SDK's clients are loaded with it. */
const SCRIPT = `
  const { startCloud, testing } = require(process.argv[1]);
  const clients = Object.keys(require.cache).filter((file) => /@aws-sdk.client-/.test(file));
  console.log(JSON.stringify([typeof startCloud, typeof testing.startProgram, clients]));
`;

describe("The bundle of the local cloud", () => {
  it("loads none of the SDK's clients before one is used", () => {
    // In the package, so that it finds its dependencies.
    const cache = path.join(LOCALCLOUD, ".cache");
    mkdirSync(cache, { recursive: true });
    const folder = mkdtempSync(path.join(cache, "bundle-"));
    try {
      const { bundle } = bundleForPackage(LOCALCLOUD, folder);
      const printed = execFileSync(process.execPath, ["-e", SCRIPT, bundle], { encoding: "utf8" });
      expect(JSON.parse(printed)).to.deep.equal(["function", "function", []]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
