import type * as aws from "@pulumi/aws";
import { EcsTaskScaler, pinnedDesiredCount } from "../../components";
import type { Settings } from "../settings";

/** Name of the scaler in the program, also used by its pin. */
const NAME = "scaler";

/** Desired count of the demo's service: the count that the scaler set last. */
export const demoCount = () => pinnedDesiredCount({ scaler: NAME, default: 1 });

/** Scales the demo's service by its CPU. */
export function scaleDemo(
  { alarmActions, logRetentionInDays }: Settings,
  { cluster, service }: { readonly cluster: aws.ecs.Cluster; readonly service: aws.ecs.Service },
): EcsTaskScaler {
  return new EcsTaskScaler(NAME, {
    cluster,
    service,
    min: 1,
    max: 6,
    metric: "cpu",
    scaleOut: { above: 70 },
    scaleIn: { below: 30 },
    alarmActions,
    logRetentionInDays,
  });
}
