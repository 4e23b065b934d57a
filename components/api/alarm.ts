import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { childName } from "../names";

/**
 * Creates an alarm on the 5xx answers of one stage. Each minute is evaluated alone; a minute without requests is OK.
 */
export function createServerErrorAlarm(
  name: string,
  args: {
    readonly restApi: aws.apigateway.RestApi;
    readonly stage: aws.apigateway.Stage;
    readonly alarmActions?: pulumi.Input<string>[];
    readonly tags?: Record<string, pulumi.Input<string>>;
  },
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm {
  return new aws.cloudwatch.MetricAlarm(
    childName(name, "errors"),
    {
      alarmDescription: "The API answered with a server error: check its access log.",
      namespace: "AWS/ApiGateway",
      metricName: "5XXError",
      dimensions: { ApiName: args.restApi.name, Stage: args.stage.stageName },
      statistic: "Sum",
      threshold: 0,
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 1,
      period: 60,
      treatMissingData: "notBreaching",
      alarmActions: args.alarmActions ?? [],
      tags: args.tags,
    },
    opts,
  );
}
