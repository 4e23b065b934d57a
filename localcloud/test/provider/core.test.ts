import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { unzipSync } from "fflate";
import { PartialFailure, type Properties } from "../../provider/types";
import { ProviderCore } from "../../provider/core";
import { invokeTokens } from "../../provider/invokes";
import { resourceTokens } from "../../provider/resources";
import { ARCHIVE, ASSET, SIGNATURE, UNKNOWN } from "../../provider/values";
import { zipArchive } from "../../provider/zip";
import { ProviderBench } from "../support/resourceLifecycle";

const QUEUE = "aws:sqs/queue:Queue";
const LOCAL = new ProviderCore({
  aws: { region: "eu-central-1", accountId: "123456789012" },
  programDirectory: __dirname,
});

const check = (type: string, news: Properties, olds?: Properties, seed = "seed", name = "thing") =>
  LOCAL.check({
    urn: `urn:pulumi:dev::test::${type}::${name}`,
    type,
    news,
    olds,
    randomSeed: Buffer.from(seed),
  });

describe("provider: check", function () {
  it("generates names from the resource's name, within AWS's limits, the same for the same seed", () => {
    const name = (...args: Parameters<typeof check>): string => String(check(...args).inputs.name);
    expect(name(QUEUE, {}))
      .to.match(/^thing-[0-9a-f]{7}$/)
      .and.equal(name(QUEUE, {}));
    expect(name(QUEUE, {})).to.not.equal(name(QUEUE, {}, undefined, "other seed"));
    expect(name(QUEUE, { fifoQueue: true })).to.match(/^thing-[0-9a-f]{7}\.fifo$/);
    expect(name("aws:kms/alias:Alias", { targetKeyId: "k" })).to.match(
      /^alias\/thing-[0-9a-f]{7}$/,
    );
    // Only its case changes, so S3 refuses other characters: pulumi-aws, AutoNameTransform("bucket", 63, ...).
    expect(check("aws:s3/bucket:Bucket", {}, undefined, "s", "A_b").inputs.bucket).to.match(
      /^a_b-[0-9a-f]{7}$/,
    );
    expect(
      name(
        "aws:apigateway/model:Model",
        { restApi: "a", contentType: "b" },
        undefined,
        "s",
        "a-b_c",
      ),
    ).to.match(/^ab_c[0-9a-f]{7}$/);
    expect(name("aws:iam/role:Role", { assumeRolePolicy: "{}", namePrefix: "app-" })).to.match(
      /^app-[0-9a-f]{26}$/,
    );
  });

  it("refuses a resource's own name or prefix that leaves no room for random digits, as Pulumi does", () => {
    const problem = (...args: Parameters<typeof check>): unknown => check(...args).failures;
    const long = "x".repeat(73);
    const refused = (name: string, digits: number, most: number) => [
      {
        property: "name",
        reason: `name '${name}' plus ${digits} random chars is longer than maximum length ${most}`,
      },
    ];
    expect(problem(QUEUE, {}, undefined, "s", "x".repeat(72))).to.deep.equal([]);
    expect(problem(QUEUE, {}, undefined, "s", long)).to.deep.equal(refused(`${long}-`, 7, 80));
    const fifo = { fifoQueue: true };
    const most = "x".repeat(68);
    expect(problem(QUEUE, fifo, undefined, "s", most)).to.deep.equal(refused(`${most}-`, 7, 75));
    const role = { assumeRolePolicy: "{}", namePrefix: "p".repeat(39) };
    expect(problem("aws:iam/role:Role", role)).to.deep.equal(refused(role.namePrefix, 26, 64));
  });

  it("keeps a generated name, and prefers a given one", () => {
    const first = check(QUEUE, {}).inputs;
    expect(check(QUEUE, {}, first, "another").inputs.name).to.equal(first.name);
    expect(check(QUEUE, { name: "given" }, first).inputs).to.not.have.property("__defaults");
  });

  it("names missing inputs, unsupported inputs and unsupported types", () => {
    expect(check("aws:iam/rolePolicy:RolePolicy", { role: "r" }).failures).to.deep.equal([
      { property: "policy", reason: "is required, and was not given" },
    ]);
    expect(
      check("aws:lambda/function:Function", { role: "r", snapStart: {} }).failures,
    ).to.deep.equal([
      { property: "snapStart", reason: "is not supported by the local cloud's provider" },
    ]);
    expect(() => check("aws:sfn/activity:Activity", {})).to.throw(
      /resource type 'aws:sfn\/activity:Activity'/,
    );
  });

  it("does not check values that are not known yet", () => {
    const news = { hashKey: UNKNOWN, replicas: UNKNOWN };
    expect(check("aws:dynamodb/table:Table", news).failures).to.deep.equal([]);
  });

  it("has types and functions with the names of @pulumi/aws", () => {
    for (const token of [...resourceTokens(), ...invokeTokens()])
      expect(token).to.match(/^aws:[a-z\d]+\/[a-zA-Z\d]+:[a-zA-Z\d]+$/);
  });
});

