import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { WebhookRedeployer } from "../../../../components/ecs/webhookRedeployer/webhookRedeployer";
import type { WebhookRedeployerArgs } from "../../../../components/ecs/webhookRedeployer/args";
import { ACCOUNT, mockPulumi, unwrap, type PulumiMocks } from "../../../support/graph/pulumiMocks";
import { ROLE, least, IN_ECR } from "./args";

interface PolicyStatement {
  Sid: string;
  Action: string[];
  Resource: string[];
  Condition?: object;
}

describe("WebhookRedeployer", () => {
  let mocks: PulumiMocks;
  beforeEach(() => {
    mocks = mockPulumi();
  });

  async function build(args: Partial<WebhookRedeployerArgs> = {}): Promise<WebhookRedeployer> {
    const built = new WebhookRedeployer("redeploy", { ...least, ...args });
    await unwrap(built.webhookUrl ?? built.workerFunctionName);
    // Registered synchronously; the bundled functions come last.
    while (mocks.ofType("aws:lambda/eventSourceMapping:EventSourceMapping").length < 2)
      await new Promise((resolve) => setImmediate(resolve));
    while (mocks.ofType("aws:cloudwatch/eventTarget:EventTarget").length < 1)
      await new Promise((resolve) => setImmediate(resolve));
    return built;
  }

  const statements = (owner: string): PolicyStatement[] => {
    const policies = mocks.ofType("aws:iam/rolePolicy:RolePolicy");
    const found = policies.find(({ name }) => name === `redeploy-${owner}-policy`);
    return (JSON.parse(String(found?.inputs.policy)) as { Statement: PolicyStatement[] }).Statement;
  };
  const byName = (type: string, name: string): Record<string, unknown> => {
    const found = mocks.ofType(type).find((one) => one.name === name);
    if (!found) throw new Error(`no ${type} ${name}`);
    return found.inputs;
  };

  it("grants the worker exactly these statements", async () => {
    await build();
    const ecs = `arn:aws:ecs:eu-central-1:${ACCOUNT}`;
    const own = statements("worker").filter(({ Sid }) => !["WriteLog", "PollQueues"].includes(Sid));
    expect(
      own.map(({ Sid, Action, Resource, Condition }) => [Sid, Action, Resource, Condition]),
    ).to.deep.equal([
      [
        "ReadFamilies",
        ["ecs:DescribeTaskDefinition", "ecs:ListTaskDefinitionFamilies", "ecs:ListClusters"],
        ["*"],
        undefined,
      ],
      [
        "ListInClusters",
        ["ecs:ListServices"],
        ["*"],
        { ArnLike: { "ecs:cluster": [`${ecs}:cluster/*`] } },
      ],
      ["FindRules", ["events:ListRuleNamesByTarget"], ["*"], undefined],
      [
        "ReadTargets",
        ["events:ListTargetsByRule"],
        [`arn:aws:events:eu-central-1:${ACCOUNT}:rule/*`],
        undefined,
      ],
      [
        "MoveServices",
        ["ecs:DescribeServices", "ecs:UpdateService"],
        [`${ecs}:service/*/*`],
        undefined,
      ],
      [
        "MakeRevisions",
        ["ecs:RegisterTaskDefinition"],
        [`${ecs}:task-definition/web-*:*`, `${ecs}:task-definition/api:*`],
        undefined,
      ],
      [
        "KeepTags",
        ["ecs:TagResource"],
        [`${ecs}:task-definition/web-*:*`, `${ecs}:task-definition/api:*`],
        { StringEquals: { "ecs:CreateAction": "RegisterTaskDefinition" } },
      ],
      [
        "PassTaskRoles",
        ["iam:PassRole"],
        [ROLE],
        { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
      ],
      [
        "PinImages",
        ["ssm:PutParameter"],
        [`arn:aws:ssm:eu-central-1:${ACCOUNT}:parameter/project/stack/images/*`],
        undefined,
      ],
      [
        "KeepRecords",
        ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
        [`arn:aws:dynamodb:eu-central-1:${ACCOUNT}:redeploy-results-0000001`],
        undefined,
      ],
      [
        "SendWork",
        ["sqs:SendMessage"],
        ["families", "families-dead", "deliveries-dead"].map(
          (name) => `arn:aws:sqs:eu-central-1:${ACCOUNT}:redeploy-${name}-0000001`,
        ),
        undefined,
      ],
    ]);
  });

  it("grants the actions of an option only with the option", async () => {
    await build({
      clusters: ["main"],
      families: ["api"],
      passRoles: [],
      restart: "stopTasks",
      keepRevisions: 3,
      reportPinnedTargets: false,
    });
    const ecs = `arn:aws:ecs:eu-central-1:${ACCOUNT}`;
    const all = statements("worker");
    expect(all.flatMap(({ Action }) => Action)).to.include.members([
      "ecs:ListTasks",
      "ecs:StopTask",
      "ecs:DeregisterTaskDefinition",
    ]);
    expect(all.flatMap(({ Action }) => Action).join()).to.not.match(/events:|ecs:ListClusters/);
    expect(all.flatMap(({ Action }) => Action))
      .to.not.include("ecs:ListTaskDefinitionFamilies")
      .and.not.include("iam:PassRole");
    expect(all.find(({ Sid }) => Sid === "MoveServices")?.Resource).to.deep.equal([
      `${ecs}:service/main/*`,
    ]);
    expect(all.find(({ Sid }) => Sid === "StopTasks")?.Resource).to.deep.equal([
      `${ecs}:task/main/*`,
    ]);
    expect(all.find(({ Sid }) => Sid === "ListInClusters")?.Condition).to.deep.equal({
      ArnLike: { "ecs:cluster": [`${ecs}:cluster/main`] },
    });
  });

  it("permits the public function only to read a token, record and send", async () => {
    await build();
    expect(statements("ack").flatMap(({ Action }) => Action)).to.have.members([
      "ssm:GetParameter",
      "dynamodb:PutItem",
      "sqs:SendMessage",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
    ]);
  });

  it("keeps the token out of everything but its parameter and the secret URL", async () => {
    const built = await build();
    const { value, type } = mocks.only("aws:ssm/parameter:Parameter").inputs as {
      value: { value: string } | string;
      type: string;
    };
    expect(type).to.equal("SecureString");
    const token = typeof value === "string" ? value : value.value;
    expect(token).to.match(/^[A-Za-z0-9_-]{32}$/);
    const { webhookUrl = pulumi.output("") } = built;
    expect(await pulumi.isSecret(webhookUrl)).to.equal(true);
    expect(await unwrap(webhookUrl)).to.match(new RegExp(`/webhooks/${token}$`));
    for (const { type: other, inputs } of mocks.resources) {
      if (other.endsWith(":Parameter")) continue;
      expect(JSON.stringify(inputs) ?? "", other).to.not.contain(token);
    }
  });

  it("uses a parameter of the user instead of creating one", async () => {
    const built = await build({ tokenParameter: "/shop/token" });
    expect(mocks.ofType("aws:ssm/parameter:Parameter")).to.deep.equal([]);
    expect(built.tokenParameter).to.equal(undefined);
    expect(await unwrap(built.webhookUrl ?? pulumi.output(""))).to.match(/\/webhooks\/\{token\}$/);
    expect(statements("ack").find(({ Sid }) => Sid === "ReadToken")?.Resource).to.deep.equal([
      `arn:aws:ssm:eu-central-1:${ACCOUNT}:parameter/shop/token`,
    ]);
  });

  it("permits decrypting only the token's parameter, through Parameter Store only", async () => {
    const tokenKey = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/1234abcd`;
    await build({ tokenParameter: "/shop/token", tokenKey });
    expect(statements("ack").find(({ Sid }) => Sid === "DecryptToken")).to.deep.equal({
      Sid: "DecryptToken",
      Effect: "Allow",
      Action: ["kms:Decrypt"],
      Resource: [tokenKey],
      Condition: {
        StringEquals: {
          "kms:ViaService": "ssm.eu-central-1.amazonaws.com",
          "kms:EncryptionContext:PARAMETER_ARN": `arn:aws:ssm:eu-central-1:${ACCOUNT}:parameter/shop/token`,
        },
      },
    });
    mocks = mockPulumi();
    await build({ tokenKey });
    expect(mocks.only("aws:ssm/parameter:Parameter").inputs.keyId).to.equal(tokenKey);
  });

  it("handles one family at a time, in order, with time for six tries, and keeps failures", async () => {
    await build({ maximumConcurrency: 7 });
    const queue = byName("aws:sqs/queue:Queue", "redeploy-families");
    expect(queue).to.include({
      fifoQueue: true,
      visibilityTimeoutSeconds: 360,
      sqsManagedSseEnabled: true,
    });
    expect(JSON.parse(String(queue.redrivePolicy))).to.include({ maxReceiveCount: 6 });
    expect(byName("aws:sqs/queue:Queue", "redeploy-families-dead")).to.include({
      fifoQueue: true,
      messageRetentionSeconds: 1_209_600,
    });
    expect(byName("aws:sqs/queue:Queue", "redeploy-deliveries")).to.not.have.property("fifoQueue");
    expect(
      byName("aws:lambda/eventSourceMapping:EventSourceMapping", "redeploy-worker-families"),
    ).to.deep.include({
      batchSize: 1,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: 7 },
    });
    for (const name of ["redeploy-families-dead", "redeploy-deliveries-dead"])
      expect(byName("aws:cloudwatch/metricAlarm:MetricAlarm", name)).to.include({
        namespace: "AWS/SQS",
        threshold: 0,
      });
  });

  it("accepts only the configured senders", async () => {
    const methods = (): string[] =>
      mocks.ofType("aws:apigateway/method:Method").map(({ name }) => name);
    await build();
    expect(methods()).to.deep.equal(["redeploy-webhooks-by-token-post"]);
    mocks = mockPulumi();
    await build({
      senders: ["generic", "ecr"],
      repositories: [IN_ECR, "acme/web"],
    });
    expect(methods()).to.deep.equal(["redeploy-signed-post"]);
    const rule = byName("aws:cloudwatch/eventRule:EventRule", "redeploy-ecr");
    expect(JSON.parse(String(rule.eventPattern))).to.deep.include({
      detail: { "action-type": ["PUSH"], result: ["SUCCESS"], "repository-name": ["team/web"] },
    });
  });

  it("has a URL for each sender that posts, and no API, token or alarm without such a sender", async () => {
    const webhook = await build();
    expect(webhook.signedUrl).to.equal(undefined);
    mocks = mockPulumi();
    const signed = await build({ senders: ["generic"] });
    expect(signed.webhookUrl).to.equal(undefined);
    expect(signed.signedUrl && (await unwrap(signed.signedUrl))).to.match(/\/signed$/);
    mocks = mockPulumi();
    const events = await build({ senders: ["ecr"], repositories: [IN_ECR] });
    for (const output of ["webhookUrl", "signedUrl", "restApi", "stage", "tokenParameter"] as const)
      expect(events[output], output).to.equal(undefined);
    const types = mocks.resources.map(({ type }) => type);
    expect(types).to.include("aws:cloudwatch/eventRule:EventRule");
    expect(types.filter((type) => /apigateway|ssm/.test(type))).to.deep.equal([]);
    expect(statements("ack").map(({ Sid }) => Sid)).to.not.include("ReadToken");
  });

  it("listens only to the ends of deployments in its clusters", async () => {
    await build({ clusters: ["main"] });
    const rule = byName("aws:cloudwatch/eventRule:EventRule", "redeploy-deployments");
    expect(JSON.parse(String(rule.eventPattern))).to.deep.equal({
      source: ["aws.ecs"],
      "detail-type": ["ECS Deployment State Change"],
      resources: [{ prefix: `arn:aws:ecs:eu-central-1:${ACCOUNT}:service/main/` }],
      detail: { eventName: ["SERVICE_DEPLOYMENT_COMPLETED", "SERVICE_DEPLOYMENT_FAILED"] },
    });
    const permission = byName("aws:lambda/permission:Permission", "redeploy-deployments");
    expect(permission).to.include({ principal: "events.amazonaws.com" });
    expect(permission.sourceArn).to.contain("redeploy-deployments");
  });

  it("has as many rules as EventBridge's limit of 2048 characters per pattern requires, each with permission and failure queue", async () => {
    const names = Array.from({ length: 45 }, (_, i) => `production-cluster-${i}`);
    const repositories = Array.from({ length: 40 }, (_, i) => `${IN_ECR}-${"x".repeat(60)}-${i}`);
    const late = pulumi.output("y".repeat(255));
    await build({ clusters: [...names, late], repositories, senders: ["ecr"] });
    const rules = mocks.ofType("aws:cloudwatch/eventRule:EventRule");
    const made = rules.map(({ name }) => name);
    expect(made).to.include.members(["redeploy-deployments", "redeploy-deployments-3"]);
    expect(made).to.include.members(["redeploy-ecr", "redeploy-ecr-2"]);
    while (mocks.ofType("aws:cloudwatch/eventTarget:EventTarget").length < made.length)
      await new Promise((resolve) => setImmediate(resolve));
    const targets = mocks.ofType("aws:cloudwatch/eventTarget:EventTarget");
    expect(targets.map(({ name }) => name)).to.have.members(made.map((name) => `${name}-target`));
    const permissions = mocks.ofType("aws:lambda/permission:Permission");
    expect(permissions.map(({ name }) => name)).to.have.members(made);
    const policy = String(byName("aws:sqs/queuePolicy:QueuePolicy", "redeploy-undelivered").policy);
    for (const name of made) expect(policy).to.contain(`:${name}-0000001"`);
    const texts = rules.map(({ inputs }) => String(inputs.eventPattern));
    expect(Math.max(...texts.map(({ length }) => length))).to.be.within(1, 2048);
    const prefixes = texts.flatMap((text) => text.match(/service\/[^"]+/g) ?? []);
    expect(prefixes).to.have.members([...names, "y".repeat(255)].map((name) => `service/${name}/`));
    const pushed = texts.flatMap((text) => text.match(/team\/[^"]+/g) ?? []);
    expect(pushed).to.have.members(repositories.map((name) => name.slice(name.indexOf("team/"))));
  });

  it("keeps the events that EventBridge cannot deliver, only of its own rules, under an alarm", async () => {
    const built = await build({
      senders: ["dockerHub", "ecr"],
      repositories: [IN_ECR],
    });
    while (mocks.ofType("aws:cloudwatch/eventTarget:EventTarget").length < 2)
      await new Promise((resolve) => setImmediate(resolve));
    const arn = await unwrap(built.undelivered.arn);
    for (const { inputs } of mocks.ofType("aws:cloudwatch/eventTarget:EventTarget"))
      expect(inputs.deadLetterConfig).to.deep.equal({ arn });
    const policy = byName("aws:sqs/queuePolicy:QueuePolicy", "redeploy-undelivered").policy;
    const [tlsOnly, keep] = (JSON.parse(String(policy)) as { Statement: object[] }).Statement;
    expect(tlsOnly).to.include({ Sid: "TlsOnly", Effect: "Deny" });
    const rules = ["redeploy-deployments", "redeploy-ecr"];
    const made = mocks.ofType("aws:cloudwatch/eventRule:EventRule").map(({ name }) => name);
    expect(made).to.have.members(rules);
    expect(keep).to.deep.equal({
      Sid: "KeepUndelivered",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: arn,
      Condition: {
        ArnEquals: {
          "aws:SourceArn": rules.map(
            (name) => `arn:aws:cloudwatch:eu-central-1:${ACCOUNT}:${name}-0000001`,
          ),
        },
      },
    });
    expect(
      byName("aws:cloudwatch/metricAlarm:MetricAlarm", "redeploy-undelivered"),
    ).to.deep.include({
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: "redeploy-undelivered-0000001" },
      threshold: 0,
    });
  });

  it("passes bodies only to the function, and logs none", async () => {
    await build();
    const [{ inputs: integration }] = mocks.ofType("aws:apigateway/integration:Integration");
    expect(integration).to.include({ type: "AWS_PROXY", passthroughBehavior: "NEVER" });
    const { settings } = mocks.only("aws:apigateway/methodSettings:MethodSettings").inputs;
    expect(settings).to.include({ loggingLevel: "ERROR", dataTraceEnabled: false });
    const { accessLogSettings } = mocks.only("aws:apigateway/stage:Stage").inputs;
    expect((accessLogSettings as { format: string }).format).to.not.match(/\$context\.path\b/);
  });

  it("belongs to its component, at every level", async () => {
    const built = await build();
    expect(await unwrap(built.table.urn)).to.contain(
      "WebhookRedeployer$aws:dynamodb/table:Table::redeploy-results",
    );
    expect(await unwrap(built.worker.function.urn)).to.contain(
      "CallbackFunction$aws:lambda/function:Function::redeploy-worker",
    );
  });
});
