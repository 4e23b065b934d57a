import { ZipToLambdaPipeline } from "../../components";
import type { Settings } from "../settings";

/** Zips that become functions: upload one as `apps/<name>.zip`, or use `npx aws-callbacks deploy-zip ./<name>.zip`. */
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