describe("provider: resource types", function () {
  it("all have a test of their life cycle", () => {
    const folder = path.join(__dirname, "resources");
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    const tests = files.filter((file) => file.endsWith(".test.ts"));
    const texts = tests.map((file) => readFileSync(path.join(folder, file), "utf8")).join("\n");
    const untested = resourceTokens().filter((token) => !texts.includes(`type: "${token}"`));
    expect(untested).to.deep.equal([]);
  });
});

describe("provider: diff", function () {
  const diff = (
    type: string,
    olds: Properties,
    news: Properties,
    replaceOnChanges: string[] = [],
  ) => {
    const { detailed, ...rest } = LOCAL.diff(type, olds, news, { replaceOnChanges });
    return { detailed: Object.fromEntries(detailed), ...rest };
  };
  const role = { name: "r", assumeRolePolicy: '{"a": 1}', tags: { "a b": "1", c: "2" } };

  it("names the smallest parts that differ", () => {
    const news = { ...role, tags: { "a b": "2", d: "3" }, description: "x" };
    expect(diff("aws:iam/role:Role", role, news).detailed).to.deep.equal({
      'tags["a b"]': "update",
      "tags.c": "delete",
      "tags.d": "add",
      description: "add",
    });
  });

  it("compares JSON by its meaning, treats null as absent, and ignores generated names", () => {
    const news = {
      ...role,
      assumeRolePolicy: '{ "a":1 }',
      description: null,
      __defaults: ["name"],
    };
    expect(diff("aws:iam/role:Role", role, news).changed).to.equal(false);
    const other = { ...role, assumeRolePolicy: '{"a":2}' };
    expect(diff("aws:iam/role:Role", role, other).detailed).to.deep.equal({
      assumeRolePolicy: "update",
    });
  });

  it("deletes first if a fixed name stays the same, and creates first if the name is generated", () => {
    const moved = { ...role, path: "/new/" };
    expect(diff("aws:iam/role:Role", role, moved)).to.include({
      replace: true,
      deleteBeforeReplace: true,
    });
    expect(diff("aws:iam/role:Role", role, { ...moved, __defaults: ["name"] })).to.include({
      replace: true,
      deleteBeforeReplace: false,
    });
  });

  it("replaces on changes that the program names, also if a whole block is added or removed", () => {
    const olds = { name: "f", environment: { variables: { ONE: "1", TWO: "2" } } };
    const change = (environment: unknown, rule: string) =>
      diff("aws:lambda/function:Function", olds, { name: "f", environment }, [rule]).replace;
    const rule = "environment.variables.ONE";
    expect(change({ variables: { ONE: "1", TWO: "3" } }, rule)).to.equal(false);
    expect(change({ variables: { ONE: "3", TWO: "2" } }, rule)).to.equal(true);
    expect(change(undefined, rule)).to.equal(true);
    expect(change({ variables: { ONE: "1", TWO: "3" } }, "*")).to.equal(true);
    expect(change({ variables: { ONE: "1", TWO: "3" } }, 'environment.variables["TWO"]')).to.equal(
      true,
    );
  });

  it("compares archives by what they contain", () => {
    const asset = (hash: string, file: string) => ({ [SIGNATURE]: ASSET, hash, path: file });
    const code = (hash: string, file: string) => ({
      [SIGNATURE]: ARCHIVE,
      hash,
      assets: { "index.js": asset(hash, file), "same.js": asset("0", "/same") },
    });
    const compare = (one: unknown, other: unknown) =>
      Object.keys(diff("aws:lambda/function:Function", { code: one }, { code: other }).detailed);
    expect(compare(code("1", "/a"), code("1", "/b"))).to.deep.equal([]);
    expect(compare(code("1", "/a"), code("2", "/a"))).to.deep.equal(['code.assets["index.js"]']);
    // A variable named hash has no special meaning.
    const variables = (B: string) => ({ environment: { variables: { hash: "1", B } } });
    expect(diff("aws:lambda/function:Function", variables("1"), variables("2")).changed).to.equal(
      true,
    );
  });
});

