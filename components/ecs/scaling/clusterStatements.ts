import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../../iam/statement";

/** Returns the ARN of a service's resource in the scaler's account and region. */
type ArnOf = (service: string, resource: pulumi.Input<string>) => pulumi.Output<string>;

/** Permissions to read the container instances of one cluster, their tasks and the services of these tasks. */
export function clusterStatements(arn: ArnOf, name: pulumi.Input<string>): Statement[] {
  const cluster = arn("ecs", pulumi.interpolate`cluster/${name}`);
  const within = (kind: string): pulumi.Output<string> =>
    arn("ecs", pulumi.interpolate`${kind}/${name}/*`);
  const inCluster = { ArnEquals: { "ecs:cluster": cluster } };
  return [
    { sid: "ListInstances", actions: ["ecs:ListContainerInstances"], resources: [cluster] },
    {
      sid: "ReadInstances",
      actions: ["ecs:DescribeContainerInstances"],
      resources: [within("container-instance")],
    },
    { sid: "ReadServices", actions: ["ecs:DescribeServices"], resources: [within("service")] },
    { sid: "ReadTasks", actions: ["ecs:DescribeTasks"], resources: [within("task")] },
    {
      sid: "ListCluster",
      actions: ["ecs:ListServices", "ecs:ListTasks"],
      resources: ["*"],
      conditions: inCluster,
    },
  ];
}

/** Permission to set whether container instances accept tasks. */
export function drainStatement(arn: ArnOf, name: pulumi.Input<string>): Statement {
  return {
    sid: "Drain",
    actions: ["ecs:UpdateContainerInstancesState"],
    resources: [arn("ecs", pulumi.interpolate`container-instance/${name}/*`)],
  };
}
