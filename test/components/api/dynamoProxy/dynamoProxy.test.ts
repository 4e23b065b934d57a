import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
  CommentsDynamoProxy,
  type CommentsDynamoProxyArgs,
} from "../../../../components/api/dynamoProxy/commentsDynamoProxy";
import { DynamoProxy } from "../../../../components/api/dynamoProxy/dynamoProxy";
import type { DynamoProxyArgs } from "../../../../components/api/dynamoProxy/args";
import { mockPulumi, type PulumiMocks, unwrap } from "../../../support/graph/pulumiMocks";

const quiet = { alarmActions: [] };

/** A table with a composite key and a route of every kind. */
const notes: DynamoProxyArgs = {
  ...quiet,
  attributes: {
    owner: { type: "string", maxLength: 64 },
    noteId: { type: "string", maxLength: 64 },
    text: { type: "string" },
    stars: { type: "integer", optional: true, minimum: 0, maximum: 5 },
    done: { type: "boolean", optional: true },
  },
  hashKey: "owner",
  rangeKey: "noteId",
  routes: [
    {
      operation: "put",
      method: "PUT",
      path: "/notes/{owner}/{noteId}",
      body: ["text", "stars", "done"],
    },
    { operation: "get", path: "/notes/{owner}/{noteId}" },
    { operation: "delete", path: "/notes/{owner}/{noteId}" },
    { operation: "query", path: "/notes/{owner}", list: "notes" },
  ],
};

const refused: { args: object; says: string[] }[] = [
  { args: { routes: [] }, says: ["routes: given []", "at least one"] },
  { args: { hashkey: "owner" }, says: ["hashkey", "allowed names are"] },
  {
    args: { attributes: { "a-b": { type: "string" } } },
    says: ["attributes", '"a-b"', "letters, digits and _"],
  },
  {
    args: { attributes: { ...notes.attributes, x: { type: "date" } } },
    says: ["attributes.x.type", '"date"', "string, number"],
  },
  {
    args: { attributes: { ...notes.attributes, x: { type: "string", maxLength: 0 } } },
    says: ["attributes.x.maxLength: given 0"],
  },
  {
    args: {
      attributes: { ...notes.attributes, x: { type: "string", minLength: 9, maxLength: 3 } },
    },
    says: ["attributes.x.minLength: given 9", "maxLength (3)"],
  },
  {
    args: { routes: [{ operation: "get", path: "notes/{owner}/{noteId}" }] },
    says: ["routes[0].path"],
  },
  {
    args: { routes: [{ operation: "get", path: "/notes/{owner}/" }] },
    says: ["routes[0].path", "without a slash"],
  },
  {
    args: { routes: [{ operation: "get", path: "/notes/{owner}" }] },
    says: ["routes[0].path", "{owner}, {noteId}"],
  },
  {
    args: { routes: [{ operation: "query", path: "/n/{owner}", list: "n", index: "by" }] },
    says: ["routes[0].index", '"by"'],
  },
  {
    args: { routes: [{ operation: "query", path: "/n/{owner}", list: "n", defaultLimit: 1001 }] },
    says: ["routes[0].defaultLimit: given 1001", "from 1 to 1000"],
  },
  {
    args: { routes: [{ operation: "put", method: "POST", path: "/n", body: ["owner"] }] },
    says: ["routes[0]", "'noteId'"],
  },
  {
    args: { routes: [{ operation: "put", method: "POST", path: "/n", body: ["nope"] }] },
    says: ["routes[0].body", '"nope"'],
  },
  { args: { routes: [notes.routes[1], notes.routes[1]] }, says: ["routes", "GET /notes", "once"] },
  { args: { cors: { allowOrigin: "https://a.example/path" } }, says: ["cors.allowOrigin"] },
  { args: { stageName: "a/b" }, says: ["stageName"] },
  { args: { cacheControl: "x'y" }, says: ["cacheControl"] },
  { args: { expireAfterDays: 0 }, says: ["expireAfterDays: given 0"] },
  { args: { capacity: { read: 0, write: 1 } }, says: ["capacity.read: given 0"] },
  { args: { logRetentionInDays: 31 }, says: ["logRetentionInDays: given 31"] },
  {
    args: { authorization: { type: "NONE", reason: " " } },
    says: ["authorization.reason", "why everyone"],
  },
  { args: { authorization: { type: "JWT" } }, says: ["authorization.type", '"JWT"', "AWS_IAM"] },
  { args: { throttling: { rateLimit: 0 } }, says: ["throttling.rateLimit: given 0"] },
];

