import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { expect } from "chai";
import {
  ApiAccount,
  CallbackFunction,
  CommentsDynamoProxy,
  DynamoProxy,
  EcsClusterScaler,
  EcsTaskScaler,
  EniLifecycleHook,
  type EniLifecycleHookArgs,
  FunctionAlarms,
  LifecycleAction,
  SpotFleetScaler,
  SshCron,
  StagedApi,
  WebhookRedeployer,
  ZipToLambdaPipeline,
} from "../../components";
import type { DynamoProxyArgs } from "../../components";
import * as components from "../../components";
import { type Audit, audit, describeViolations } from "../../policies/audit";
import { Exceptions } from "../../policies/exceptions";
import { rules } from "../../policies/rules";
import { componentGraph } from "../support/graph/componentGraph";

const quiet = { alarmActions: [] };
const callback = async (event: unknown): Promise<unknown> => event;

const notes: DynamoProxyArgs = {
  ...quiet,
  attributes: {
    owner: { type: "string", maxLength: 64 },
    text: { type: "string", maxLength: 100 },
  },
  hashKey: "owner",
  routes: [
    { operation: "put", method: "PUT", path: "/notes/{owner}", body: ["text"] },
    { operation: "get", path: "/notes/{owner}" },
  ],
};

const IN_ECR = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/web";
const pushes = {
  repositories: ["acme/web"],
  families: ["web-*"],
  passRoles: ["arn:aws:iam::123456789012:role/web-task"],
};

const interfaces: EniLifecycleHookArgs["interfaces"] = [
  { subnets: { "eu-central-1a": "subnet-1" }, securityGroups: ["sg-1"] },
];
const job = {
  schedule: "rate(15 minutes)",
  targets: { tag: "Role", value: "hello" },
  user: "ec2-user",
  commands: ["uptime"],
};

/** Every component with its defaults, and with the options that change its permissions. */
const graphs: Record<string, () => unknown> = {
  ApiAccount: () => new ApiAccount("account"),
  CallbackFunction: () => new CallbackFunction("fn", { ...quiet, callback, permissions: [] }),
  "CallbackFunction without asynchronous calls": () =>
    new CallbackFunction("fn", { ...quiet, callback, permissions: [], asynchronous: false }),
  "CallbackFunction in a VPC, traced": () =>
    new CallbackFunction("fn", {
      ...quiet,
      callback,
      permissions: [],
      tracing: true,
      vpc: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] },
    }),
  CommentsDynamoProxy: () => new CommentsDynamoProxy("comments", quiet),
  "CommentsDynamoProxy with AWS_IAM": () =>
    new CommentsDynamoProxy("comments", { ...quiet, authorization: { type: "AWS_IAM" } }),
  StagedApi: () =>
    new StagedApi("greeting", {
      ...quiet,
      routes: [{ method: "GET", path: "/greeting", callback: async () => ({ message: "Hello" }) }],
      permissions: [],
    }),
  "StagedApi with a canary": () =>
    new StagedApi("greeting", {
      ...quiet,
      routes: [{ method: "GET", path: "/greeting", callback: async () => ({ message: "Hello" }) }],
      permissions: [],
      canary: { alarms: ["latency"] },
    }),
  "StagedApi with a function for each stage": () => {
    const answer = new CallbackFunction("answer", { ...quiet, callback, permissions: [] });
    const functions = { answer };
    new StagedApi("greeting", {
      ...quiet,
      routes: [{ method: "GET", path: "/", functionVariable: "answer" }],
      stages: { stage: { functions }, prod: { functions } },
      permissions: [],
    });
  },
  FunctionAlarms: () => {
    const fn = new CallbackFunction("fn", { ...quiet, callback, permissions: [] });
    new FunctionAlarms("alarms", { ...quiet, functions: { fn } });
  },
  EcsClusterScaler: () => {
    const group = new aws.autoscaling.Group("nodes", {
      minSize: 1,
      maxSize: 9,
      name: "nodes",
      healthCheckType: "EC2",
      launchTemplate: { id: "lt-1", version: "1" },
    });
    return new EcsClusterScaler("nodes", { ...quiet, cluster: "shop", group, min: 1, max: 9 });
  },
  EcsTaskScaler: () =>
    new EcsTaskScaler("web", {
      ...quiet,
      cluster: "shop",
      service: "web",
      min: 2,
      max: 9,
      metric: "cpu",
      target: 60,
      schedules: [{ cron: "cron(0 8 ? * MON-FRI *)", timezone: "Europe/Berlin", min: 4, max: 9 }],
    }),
  SpotFleetScaler: () => {
    const fleet = new aws.ec2.Fleet("workers", {
      launchTemplateConfigs: [
        { launchTemplateSpecification: { launchTemplateId: "lt-1", version: "1" } },
      ],
      targetCapacitySpecification: { defaultTargetCapacityType: "spot", totalTargetCapacity: 2 },
    });
    const limits = { min: 2, max: 20, metric: "cpu", target: 60, excess: "terminate" } as const;
    return new SpotFleetScaler("workers", { ...quiet, fleet, ...limits });
  },
  "SpotFleetScaler of container instances": () => {
    const limits = { min: 2, max: 20, metric: "cpu", target: 60, excess: "terminate" } as const;
    const fleet = "sfr-73fbd2ce-aa30-494c-8788-1cee4e000000";
    return new SpotFleetScaler("workers", { ...quiet, fleet, cluster: "demo", ...limits });
  },
  EniLifecycleHook: () => {
    const hook = new EniLifecycleHook("data", { ...quiet, interfaces });
    hook.attachTo("fleet", "fleet");
    hook.initialLifecycleHooks("other");
  },
  "EniLifecycleHook by EventBridge": () => {
    const hook = new EniLifecycleHook("data", { ...quiet, interfaces, notify: "eventbridge" });
    hook.attachTo("fleet", "fleet");
  },
  SshCron: () =>
    new SshCron("hello", {
      ...quiet,
      ...job,
      network: { vpcId: "vpc-1", subnetIds: ["subnet-1"] },
    }),
  "SshCron on the internet, by Instance Connect": () =>
    new SshCron("hello", {
      ...quiet,
      ...job,
      targets: [{ group: "web" }, { filters: [{ name: "vpc-id", values: ["vpc-1"] }] }],
      key: { instanceConnect: true },
      network: { public: "The hosts are on the internet as they are." },
    }),
  LifecycleAction: () => {
    const audit = new LifecycleAction("audit", { ...quiet, action: async () => "continue" });
    audit.attachTo("fleet", "fleet");
  },
  WebhookRedeployer: () => new WebhookRedeployer("redeploy", { ...quiet, ...pushes }),
  "WebhookRedeployer for every sender": () =>
    new WebhookRedeployer("redeploy", {
      ...quiet,
      ...pushes,
      repositories: [...pushes.repositories, IN_ECR],
      senders: ["dockerHub", "ecr", "generic"],
      restart: "stopTasks",
      keepRevisions: 10,
      answerCallback: true,
      tokenKey: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd",
    }),
  "WebhookRedeployer for ECR alone": () =>
    new WebhookRedeployer("redeploy", {
      ...quiet,
      ...pushes,
      repositories: [IN_ECR],
      senders: ["ecr"],
    }),
  ZipToLambdaPipeline: () => new ZipToLambdaPipeline("apps", quiet),
  "ZipToLambdaPipeline with all that it can have": () =>
    new ZipToLambdaPipeline("apps", {
      ...quiet,
      appPermissions: [
        { actions: ["s3:GetObject"], resources: ["arn:aws:s3:::catalogue/products.json"] },
      ],
      verify: async () => true,
      onDelete: "remove",
      parameters: ["/shop/token"],
      secrets: ["arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-AbCdEf"],
      appDefaults: { http: "functionUrl", reservedConcurrency: 5 },
    }),
  DynamoProxy: () => new DynamoProxy("notes", notes),
  "DynamoProxy for other origins": () =>
    new DynamoProxy("notes", { ...notes, cors: { allowOrigin: "https://example.com" } }),
};

