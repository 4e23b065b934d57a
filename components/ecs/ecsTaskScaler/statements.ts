import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../../iam/statement";
import { arnsBeside } from "../../location";
import { FIND_OTHER_SCALER, type ScalerScope, scalerStatements } from "../scaling/statements";

/** The resources that a scaler of a service uses. */
export interface TaskScalerScope extends ScalerScope {
  readonly cluster: pulumi.Output<string>;
  readonly service: pulumi.Output<string>;
  readonly pinName: string;
}

/**
 * Permissions for one service, and the scaler's alarms, rules, table and pin. Actions without a resource level only
 * read.
 */
export function taskScalerStatements(self: pulumi.Resource, scope: TaskScalerScope): Statement[] {
  const arn = arnsBeside(self);
  const named = pulumi.interpolate`${scope.cluster}/${scope.service}`;
  const service = arn("ecs", pulumi.interpolate`service/${named}`);
  return [
    {
      sid: "ReadService",
      actions: ["ecs:DescribeServices", "ecs:ListServiceDeployments"],
      resources: [service],
    },
    {
      sid: "ReadRollout",
      actions: ["ecs:DescribeServiceDeployments"],
      resources: [arn("ecs", pulumi.interpolate`service-deployment/${named}/*`)],
    },
    ...scalerStatements(arn, scope),
    ...(scope.isActing
      ? [
          { sid: "Scale", actions: ["ecs:UpdateService"], resources: [service] },
          FIND_OTHER_SCALER,
          {
            sid: "Pin",
            actions: ["ssm:PutParameter"],
            resources: [arn("ssm", `parameter${scope.pinName}`)],
          },
        ]
      : []),
  ];
}