describe("DynamoProxy", () => {
  let mocks: PulumiMocks;
  beforeEach(() => {
    mocks = mockPulumi();
  });

  async function settled(proxy: DynamoProxy): Promise<void> {
    await unwrap(proxy.url);
    // All resources were registered synchronously; the mocks answer after a few turns of the event loop.
    while (mocks.ofType("aws:apigateway/methodSettings:MethodSettings").length === 0)
      await new Promise((resolve) => setImmediate(resolve));
  }

  for (const { args, says } of refused)
    it(`refuses ${says[0]}${says[1] ? `, saying ${says[1]}` : ""}`, () => {
      const build = (): DynamoProxy =>
        new DynamoProxy("notes", { ...notes, ...args } as DynamoProxyArgs);
      expect(build).to.throw(pulumi.ResourceError);
      for (const text of says) expect(build).to.throw(text);
    });

  it("grants exactly the actions of its routes on the table", async () => {
    await settled(new DynamoProxy("notes", notes));
    const policies = mocks.ofType("aws:iam/rolePolicy:RolePolicy");
    const policy = policies.find(({ name }) => name === "notes-policy")?.inputs.policy as string;
    const { Statement } = JSON.parse(policy) as {
      Statement: { Action: string[]; Resource: string[] }[];
    };
    const table = "arn:aws:dynamodb:eu-central-1:123456789012:notes-0000001";
    expect(Statement.map(({ Action, Resource }) => [Action, Resource])).to.deep.equal([
      [["dynamodb:PutItem"], [table]],
      [["dynamodb:GetItem"], [table]],
      [["dynamodb:DeleteItem"], [table]],
      [["dynamodb:Query"], [table]],
    ]);
  });

  it("never passes on a body that no template has rewritten", async () => {
    await settled(new DynamoProxy("notes", { ...notes, cors: { allowOrigin: "*" } }));
    const integrations = mocks.ofType("aws:apigateway/integration:Integration");
    expect(integrations).to.have.length(6);
    for (const { inputs } of integrations) {
      expect(inputs.passthroughBehavior).to.equal("NEVER");
      expect(Object.keys(inputs.requestTemplates as object)).to.deep.equal(["application/json"]);
    }
  });

  it("validates bodies and parameters on every method", async () => {
    await settled(new DynamoProxy("notes", notes));
    const [validator] = mocks.ofType("aws:apigateway/requestValidator:RequestValidator");
    expect(validator.inputs).to.include({
      validateRequestBody: true,
      validateRequestParameters: true,
    });
    for (const { inputs } of mocks.ofType("aws:apigateway/method:Method"))
      expect(inputs.requestValidatorId).to.equal("notes-validator-id");
  });

  it("keeps backups, and pays per request, by default", async () => {
    await settled(new DynamoProxy("notes", notes));
    const { inputs } = mocks.only("aws:dynamodb/table:Table");
    expect(inputs).to.deep.include({
      billingMode: "PAY_PER_REQUEST",
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: false,
    });
    expect(inputs).to.not.have.any.keys("readCapacity", "ttl");
  });

  it("reserves capacity, protects the table and expires items when asked", async () => {
    const args = {
      ...notes,
      capacity: { read: 5, write: 2 },
      deletionProtection: true,
      expireAfterDays: 7,
    };
    await settled(new DynamoProxy("notes", args));
    expect(mocks.only("aws:dynamodb/table:Table").inputs).to.deep.include({
      billingMode: "PROVISIONED",
      readCapacity: 5,
      writeCapacity: 2,
      deletionProtectionEnabled: true,
      ttl: { attributeName: "expiresAt", enabled: true },
    });
  });

  it("throttles, logs accesses and errors, and never traces data", async () => {
    await settled(
      new DynamoProxy("notes", { ...notes, throttling: { rateLimit: 7, burstLimit: 3 } }),
    );
    const { inputs } = mocks.only("aws:apigateway/methodSettings:MethodSettings");
    expect(inputs.settings).to.deep.equal({
      loggingLevel: "ERROR",
      dataTraceEnabled: false,
      metricsEnabled: true,
      throttlingRateLimit: 7,
      throttlingBurstLimit: 3,
    });
    const { accessLogSettings } = mocks.only("aws:apigateway/stage:Stage").inputs;
    expect(accessLogSettings).to.have.property("format").that.contains("$context.resourcePath");
    expect(accessLogSettings).to.have.property("format").that.does.not.contain("$context.path ");
  });

  it("uses the configured authorization", async () => {
    await settled(new DynamoProxy("notes", { ...notes, authorization: { type: "AWS_IAM" } }));
    for (const { inputs } of mocks.ofType("aws:apigateway/method:Method"))
      expect(inputs.authorization).to.equal("AWS_IAM");
  });

  it("answers preflights without authorization, since browsers send them without credentials", async () => {
    const cors = { allowOrigin: "https://example.com" };
    await settled(new DynamoProxy("notes", { ...notes, cors, authorization: { type: "AWS_IAM" } }));
    const options = mocks
      .ofType("aws:apigateway/method:Method")
      .filter(({ inputs }) => inputs.httpMethod === "OPTIONS");
    expect(options.map(({ inputs }) => inputs.authorization)).to.deep.equal(["NONE", "NONE"]);
  });

  it("keeps the resources of a stack whose names still contain the name of a parameter", async () => {
    const aliases: [string, unknown][] = [];
    const args = { ...notes, cors: { allowOrigin: "*" } };
    const proxy = new DynamoProxy("notes", args, {
      transformations: [
        ({ name, opts }) => {
          if (name.includes("{}")) aliases.push([name, opts.aliases]);
          return undefined;
        },
      ],
    });
    await settled(proxy);
    const kinds = ["Resource", "Method", "Integration", "MethodResponse", "IntegrationResponse"];
    expect(aliases.length).to.be.greaterThan(kinds.length * 4);
    for (const [name, given] of aliases) {
      const former = name.replace("{}", "by-owner").replace("{}", "by-noteId");
      expect(given, name).to.deep.equal([{ name: former }]);
    }
  });

  it("creates a new deployment exactly when the API changes", async () => {
    const trigger = async (args: DynamoProxyArgs): Promise<unknown> => {
      mocks = mockPulumi();
      await settled(new DynamoProxy("notes", args));
      return mocks.only("aws:apigateway/deployment:Deployment").inputs.triggers;
    };
    const same = await trigger(notes);
    expect(await trigger({ ...notes })).to.deep.equal(same);
    expect(await trigger({ ...notes, logRetentionInDays: 90 })).to.deep.equal(same);
    for (const change of [
      { authorization: { type: "AWS_IAM" as const } },
      { cors: { allowOrigin: "*" } },
      { cacheControl: "max-age=5" },
      { routes: notes.routes.slice(1) },
      { attributes: { ...notes.attributes, text: { type: "string" as const, maxLength: 5 } } },
    ])
      expect(await trigger({ ...notes, ...change }), JSON.stringify(change)).to.not.deep.equal(
        same,
      );
    const judgedBy = (header: string): Promise<unknown> =>
      trigger({
        ...notes,
        authorization: {
          type: "CUSTOM",
          authorizer: ({ id: restApi }) => {
            const identitySource = `method.request.header.${header}`;
            return new aws.apigateway.Authorizer("judge", { restApi, identitySource });
          },
        },
      });
    expect(await judgedBy("A")).to.not.deep.equal(await judgedBy("B"));
  });
});

