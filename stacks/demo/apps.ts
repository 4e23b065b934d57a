import { ZipToLambdaPipeline } from "../../components";
import type { Settings } from "../settings";

/** Zips that become functions: drop one as `apps/<name>.zip`, or `npx aws-callbacks deploy-zip ./<name>.zip`. */
export function appsDemo({
  alarmActions,
  logRetentionInDays,
  protectData,
}: Settings): ZipToLambdaPipeline {
  return new ZipToLambdaPipeline("apps", {
    alarmActions,
    logRetentionInDays,
    forceDestroy: !protectData,
  });
}
