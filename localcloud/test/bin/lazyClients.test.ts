import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import * as path from "node:path";
// eslint-disable-next-line @typescript-eslint/no-require-imports -- plain JavaScript, which an import would leave untyped
const { bundleForPackage, bundleForPlugin } = require("../../bin/bundle") as {
  bundleForPackage(root: string, outdir: string): { bundle: string };
  bundleForPlugin(root: string, outdir: string): string;
};

const LOCALCLOUD = path.join(__dirname, "../..");

/** Prints what a bundle exports, and which of the SDK's clients are loaded with it. */
const SCRIPT = `
  const exported = Object.keys(require(process.argv[1]));
  const clients = Object.keys(require.cache).filter((file) => /@aws-sdk.client-/.test(file));
  console.log(JSON.stringify({ exported, clients }));
`;

describe("A bundle of the local cloud", () => {
  let folder: string;
  before(() => {
    // In the package, so that it finds its dependencies.
    const cache = path.join(LOCALCLOUD, ".cache");
    mkdirSync(cache, { recursive: true });
    folder = mkdtempSync(path.join(cache, "bundle-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const bundles: Readonly<Record<string, () => string>> = {
    startCloud: () => bundleForPackage(LOCALCLOUD, folder).bundle,
    servePlugin: () => bundleForPlugin(LOCALCLOUD, folder),
  };
  for (const [name, bundle] of Object.entries(bundles))
    it(`loads none of the SDK's clients before one is used: the one that exports ${name}`, () => {
      const args = ["-e", SCRIPT, bundle()];
      const printed = execFileSync(process.execPath, args, { encoding: "utf8" });
      const { exported, clients } = JSON.parse(printed) as Record<string, readonly string[]>;
      expect(exported).to.include(name);
      expect(clients).to.deep.equal([]);
    });
});
