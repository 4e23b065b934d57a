import * as pulumi from "@pulumi/pulumi";
import { comments, greetingApi, type Outputs, traceFunction } from "./common";
import type { Settings } from "./settings";
import { appsDemo } from "./demo/apps";
import { createFleet } from "./demo/fleet";
import { scaleDemo } from "./demo/scaler";
import { redeployDemo } from "./demo/service";

/** All components to try out, in a developer's own account or on the local cloud. */
export function dev(settings: Settings): Outputs {
  const { url, tableName } = comments(settings);
  const { name } = traceFunction(settings);
  const greeting = greetingApi(settings);
  const { redeploy, cluster, service } = redeployDemo(settings);
  const apps = appsDemo(settings);
  const { group, hello } = createFleet(settings);
  return {
    commentsUrl: url,
    commentsTableName: tableName,
    traceFunctionName: name,
    greetingStageUrl: greeting.stageUrl,
    greetingProdUrl: greeting.prodUrl,
    greetingFunctionName: greeting.functionName,
    redeployWebhookUrl: redeploy.webhookUrl,
    demoClusterName: cluster.name,
    demoServiceName: service.name,
    scaledClusterName: cluster.name,
    scaledServiceName: service.name,
    taskScalerFunctionName: scaleDemo(settings, { cluster, service }).functionName,
    fleetGroupName: group.name,
    appsBucketName: apps.bucketName,
    appFunctionPrefix: apps.functionPrefix,
    helloLogsBucket: hello.logsBucketName,
    helloRunsTable: hello.runsTableName,
    helloRunsCommand: pulumi.output("npx aws-callbacks runs hello"),
  };
}