describe("CommentsDynamoProxy", () => {
  beforeEach(() => {
    mockPulumi();
  });

  it("refuses unknown arguments by name", () => {
    const build = (args: object) => () =>
      new CommentsDynamoProxy("comments", args as CommentsDynamoProxyArgs);
    expect(build({ routes: [] })).to.throw(pulumi.ResourceError, "routes");
    expect(build({ maxMessageLength: 0 })).to.throw("maxMessageLength: given 0");
    expect(build({ stageName: "" })).to.throw("stageName");
    expect(() => new CommentsDynamoProxy("1st", quiet)).to.throw("name: given");
  });

  it("may query its index and put into its table, and nothing else", async () => {
    const mocks = mockPulumi();
    const { proxy } = new CommentsDynamoProxy("comments", quiet);
    await unwrap(proxy.url);
    const policies = mocks.ofType("aws:iam/rolePolicy:RolePolicy");
    const policy = policies.find(({ name }) => name === "comments-policy")?.inputs.policy as string;
    const table = "arn:aws:dynamodb:eu-central-1:123456789012:comments-0000001";
    expect((JSON.parse(policy) as { Statement: object[] }).Statement).to.deep.equal([
      { Effect: "Allow", Action: ["dynamodb:PutItem"], Resource: [table] },
      { Effect: "Allow", Action: ["dynamodb:Query"], Resource: [`${table}/index/pageId-index`] },
    ]);
  });

  it("belongs to its component, at every level", async () => {
    const { proxy } = new CommentsDynamoProxy("comments", quiet);
    expect(await unwrap(proxy.urn)).to.contain(
      "CommentsDynamoProxy$aws-callbacks:index:DynamoProxy::comments",
    );
    expect(await unwrap(proxy.table.urn)).to.contain(
      "DynamoProxy$aws:dynamodb/table:Table::comments",
    );
  });
});