async function auditOf(build: () => unknown): Promise<Audit> {
  return audit(rules, await componentGraph(build), new Exceptions());
}

describe("Policy pack and components", () => {
  for (const [title, build] of Object.entries(graphs))
    it(`every rule passes for ${title}, and every exception is needed`, async () => {
      const { violations, undecided, unused, checks } = await auditOf(build);
      expect(violations, describeViolations(violations)).to.be.empty;
      expect(undecided.map(({ message }) => message)).to.be.empty;
      expect(unused).to.be.empty;
      expect(checks).to.be.above(2);
    });

  it("the cases here cover every exported component", () => {
    const exported = Object.entries(components)
      .filter(([, value]) => Object(value).prototype instanceof pulumi.ComponentResource)
      .map(([name]) => name);
    const covered = Object.keys(graphs).map((title) => title.split(" ")[0]);
    expect(covered).to.include.members(exported);
  });

  it("an exception applies only to its own component", async () => {
    const { violations } = await auditOf(() => {
      new CommentsDynamoProxy("comments", quiet);
      new aws.apigateway.Method("comments-open", {
        restApi: "api",
        resourceId: "root",
        httpMethod: "GET",
        authorization: "NONE",
        requestValidatorId: "validator",
      });
    });
    expect(violations.map(({ resource, rule }) => [resource.name, rule.ids[0]])).to.deep.equal([
      ["comments-open", "AwsSolutions-APIG4"],
    ]);
  });

  it("an exception covers only the finding that it names, and no other of the same resource", async () => {
    const { violations } = await auditOf(
      () =>
        new CallbackFunction("fn", {
          ...quiet,
          callback,
          permissions: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::uploads/*"] }],
          vpc: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] },
        }),
    );
    expect(violations).to.be.empty;
    const wider = await auditOf(() => new Careless("careless"));
    expect(wider.violations.map(({ finding }) => finding)).to.deep.equal(["s3:PutObject on *"]);
  });

  it("an exception that no longer covers anything is reported", async () => {
    const { unused } = await auditOf(() => new Stale("stale"));
    expect(unused.map(({ rule }) => rule)).to.deep.equal(["AwsSolutions-SQS2"]);
  });
});

/** Has an exception for reading everything, and also writes everything. */
class Careless extends pulumi.ComponentResource {
  constructor(name: string) {
    const exception = {
      rule: "AwsSolutions-IAM5",
      resource: name,
      finding: "sns:ListTopics on [*]",
      reason: "Topics are listed.",
    };
    super("test:index:Careless", name, { policyExceptions: [exception] });
    const statements = ["sns:ListTopics", "s3:PutObject"].map((Action) => ({
      Effect: "Allow",
      Action,
      Resource: "*",
    }));
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    new aws.iam.RolePolicy(name, { role: "role", policy }, { parent: this });
  }
}

/** Its queue is encrypted by now, so its exception covers nothing. */
class Stale extends pulumi.ComponentResource {
  constructor(name: string) {
    const exception = { rule: "AwsSolutions-SQS2", resource: name, reason: "It was not." };
    super("test:index:Stale", name, { policyExceptions: [exception] });
    new aws.sqs.Queue(name, { sqsManagedSseEnabled: true }, { parent: this });
  }
}
