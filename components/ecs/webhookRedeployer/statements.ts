import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../../iam/statement";
import { locationOf } from "../../location";

/** The resources that the functions of a redeployer use. */
export interface RedeployScope {
  /** Names of clusters; undefined for all. */
  readonly clusters: readonly pulumi.Input<string>[] | undefined;
  readonly families: readonly string[];
  readonly passRoles: readonly pulumi.Input<string>[];
  readonly pinPath: string;
  readonly table: aws.dynamodb.Table;
  readonly keepsRevisions: boolean;
  readonly stopsTasks: boolean;
  readonly reportsTargets: boolean;
}

/** Prefixes of ARNs in the region and account of the program. */
export interface ArnPrefixes {
  ecs(resource: pulumi.Input<string>): pulumi.Output<string>;
  events(resource: pulumi.Input<string>): pulumi.Output<string>;
  ssm(resource: pulumi.Input<string>): pulumi.Output<string>;
}

export function arnPrefixes(parent: pulumi.Resource): ArnPrefixes {
  const { accountId, partition, region } = locationOf(parent);
  const of =
    (service: string) =>
    (resource: pulumi.Input<string>): pulumi.Output<string> =>
      pulumi.interpolate`arn:${partition}:${service}:${region}:${accountId}:${resource}`;
  return { ecs: of("ecs"), events: of("events"), ssm: of("ssm") };
}

/** ARN patterns of the clusters' services, or with `task` of their tasks. */
export function inClusters(
  { clusters }: Pick<RedeployScope, "clusters">,
  kind: "service" | "task",
  arns: ArnPrefixes,
): pulumi.Output<string>[] {
  return (clusters ?? ["*"]).map((cluster) => arns.ecs(pulumi.interpolate`${kind}/${cluster}/*`));
}

/** Allows every resource of a kind if the caller left it open, with a reason in the policy. */
function openTo(
  patterns: readonly pulumi.Input<string>[] | undefined,
  what: string,
): Pick<Statement, "reason"> {
  const isOpen = patterns?.some((one) => typeof one === "string" && /^[*?]+$/.test(one)) ?? true;
  return isOpen ? { reason: `The caller asked for ${what}, wherever the image is used.` } : {};
}

/** Permissions to list, plan and update, on these clusters, families and roles only. */
export function workerStatements(
  scope: RedeployScope,
  arns: ArnPrefixes,
  queues: { readonly send: pulumi.Input<string>[] },
): Statement[] {
  const families = scope.families.map((family) => arns.ecs(`task-definition/${family}:*`));
  const byCluster = {
    ArnLike: {
      "ecs:cluster": (scope.clusters ?? ["*"]).map((cluster) =>
        arns.ecs(pulumi.interpolate`cluster/${cluster}`),
      ),
    },
  };
  const listed = [
    "ecs:DescribeTaskDefinition",
    ...(scope.families.some((family) => family.endsWith("*"))
      ? ["ecs:ListTaskDefinitionFamilies"]
      : []),
    ...(scope.clusters === undefined ? ["ecs:ListClusters"] : []),
    ...(scope.keepsRevisions ? ["ecs:DeregisterTaskDefinition"] : []),
  ];
  return [
    { sid: "ReadFamilies", actions: listed, resources: ["*"] },
    {
      sid: "ListInClusters",
      actions: ["ecs:ListServices", ...(scope.stopsTasks ? ["ecs:ListTasks"] : [])],
      resources: ["*"],
      conditions: byCluster,
    },
    ...(scope.reportsTargets
      ? [
          { sid: "FindRules", actions: ["events:ListRuleNamesByTarget"], resources: ["*"] },
          {
            sid: "ReadTargets",
            actions: ["events:ListTargetsByRule"],
            resources: [arns.events("rule/*")],
            reason: "Only the targets show which rules run a family; they are read, never changed.",
          },
        ]
      : []),
    {
      sid: "MoveServices",
      actions: ["ecs:DescribeServices", "ecs:UpdateService"],
      resources: inClusters(scope, "service", arns),
      ...openTo(scope.clusters, "the services of every cluster"),
    },
    {
      sid: "MakeRevisions",
      actions: ["ecs:RegisterTaskDefinition"],
      resources: families,
      ...openTo(scope.families, "every family"),
    },
    {
      sid: "KeepTags",
      actions: ["ecs:TagResource"],
      resources: families,
      conditions: { StringEquals: { "ecs:CreateAction": "RegisterTaskDefinition" } },
      ...openTo(scope.families, "every family"),
    },
    ...(scope.passRoles.length > 0
      ? [
          {
            sid: "PassTaskRoles",
            actions: ["iam:PassRole"],
            resources: [...scope.passRoles],
            conditions: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
          },
        ]
      : []),
    ...(scope.stopsTasks
      ? [
          {
            sid: "StopTasks",
            actions: ["ecs:StopTask"],
            resources: inClusters(scope, "task", arns),
            ...openTo(scope.clusters, "the tasks of every cluster"),
          },
        ]
      : []),
    pinStatement(scope, arns),
    {
      sid: "KeepRecords",
      actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      resources: [scope.table.arn],
    },
    { sid: "SendWork", actions: ["sqs:SendMessage"], resources: queues.send },
  ];
}

/** Permissions to read a deployment that ended, and to pin its images. */
export function completionStatements(scope: RedeployScope, arns: ArnPrefixes): Statement[] {
  return [
    {
      sid: "ReadServices",
      actions: ["ecs:DescribeServices"],
      resources: inClusters(scope, "service", arns),
      ...openTo(scope.clusters, "the services of every cluster"),
    },
    {
      sid: "ReadImages",
      actions: ["ecs:DescribeTaskDefinition", "ecs:DeregisterTaskDefinition"],
      resources: ["*"],
    },
    pinStatement(scope, arns),
    {
      sid: "KeepRecords",
      actions: ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"],
      resources: [scope.table.arn],
    },
  ];
}

function pinStatement({ pinPath }: RedeployScope, arns: ArnPrefixes): Statement {
  const resources = [arns.ssm(`parameter${pinPath}/*`)];
  return { sid: "PinImages", actions: ["ssm:PutParameter"], resources };
}
