import { expect } from "chai";
import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";

const REPOSITORY = path.join(__dirname, "../../..");

describe("The Outputs of a resource's properties", () => {
  it("are created when something reads them, and only those", async () => {
    const counts = await run(`
      const resolvers = transfer({ arn: undefined, tags: {} });
      const before = created;
      Output.isInstance(resource.arn);
      const asked = created;
      resource.arn.apply((arn) => arn);
      // The second one is that of apply().
      console.log(JSON.stringify({ before, asked, read: created }));
    `);
    expect(counts).to.deep.equal({ before: 0, asked: 0, read: 1 });
  });

  for (const when of ["before", "after"])
    it(`have their value, secrecy and dependencies if they are read ${when} the engine's answer`, async () => {
      const answer = "resolvers.arn('arn:one', true, true, [other]);";
      const result = await run(`
        const other = { __pulumiResource: true, other: true };
        const resolvers = transfer({ arn: undefined });
        ${when === "after" ? answer : ""}
        const applied = resource.arn.apply((arn) => [arn]);
        ${when === "before" ? answer : ""}
        Promise.all([applied.promise(), applied.isKnown, applied.isSecret, applied.allResources()]).then(
          ([value, isKnown, isSecret, resources]) => console.log(JSON.stringify({
            value, isKnown, isSecret, resources: [...resources].map((one) => one.other ?? one === resource) })));
      `);
      expect(result).to.deep.equal({
        value: ["arn:one"],
        isKnown: true,
        isSecret: true,
        resources: [true, true],
      });
    });

  it("are unknown in a preview, like the SDK's own", async () => {
    const result = await run(`
      transfer({ arn: undefined }).arn(undefined, false, false);
      const { arn } = resource;
      Promise.all([arn.promise(), arn.isKnown, arn.isSecret]).then(([value, isKnown, isSecret]) =>
        console.log(JSON.stringify({ value: value ?? null, isKnown, isSecret })));
    `);
    expect(result).to.deep.equal({ value: null, isKnown: false, isSecret: false });
  });

  it("fail with the resource's error, but stay pending if the engine has hung up", async () => {
    const result = await run(`
      const hungUp = Object.assign(new Error("hung up"), { code: 14, details: "", metadata: {} });
      const { arn, tags } = transfer({ arn: undefined, tags: undefined });
      arn(undefined, true, false, [], new Error("no such bucket"));
      tags(undefined, true, false, [], hungUp);
      let pending = true;
      resource.tags.promise().finally(() => (pending = false));
      resource.arn.promise().catch(({ message }) =>
        setImmediate(() => console.log(JSON.stringify({ message, pending }))));
      for (const part of ["isKnown", "isSecret"]) resource.arn[part].catch(() => undefined);
      process.on("unhandledRejection", () => undefined);
    `);
    expect(result).to.deep.equal({ message: "no such bucket", pending: true });
  });

  it("look like the SDK's own to everything that inspects them", async () => {
    const result = await run(`
      transfer({ arn: undefined });
      const own = new Output(resource, ...[1, true, false, []].map((value) => Promise.resolve(value)));
      const view = (output) => ({
        isOutput: Output.isInstance(output) && output instanceof Output,
        keys: Reflect.ownKeys(output),
        text: util.inspect(output),
        lifted: Output.isInstance(output.anything),
        then: typeof output.then,
        has: "apply" in output,
        isProxy: util.types.isProxy(output),
      });
      console.log(JSON.stringify([view(own), view(resource.arn)]));
    `);
    const [own, lazy] = result as unknown as [Record<string, unknown>, Record<string, unknown>];
    expect(lazy).to.deep.equal(own);
    expect(lazy).to.deep.include({ isOutput: true, lifted: true, then: "undefined" });
  });

  it("are refused by the SDK for a property that the resource already has", async () => {
    const result = await run(`
      resource.arn = "mine";
      try { transfer({ arn: undefined }); } catch ({ message }) { console.log(JSON.stringify({ message })); }
    `);
    expect(result.message).to.match(/^Property 'arn' is already initialized on target 'bucket/);
  });
});

/** Runs a script in its own process, whose SDK creates Outputs lazily; returns the JSON that it prints. */
async function run(script: string): Promise<Record<string, unknown>> {
  const prepared = `
    const util = require("node:util");
    const sdk = (name) => require(name.replace("../..", "@pulumi/pulumi"));
    const output = sdk("../../output");
    const { Output } = output;
    let created = 0;
    output.Output = new Proxy(Output, {
      construct: (...args) => { created += 1; return Reflect.construct(...args); },
    });
    require("./localcloud/engine/process/lazyOutputs.cjs").createOutputsLazily(sdk);
    const resource = { __pulumiResource: true };
    const transfer = (properties) =>
      sdk("../../runtime/rpc").transferProperties(resource, "bucket", properties);
    ${script}`;
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", prepared], {
    cwd: REPOSITORY,
  });
  return JSON.parse(stdout) as Record<string, unknown>;
}
