import { readFileSync } from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { factories } from "../../bench/programs/plain/functions";

describe("the preview benchmark's program without components", function () {
  this.timeout(300_000);

  it("has a factory for the code of every function of stack dev", () => {
    const file = path.join(__dirname, "../stacks/golden/dev.json");
    const functions = Object.keys(JSON.parse(readFileSync(file, "utf8")) as object)
      .filter((urn) => urn.includes("aws:lambda/function:Function::"))
      .map((urn) => urn.split("::").at(-1));
    expect(Object.keys(factories)).to.have.members(functions);
  });

  it("has factories that Pulumi's own serializer can read", async () => {
    for (const [name, factory] of Object.entries<() => unknown>(factories)) {
      const { text } = await pulumi.runtime.serializeFunction(factory, { isFactoryFunction: true });
      expect(text, name).to.contain("exports.handler");
    }
  });
});
