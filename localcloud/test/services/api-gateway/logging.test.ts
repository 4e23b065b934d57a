import * as cloudwatchSdk from "@aws-sdk/client-cloudwatch";
import * as logsSdk from "@aws-sdk/client-cloudwatch-logs";
import { UpdateAccountCommand } from "@aws-sdk/client-api-gateway";
import { expect } from "chai";
import { AwsError } from "../../../core/errors";
import type { ServiceDefinition } from "../../../core/service";
import { ACCOUNT, errorOf, mock, REGION, startGateway, TestApi, type Gateway } from "./gateway";
import { createRole } from "./roles";

/** Fakes of the CloudWatch Logs and CloudWatch operations that API Gateway uses. */
class FakeCloudWatch {
  readonly groups = new Set<string>();
  readonly lines: { group: string; message: string }[] = [];
  readonly metrics: { MetricName: string; Value: number; Dimensions: { Name: string }[] }[] = [];
  private listeners: (() => void)[] = [];

  readonly logs = {
    name: "cloudwatch-logs",
    signingName: "logs",
    iamPrefix: "logs",
    sdk: () => logsSdk,
    createStore: () => this,
    operations: {
      CreateLogGroup: {
        run: ({ logGroupName }: { logGroupName: string }) => {
          if (this.groups.has(logGroupName))
            throw new AwsError(
              "ResourceAlreadyExistsException",
              "The specified log group already exists",
            );
          this.groups.add(logGroupName);
          return {};
        },
      },
      CreateLogStream: {
        run: ({ logGroupName }: { logGroupName: string }) => {
          if (!this.groups.has(logGroupName))
            throw new AwsError(
              "ResourceNotFoundException",
              "The specified log group does not exist.",
            );
          return {};
        },
      },
      PutLogEvents: {
        run: (input: { logGroupName: string; logEvents: { message: string }[] }) => {
          for (const { message } of input.logEvents)
            this.lines.push({ group: input.logGroupName, message });
          this.changed();
          return {};
        },
      },
    },
  };

  readonly metricsService = {
    name: "cloudwatch",
    signingName: "monitoring",
    iamPrefix: "cloudwatch",
    sdk: () => cloudwatchSdk,
    createStore: () => this,
    operations: {
      PutMetricData: {
        access: () => [],
        run: (input: { MetricData: FakeCloudWatch["metrics"] }) => {
          this.metrics.push(...input.MetricData);
          this.changed();
          return {};
        },
      },
    },
  };

  /** Resolves when `found` is true; otherwise mocha's timeout ends the wait. */
  async until(found: () => boolean): Promise<void> {
    while (!found()) await new Promise<void>((resolve) => this.listeners.push(resolve));
  }

  private changed(): void {
    for (const listener of this.listeners.splice(0)) listener();
  }
}

