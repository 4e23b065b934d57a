import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { childName } from "../names";

/** Watches one stage for answers of 5xx; each minute by itself, and one without requests is a good one. */
export function createServerErrorAlarm(
  parent: pulumi.Resource,
  name: string,
  restApi: aws.apigateway.RestApi,
  stage: aws.apigateway.Stage,
  options: {
    alarmActions?: pulumi.Input<string>[];
    tags?: Record<string, pulumi.Input<string>>;
  },
): aws.cloudwatch.MetricAlarm {
  return new aws.cloudwatch.MetricAlarm(
    childName(name, "errors"),
    {
      alarmDescription: "The API answered with a server error: look at its access log.",
      namespace: "AWS/ApiGateway",
      metricName: "5XXError",
      dimensions: { ApiName: restApi.name, Stage: stage.stageName },
      statistic: "Sum",
      threshold: 0,
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 1,
      period: 60,
      treatMissingData: "notBreaching",
      alarmActions: options.alarmActions ?? [],
      tags: options.tags,
    },
    { parent },
  );
}
