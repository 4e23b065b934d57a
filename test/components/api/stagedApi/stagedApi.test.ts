import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { CallbackFunction, StagedApi, type StagedApiArgs } from "../../../../components";
import { mockPulumi, unwrap, type PulumiMocks } from "../../../support/graph/pulumiMocks";
import { greet, args, lb, route } from "./args";

describe("StagedApi", () => {
  let mocks: PulumiMocks;
  beforeEach(() => {
    mocks = mockPulumi();
  });

  it("binds each stage to its alias, with a stage variable and one permission", async () => {
    await built("greeting", args);
    const stages = mocks.ofType("aws:apigateway/stage:Stage").map(({ inputs }) => inputs);
    expect(stages.map(({ stageName, variables }) => [stageName, variables])).to.deep.equal([
      ["stage", { LambdaAlias: "STAGE" }],
      ["prod", { LambdaAlias: "PROD" }],
    ]);
    const { inputs } = mocks.only("aws:apigateway/integration:Integration");
    expect(inputs.uri).to.match(
      /^arn:aws:apigateway:eu-central-1:lambda:path\/2015-03-31\/functions\/arn:aws:lambda:[^:]+:\d+:function:[^:]+:\$\{stageVariables\.LambdaAlias\}\/invocations$/,
    );
    expect(inputs).to.deep.include({ type: "AWS", passthroughBehavior: "NEVER" });
    const permissions = mocks.ofType("aws:lambda/permission:Permission").map((p) => p.inputs);
    expect(permissions.map(({ qualifier, principal }) => [qualifier, principal])).to.deep.equal([
      ["STAGE", "apigateway.amazonaws.com"],
      ["PROD", "apigateway.amazonaws.com"],
    ]);
    expect(
      permissions.map(({ sourceArn }) => String(sourceArn).replace(/^.*\//, "")),
    ).to.deep.equal(["*", "*"]);
    expect(permissions[0].sourceArn).to.match(/\/stage\/\*$/);
    expect(permissions[1].sourceArn).to.match(/\/prod\/\*$/);
  });

  it("lets the program move only stage", async () => {
    const options = await built("greeting", args);
    expect(options["aws:lambda/alias:Alias greeting-stage"].ignoreChanges).to.equal(undefined);
    expect(options["aws:apigateway/stage:Stage greeting-stage"].ignoreChanges).to.equal(undefined);
    expect(options["aws:lambda/alias:Alias greeting-prod"].ignoreChanges).to.have.members([
      "functionVersion",
      "routingConfig",
      "description",
    ]);
    expect(options["aws:apigateway/stage:Stage greeting-prod"].ignoreChanges).to.deep.equal([
      "deployment",
    ]);
    const deployment = options["aws:apigateway/deployment:Deployment greeting-deployment"];
    expect(deployment.retainOnDelete).to.equal(true);
  });

  it("validates requests, logs without bodies, throttles, and alarms on errors of both stages", async () => {
    await built("greeting", args);
    expect(mocks.only("aws:apigateway/requestValidator:RequestValidator").inputs).to.deep.include({
      validateRequestBody: true,
      validateRequestParameters: true,
    });
    for (const { inputs } of mocks.ofType("aws:apigateway/methodSettings:MethodSettings"))
      expect(inputs.settings).to.deep.equal({
        loggingLevel: "INFO",
        dataTraceEnabled: false,
        metricsEnabled: true,
        throttlingRateLimit: 100,
        throttlingBurstLimit: 50,
      });
    const alarms = mocks
      .ofType("aws:cloudwatch/metricAlarm:MetricAlarm")
      .map(({ inputs }) => inputs.metricName);
    expect(alarms).to.have.members(["Errors", "Throttles", "5XXError", "5XXError"]);
    expect(mocks.only("aws:apigateway/restApi:RestApi").inputs.endpointConfiguration).to.deep.equal(
      { types: "REGIONAL" },
    );
  });

  it("permits the gate only to call versions of the function", async () => {
    await built("greeting", { ...args, gate: async ({ invoke }) => void (await invoke({})) });
    const { inputs } = policyOf("greeting-gate-policy");
    const statements = statementsOf(inputs.policy);
    expect(statements).to.deep.include({
      Effect: "Allow",
      Action: ["lambda:InvokeFunction"],
      Resource: [`arn:aws:lambda:eu-central-1:123456789012:function:greeting-0000001:*`],
    });
    expect(statements.flatMap(({ Action }) => Action)).to.have.members([
      "lambda:InvokeFunction",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
    ]);
    expect(policyOf("greeting-policy").inputs.policy).not.to.contain("lambda:");
  });

  it("has a controller of canaries when asked, called by a rule that is created disabled and not updated later", async () => {
    await built("greeting", args);
    expect(mocks.ofType("aws:cloudwatch/eventRule:EventRule")).to.deep.equal([]);
    mocks = mockPulumi();
    const arn = "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:slow: p95";
    const options = await built("greeting", { ...args, canary: { alarms: ["latency", arn] } });
    const { inputs } = mocks.only("aws:cloudwatch/eventRule:EventRule");
    expect(inputs).to.deep.include({ scheduleExpression: "rate(1 minute)", state: "DISABLED" });
    expect(options["aws:cloudwatch/eventRule:EventRule greeting-canary"].ignoreChanges).to.include(
      "state",
    );
    const prodErrors = mocks
      .ofType("aws:cloudwatch/metricAlarm:MetricAlarm")
      .find(({ name }) => name === "greeting-prod-errors");
    const controller = mocks
      .ofType("aws:lambda/function:Function")
      .find(({ name }) => name === "greeting-canary");
    const { variables } = controller?.inputs.environment as { variables: Record<string, string> };
    const watched = JSON.parse(variables.ALARM_NAMES) as string[];
    expect(watched.slice(1)).to.deep.equal(["latency", "slow: p95"]);
    expect(watched[0]).to.contain(prodErrors?.name);
    const record = mocks
      .ofType("aws:ssm/parameter:Parameter")
      .find(({ name }) => name === "greeting-api");
    // Pulumi treats every parameter value as a secret.
    const { value } = record?.inputs.value as { value: string };
    expect(JSON.parse(value)).to.deep.include({
      canary: { rule: variables.RULE_NAME, alarms: watched },
    });
  });

  it("permits the controller to use one alias's function, its alarms, the history and its own rule", async () => {
    await built("greeting", { ...args, canary: { alarms: ["latency"] } });
    const statements = statementsOf(policyOf("greeting-canary-policy").inputs.policy);
    const resourcesOf = (action: string): string[] =>
      statements.flatMap(({ Action, Resource }) =>
        [Action].flat().includes(action) ? [Resource].flat() : [],
      );
    const account = "eu-central-1:123456789012";
    expect(resourcesOf("lambda:UpdateAlias")).to.deep.equal([
      `arn:aws:lambda:${account}:function:greeting-0000001`,
    ]);
    expect(resourcesOf("cloudwatch:DescribeAlarms")).to.include(
      `arn:aws:cloudwatch:${account}:alarm:latency`,
    );
    expect(resourcesOf("cloudwatch:DescribeAlarms")).to.have.length(2);
    expect(resourcesOf("ssm:PutParameter")).to.have.length(1);
    expect(resourcesOf("events:DisableRule")).to.have.length(1);
    expect(statements.flatMap(({ Action }) => Action)).to.have.members([
      "lambda:GetAlias",
      "lambda:UpdateAlias",
      "cloudwatch:DescribeAlarms",
      "cloudwatch:GetMetricData",
      "ssm:GetParameter",
      "ssm:PutParameter",
      "events:EnableRule",
      "events:DisableRule",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "sqs:SendMessage",
    ]);
  });

  it("refuses a canary when no route has a callback", () => {
    const hello = new CallbackFunction("one", {
      callback: greet,
      permissions: [],
      alarmActions: [],
    });
    const stage = { functions: { lbfunc: hello } };
    const routes = [lb] as StagedApiArgs["routes"];
    const api = { ...args, routes, stages: { stage, prod: stage } };
    expect(() => new StagedApi("hello", { ...api, canary: true })).to.throw("canary: given true");
  });

  it("names no resource by a wildcard alone, in any role", async () => {
    await built("greeting", { ...args, gate: async () => true, apiGate: async () => true });
    for (const { inputs } of mocks.ofType("aws:iam/rolePolicy:RolePolicy"))
      for (const { Resource, Action } of statementsOf(inputs.policy)) {
        expect([Resource].flat()).not.to.include("*");
        for (const action of [Action].flat()) expect(action).not.to.contain("*");
      }
  });

  it("has no gate function, and no check of a version, without a gate", async () => {
    await built("greeting", args);
    const names = mocks.ofType("aws:lambda/function:Function").map(({ name }) => name);
    expect(names).to.have.members(["greeting", "greeting-release"]);
    const invocations = mocks.ofType("aws:lambda/invocation:Invocation").map(({ name }) => name);
    expect(invocations).to.have.members(["greeting-prune", "greeting-release"]);
  });

  it("calls the function that each stage names, with a permission for each", async () => {
    const hello = (name: string): CallbackFunction =>
      new CallbackFunction(name, { callback: greet, permissions: [], alarmActions: [] });
    await built("hello", {
      routes: [{ ...lb, method: "GET" }],
      stages: {
        stage: { functions: { lbfunc: hello("one") } },
        prod: { functions: { lbfunc: hello("two") } },
      },
      permissions: [],
      alarmActions: [],
    });
    const stages = mocks.ofType("aws:apigateway/stage:Stage").map(({ inputs }) => inputs.variables);
    expect(stages).to.deep.equal([{ lbfunc: "one-0000001" }, { lbfunc: "two-0000001" }]);
    const permissions = mocks.ofType("aws:lambda/permission:Permission").map((p) => p.inputs);
    expect(permissions.map((permission) => permission.function)).to.deep.equal([
      "one-0000001",
      "two-0000001",
    ]);
    expect(permissions.map(({ qualifier }) => qualifier)).to.deep.equal([undefined, undefined]);
    // Nothing calls it: its description describes the move of prod that is under way.
    const { functionName, functionVersion } = mocks.only("aws:lambda/alias:Alias").inputs;
    expect([functionName, functionVersion]).to.deep.equal(["hello-release-0000001", "$LATEST"]);
    expect(mocks.only("aws:apigateway/integration:Integration").inputs.uri).to.contain(
      ":function:${stageVariables.lbfunc}/invocations",
    );
  });

  for (const [what, change] of Object.entries<Partial<StagedApiArgs>>({
    "a template": { routes: [{ ...route, requestTemplate: "{}" }] },
    "a route": { routes: [route, { ...route, method: "POST" }] },
    "a model": { routes: [{ ...route, method: "POST", requestModel: { type: "object" } }] },
    "an answer": { routes: [{ ...route, responseTemplate: "{}" }] },
    "a parameter": { routes: [{ ...route, requestParameters: { "querystring.name": true } }] },
    "the authorization": { authorization: { type: "AWS_IAM" } },
    "the authorizer": { authorization: { type: "CUSTOM", authorizerId: "a1" } },
    cors: { cors: { allowOrigin: "*" } },
  }))
    it(`creates a new deployment when ${what} changes`, async () => {
      const base = what === "a model" ? { routes: [{ ...route, method: "POST" as const }] } : {};
      await built("greeting", { ...args, ...base });
      await built("greeting", { ...args, ...change });
      const [one, two] = mocks.ofType("aws:apigateway/deployment:Deployment").map(triggerOf);
      expect(one).to.match(/^[0-9a-f]{64}$/);
      expect(two).to.match(/^[0-9a-f]{64}$/);
      expect(two).not.to.equal(one);
    });

  it("gives a method a model for any JSON exactly if its template reads JSON", async () => {
    const post = { ...route, method: "POST" as const };
    const models = async (one: StagedApiArgs["routes"][number]): Promise<unknown[]> => {
      mocks = mockPulumi();
      await built("greeting", { ...args, routes: [one] });
      return mocks.ofType("aws:apigateway/model:Model").map(({ inputs }) => inputs.schema);
    };
    const any = '{"$schema":"http://json-schema.org/draft-04/schema#"}';
    expect(await models({ ...post, requestTemplate: undefined })).to.deep.equal([any]);
    for (const read of ["$input.json('$')", "$input.path('$.a')", "${input.json('$.a')}"])
      expect(await models({ ...post, requestTemplate: `{"a": ${read}}` })).to.deep.equal([any]);
    for (const requestTemplate of ['{"a": "$input.params(\'a\')"}', "$input.body"])
      expect(await models({ ...post, requestTemplate })).to.deep.equal([]);
    const requestModel = { type: "array" };
    expect(await models({ ...post, requestModel })).to.deep.equal(['{"type":"array"}']);
  });

  it("creates a new deployment only when its own authorizer changes", async () => {
    const pools = ["arn:aws:cognito-idp:eu-central-1:123456789012:userpool/a", "userpool/b"];
    const settings: Partial<aws.apigateway.AuthorizerArgs>[] = [
      {},
      {},
      { identitySource: "method.request.header.X-Token" },
      { authorizerResultTtlInSeconds: 7 },
      { authorizerUri: "arn:aws:apigateway:eu-central-1:lambda:path/x/invocations" },
      { authorizerCredentials: "arn:aws:iam::123456789012:role/caller" },
      { identityValidationExpression: "[a-z]+" },
      { type: "REQUEST" },
      { type: "COGNITO_USER_POOLS", providerArns: pools },
      { type: "COGNITO_USER_POOLS", providerArns: [...pools].reverse() },
      { type: "COGNITO_USER_POOLS", providerArns: pools.slice(1) },
    ];
    for (const given of settings)
      await built("greeting", {
        ...args,
        authorization: {
          type: given.type === "COGNITO_USER_POOLS" ? given.type : "CUSTOM",
          authorizer: ({ id: restApi }) =>
            new aws.apigateway.Authorizer("judge", { restApi, ...given }),
        },
      });
    const made = mocks.ofType("aws:apigateway/deployment:Deployment").map(triggerOf);
    expect(made[1]).to.equal(made[0]);
    expect(made[9], "the order of the pools").to.equal(made[8]);
    expect(new Set(made).size).to.equal(settings.length - 2);
  });

  it("keeps the deployment when only code or throttling changes", async () => {
    await built("greeting", args);
    const other = async ({ name }: { name: string }): Promise<object> => ({ other: name });
    await built("greeting", {
      ...args,
      routes: [{ ...route, callback: other }],
      stages: { prod: { throttling: { rateLimit: 7 } } },
    });
    const [one, two] = mocks.ofType("aws:apigateway/deployment:Deployment").map(triggerOf);
    expect(two).to.equal(one);
  });

  type Options = Record<string, pulumi.CustomResourceOptions>;

  /** Builds an API, waits until everything is registered, and returns the options of each resource. */
  async function built(name: string, given: StagedApiArgs): Promise<Options> {
    const options: Options = {};
    const api = new StagedApi(name, given, {
      transformations: [
        (resource) => {
          options[`${resource.type} ${resource.name}`] = resource.opts;
          return undefined;
        },
      ],
    });
    await unwrap(api.prodUrl);
    const settled = (): boolean =>
      mocks.resources.some((resource) => resource.name === `${name}-api`) &&
      mocks.resources.some(
        ({ type, name: itsName }) =>
          type === "aws:apigateway/methodSettings:MethodSettings" &&
          itsName === `${name}-prod-settings`,
      ) &&
      mocks.resources.some(({ name: itsName }) => itsName === `${name}-prod-errors`);
    const hasCanary = (): boolean =>
      !given.canary || mocks.resources.some((one) => one.name === `${name}-canary-target`);
    while (!settled() || !hasCanary()) await new Promise((resolve) => setImmediate(resolve));
    return options;
  }

  function policyOf(name: string): { inputs: Record<string, unknown> } {
    const found = mocks
      .ofType("aws:iam/rolePolicy:RolePolicy")
      .find((resource) => resource.name === name);
    if (!found) throw new Error(`no policy ${name}`);
    return found;
  }
});

interface PolicyStatement {
  Action: string | string[];
  Resource: string | string[];
}

function statementsOf(policy: unknown): PolicyStatement[] {
  return (JSON.parse(String(policy)) as { Statement: PolicyStatement[] }).Statement;
}

function triggerOf({ inputs }: { inputs: Record<string, unknown> }): string {
  return (inputs.triggers as { definition: string }).definition;
}
