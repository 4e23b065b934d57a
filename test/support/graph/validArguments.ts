import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  CallbackFunction,
  CommentsDynamoProxy,
  DynamoProxy,
  EcsClusterScaler,
  EcsTaskScaler,
  EniLifecycleHook,
  FunctionAlarms,
  LifecycleAction,
  SpotFleetScaler,
  SshCron,
  StagedApi,
  WebhookRedeployer,
  ZipToLambdaPipeline,
} from "../../../components";

/** A component as JavaScript calls it: no types check its arguments. */
export type Untyped = new (name: string, args: unknown) => unknown;

export const callback = async (): Promise<number> => 1;
const BASE = { alarmActions: [] };
const SCALER = { ...BASE, cluster: "demo", min: 1, max: 4 };

/** Valid arguments of each component. */
export const COMPONENTS: Readonly<Record<string, readonly [unknown, object | (() => object)]>> = {
  CallbackFunction: [CallbackFunction, { ...BASE, callback, permissions: [] }],
  CommentsDynamoProxy: [CommentsDynamoProxy, BASE],
  DynamoProxy: [
    DynamoProxy,
    {
      ...BASE,
      attributes: { id: { type: "string" } },
      hashKey: "id",
      routes: [{ operation: "get", method: "GET", path: "/notes/{id}" }],
    },
  ],
  EcsClusterScaler: [EcsClusterScaler, { ...SCALER, group: "nodes" }],
  EcsTaskScaler: [EcsTaskScaler, { ...SCALER, service: "web", metric: "cpu", target: 60 }],
  EniLifecycleHook: [
    EniLifecycleHook,
    {
      ...BASE,
      interfaces: [{ subnets: { "eu-central-1a": "subnet-a" }, securityGroups: ["sg-1"] }],
    },
  ],
  FunctionAlarms: [
    FunctionAlarms,
    () => ({ ...BASE, functions: { hello: new aws.lambda.Function("hello", { role: "r" }) } }),
  ],
  LifecycleAction: [LifecycleAction, { ...BASE, action: callback, permissions: [] }],
  SpotFleetScaler: [
    SpotFleetScaler,
    { ...SCALER, fleet: "fleet-0123456789abcdef0", metric: "cpu", target: 10, excess: "terminate" },
  ],
  SshCron: [
    SshCron,
    {
      ...BASE,
      schedule: "rate(15 minutes)",
      transport: "ssm",
      targets: { tag: "role", value: "web" },
      commands: ["uptime"],
      user: "ec2-user",
    },
  ],
  StagedApi: [
    StagedApi,
    { ...BASE, permissions: [], routes: [{ method: "GET", path: "/hello", callback }] },
  ],
  WebhookRedeployer: [
    WebhookRedeployer,
    {
      ...BASE,
      repositories: ["acme/web"],
      families: ["web-*"],
      passRoles: [],
      token: pulumi.secret("token-of-the-webhook-0123456789"),
    },
  ],
  ZipToLambdaPipeline: [ZipToLambdaPipeline, BASE],
};