describe("provider: zip", function () {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "zip-"));
    mkdirSync(path.join(folder, "lib/inner"), { recursive: true });
    writeFileSync(path.join(folder, "lib/b.txt"), "b");
    writeFileSync(path.join(folder, "lib/inner/a.txt"), "a");
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const archive = () => ({
    assets: {
      "z.js": { text: "z" },
      lib: { path: "lib" },
      more: { assets: { "é.txt": { text: "ü" } } },
    },
  });

  it("contains texts, files, folders and archives inside archives", () => {
    const files = unzipSync(zipArchive(archive(), folder));
    expect(
      Object.entries(files).map(([name, data]) => [name, Buffer.from(data).toString()]),
    ).to.deep.equal([
      ["lib/b.txt", "b"],
      ["lib/inner/a.txt", "a"],
      ["more/é.txt", "ü"],
      ["z.js", "z"],
    ]);
  });

  it("has the same bytes in every time zone and order of files", () => {
    const script = `
      require(${JSON.stringify(path.join(__dirname, "../support/setup.js"))});
      const { zipArchive } = require(${JSON.stringify(path.join(__dirname, "../../provider/zip"))});
      process.stdout.write(Buffer.from(zipArchive(${JSON.stringify(archive())}, process.argv[1])).toString("base64"));`;
    const here = Buffer.from(zipArchive(archive(), folder)).toString("base64");
    for (const TZ of ["Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kathmandu"]) {
      const child = spawnSync(process.execPath, ["-e", script, folder], {
        env: { ...process.env, TZ },
      });
      expect(child.stdout.toString(), TZ + child.stderr.toString()).to.equal(here);
    }
    const { assets } = archive();
    const reversed = Object.fromEntries(Object.entries(assets).reverse());
    expect(Buffer.from(zipArchive({ assets: reversed }, folder)).toString("base64")).to.equal(here);
  });
});

describe("provider: invokes and half-made resources", function () {
  let bench: ProviderBench;

  before(async () => {
    bench = await ProviderBench.start();
  });

  after(() => bench.stop());

  it("returns results of functions that call AWS", async () => {
    const { core } = bench;
    expect(await core.invoke("aws:index/getCallerIdentity:getCallerIdentity", {})).to.deep.include({
      accountId: "123456789012",
      arn: "arn:aws:iam::123456789012:root",
    });
    await bench.make("aws:ssm/parameter:Parameter", {
      name: "/app/b",
      type: "SecureString",
      value: "s",
    });
    await bench.make("aws:ssm/parameter:Parameter", {
      name: "/app/c/d",
      type: "String",
      value: "t",
    });
    const token = "aws:ssm/getParametersByPath:getParametersByPath";
    expect(await core.invoke(token, { path: "/app", recursive: true })).to.deep.include({
      names: ["/app/b", "/app/c/d"],
      values: ["s", "t"],
    });
    expect(await core.invoke("aws:ssm/getParameter:getParameter", { name: "/app/b" })).to.include({
      value: "s",
      insecureValue: "",
    });
    expect(core.secretResults("aws:ssm/getParameter:getParameter")).to.deep.equal(["value"]);
  });

  it("returns results of functions that only compute, and refuses others by name", async () => {
    const { core } = bench;
    expect(await core.invoke("aws:index/getRegion:getRegion", {})).to.include({
      region: "eu-central-1",
    });
    expect(await core.invoke("aws:index/getPartition:getPartition", {})).to.include({
      partition: "aws",
    });
    expect(
      await core.invoke("aws:index/getAvailabilityZones:getAvailabilityZones", {}),
    ).to.deep.include({ zoneIds: ["euc1-az1", "euc1-az2", "euc1-az3"] });
    expect(
      await core.invoke("aws:index/getArn:getArn", { arn: "arn:aws:sns:eu-central-1:1:a:b" }),
    ).to.include({ service: "sns", resource: "a:b" });
    const refusal = await core
      .invoke("aws:s3/getBucket:getBucket", {})
      .catch((error: Error) => error);
    expect(refusal)
      .to.have.property("message")
      .that.contains("function 'aws:s3/getBucket:getBucket'");
  });

  it("returns the state of a partially created resource, so that it can be completed", async () => {
    bench.cloud.faults.add({ kind: "accessDenied", service: "iam", operation: "PutRolePolicy" });
    const inputs = bench.check("aws:iam/role:Role", {
      assumeRolePolicy:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}]}',
      inlinePolicies: [
        {
          name: "p",
          policy:
            '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}',
        },
      ],
    });
    const failure = await bench.core
      .create("aws:iam/role:Role", inputs)
      .catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(PartialFailure);
    const { id, outputs, message } = failure as PartialFailure;
    expect({ id, message }).to.deep.equal({
      id: inputs.name,
      message: "AccessDenied: Access denied by a fault rule.",
    });
    expect(outputs.arn).to.equal(`arn:aws:iam::123456789012:role/${id}`);
    const found = await bench.core.refresh("aws:iam/role:Role", id, inputs);
    await bench.core.update("aws:iam/role:Role", id, inputs, found?.inputs ?? {});
    expect((await bench.core.refresh("aws:iam/role:Role", id, inputs))?.inputs).to.deep.equal(
      inputs,
    );
    await bench.core.delete("aws:iam/role:Role", id, inputs, outputs);
  });
});
