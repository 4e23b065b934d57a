import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { pinnedImage, type PolicyException } from "../../components";
import { createNetwork, type Network, networkExceptions } from "./network";
import type { ShopSettings } from "../settings";

export interface ShopArgs extends Omit<ShopSettings, "service"> {
  readonly logRetentionInDays: number;
}

/**
 * A Fargate service that runs `acme/web`, in a network that exists or in one made for it. What is made by the hour's
 * price is its tasks, and the NAT gateways that `natGateways` asks for.
 */
export class Shop extends pulumi.ComponentResource {
  readonly cluster: aws.ecs.Cluster;
  readonly family: string;
  /** Starts the tasks: pulls their image, writes their logs. They have no role of their own: they call nothing of AWS. */
  readonly executionRole: aws.iam.Role;
  readonly serviceName: pulumi.Output<string>;

  constructor(name: string, args: ShopArgs, opts?: pulumi.ComponentResourceOptions) {
    super("aws-callbacks:stacks:Shop", name, { policyExceptions: exceptions(name, args) }, opts);
    const parentOpts = { parent: this };
    const { network: existing, natGateways } = args;
    this.family = `${name}-web`;
    this.cluster = new aws.ecs.Cluster(
      name,
      // Billed by metric; without it nobody sees why a task died (AwsSolutions-ECS4).
      { settings: [{ name: "containerInsights", value: "enabled" }] },
      parentOpts,
    );
    const logGroup = new aws.cloudwatch.LogGroup(
      this.family,
      { retentionInDays: args.logRetentionInDays },
      parentOpts,
    );
    this.executionRole = createExecutionRole(`${this.family}-start`, logGroup, parentOpts);
    const taskDefinition = createTaskDefinition(this, logGroup, args);
    const network: Network = existing
      ? {
          subnetIds: [...existing.subnetIds],
          securityGroupIds: [...existing.securityGroupIds],
          assignPublicIp: existing.assignPublicIp ?? false,
        }
      : createNetwork(name, natGateways, parentOpts);
    const service = {
      cluster: this.cluster.arn,
      taskDefinition: taskDefinition.arn,
      desiredCount: args.desiredCount,
      platformVersion: "LATEST",
      networkConfiguration: {
        subnets: network.subnetIds,
        securityGroups: network.securityGroupIds,
        assignPublicIp: network.assignPublicIp,
      },
      deploymentCircuitBreaker: { enable: true, rollback: true },
    };
    // In a network that exists nothing is left for AWSX to do, and its plugin is not needed.
    this.serviceName = existing
      ? new aws.ecs.Service(this.family, { ...service, launchType: "FARGATE" }, parentOpts).name
      : new awsx.ecs.FargateService(
          this.family,
          // The circuit breaker takes back what does not start; `up` need not wait for it.
          { ...service, continueBeforeSteadyState: true },
          parentOpts,
        ).service.name;
    this.registerOutputs({ serviceName: this.serviceName });
  }
}

function exceptions(name: string, { network, natGateways }: ShopArgs): PolicyException[] {
  const hasPublicTasks = network ? network.assignPublicIp === true : natGateways === "None";
  const publicTasks = {
    rule: "CKV_AWS_333",
    resource: `${name}-web`,
    reason:
      "Without NAT gateways a task reaches its registry by an address of its own; nothing connects to it.",
  };
  return [...(network ? [] : networkExceptions(name)), ...(hasPublicTasks ? [publicTasks] : [])];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html */
function createExecutionRole(
  name: string,
  logGroup: aws.cloudwatch.LogGroup,
  opts: pulumi.CustomResourceOptions,
): aws.iam.Role {
  const role = new aws.iam.Role(
    name,
    {
      assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({
        Service: "ecs-tasks.amazonaws.com",
      }),
    },
    opts,
  );
  const policy = pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: pulumi.interpolate`${logGroup.arn}:log-stream:*`,
      },
    ],
  });
  new aws.iam.RolePolicy(name, { role: role.id, policy }, opts);
  return role;
}

/** One container that runs what was deployed last, and what the program says until then. */
function createTaskDefinition(
  self: Shop,
  logGroup: aws.cloudwatch.LogGroup,
  { cpu, memory }: ShopArgs,
): aws.ecs.TaskDefinition {
  const { family } = self;
  const opts = { parent: self };
  const image = pinnedImage({ family, container: "web", default: "acme/web:1.0" }, opts);
  const options = {
    "awslogs-group": logGroup.name,
    "awslogs-region": aws.getRegionOutput({}, opts).region,
    "awslogs-stream-prefix": "web",
  };
  return new aws.ecs.TaskDefinition(
    family,
    {
      family,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: String(cpu),
      memory: String(memory),
      executionRoleArn: self.executionRole.arn,
      containerDefinitions: pulumi.jsonStringify([
        { name: "web", image, logConfiguration: { logDriver: "awslogs", options } },
      ]),
      // The webhook makes revisions too: go on from the newest, and leave the old ones to roll back to.
      trackLatest: true,
      skipDestroy: true,
      // A new revision carries its tags over.
      tags: { app: self.family },
    },
    opts,
  );
}