describe("API Gateway logs and metrics", () => {
  let gateway: Gateway;
  let watch: FakeCloudWatch;
  let api: TestApi;
  beforeEach(async () => {
    watch = new FakeCloudWatch();
    gateway = await startGateway([
      watch.logs,
      watch.metricsService,
    ] as unknown as ServiceDefinition<never>[]);
    api = await TestApi.create(gateway);
    await api.method("GET /", mock());
    await api.deploy();
  });
  afterEach(() => gateway.close());

  const setRole = (value: string): Promise<unknown> =>
    gateway.client.send(
      new UpdateAccountCommand({
        patchOperations: [{ op: "replace", path: "/cloudwatchRoleArn", value }],
      }),
    );

  const allowLogs = [{ Action: "logs:*", Resource: "*" }];
  const destination = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:access`;

  it("refuse a role that API Gateway cannot assume or that cannot write logs", async () => {
    const wrongTrust = await createRole(gateway, "a", allowLogs, "lambda.amazonaws.com");
    const powerless = await createRole(gateway, "b", []);
    for (const role of [wrongTrust, powerless, `arn:aws:iam::${ACCOUNT}:role/none`])
      expect(await errorOf(setRole(role))).to.deep.equal({
        name: "BadRequestException",
        message:
          "The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and add the required role policy.",
      });
  });

  it("cannot be enabled while the account has no role", async () => {
    const message = "CloudWatch Logs role ARN must be set in account settings to enable logging";
    for (const changes of [
      { "/*/*/logging/loglevel": "INFO" },
      { "/accessLogSettings/destinationArn": destination },
    ] as Record<string, string>[])
      expect(await errorOf(api.setStage(changes))).to.deep.equal({
        name: "BadRequestException",
        message,
      });
  });

  it("contain access logs in the stage's format, with a dash for missing values", async () => {
    await setRole(await createRole(gateway, "logs", allowLogs));
    watch.groups.add("access");
    await api.setStage({
      "/accessLogSettings/destinationArn": `${destination}:*`,
      "/accessLogSettings/format":
        '{"id":"$context.requestId","s":$context.status,"m":"$context.httpMethod","p":"${context.path}","len":"$context.responseLength","who":"$context.authorizer.principalId","ua":"$context.identity.userAgent","err":"$context.error.message"}',
    });
    await api.fetch("/", { headers: { "user-agent": 'x" , "evil":"1', "x-amzn-requestid": "r1" } });
    await api.fetch("/none");
    await watch.until(() => watch.lines.length === 2);
    expect(watch.lines.map(({ message }) => JSON.parse(message) as unknown)).to.deep.equal([
      {
        id: "r1",
        s: 200,
        m: "GET",
        p: "/dev/",
        len: "11",
        who: "-",
        ua: 'x" , "evil":"1',
        err: "-",
      },
      {
        ...(JSON.parse(watch.lines[1].message) as object),
        s: 403,
        p: "/dev/none",
        err: "Missing Authentication Token",
      },
    ]);
    const writer = gateway.cloud.recorder.find({ operation: "PutLogEvents" })[0].principal;
    expect(writer).to.include({ type: "role", roleName: "logs" });
  });

  it("contain execution logs of the stage's level in the API's own group", async () => {
    await setRole(await createRole(gateway, "logs", allowLogs));
    await api.method("GET /broken", {
      integration: { type: "MOCK", requestTemplates: { "application/json": "{}" } },
      responses: { "200": {} },
    });
    await api.deploy();
    await api.setStage({ "/*/*/logging/loglevel": "ERROR" });
    await api.fetch("/");
    await api.fetch("/broken");
    await watch.until(() => watch.lines.length > 0);
    expect(watch.lines).to.have.length(1);
    expect(watch.lines[0].group).to.equal(`API-Gateway-Execution-Logs_${api.id}/dev`);
    expect(watch.lines[0].message).to.match(
      /^\([0-9a-f-]{36}\) Execution failed due to configuration error: Unable to parse statusCode/,
    );
    await api.setStage({ "/*/*/logging/loglevel": "INFO" });
    await api.fetch("/", { headers: { secret: "do-not-log" } });
    await watch.until(() => watch.lines.some(({ message }) => message.includes("status: 200")));
    const text = watch.lines.map(({ message }) => message).join("\n");
    expect(text).to.include("HTTP Method: GET, Resource Path: /").and.not.include("do-not-log");
    await api.setStage({ "/*/*/logging/dataTrace": "true" });
    await api.fetch("/", { headers: { secret: "traced" } });
    await watch.until(() => watch.lines.some(({ message }) => message.includes("traced")));
  });

  it("count requests and errors by API and stage", async () => {
    await api.fetch("/");
    await api.fetch("/none");
    const stageMetrics = (name: string): number[] =>
      watch.metrics
        .filter((metric) => metric.MetricName === name && metric.Dimensions.length === 2)
        .map(({ Value }) => Value);
    await watch.until(() => stageMetrics("Count").length === 2);
    expect(stageMetrics("4XXError")).to.deep.equal([0, 1]);
    expect(stageMetrics("5XXError")).to.deep.equal([0, 0]);
  });
});
