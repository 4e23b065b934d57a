import { systemDeps } from "../../../deps";
import type { SshCronFunctions, SshCronSettings } from "../settings";
import { workerConfig, workerHandler, type WorkerHandler } from "../worker";
import { ssmTransport } from "./ssmTransport";

export const deploymentOnlyModule = true;

/** Made for `callbackFactory`: runs the job on the instance of each message, by Systems Manager. */
export const ssmWorkerFactory =
  (settings: SshCronSettings, functions: SshCronFunctions) => (): WorkerHandler => {
    const config = workerConfig(settings, functions);
    const bucket = config.logsBucket;
    const prefix = `${config.logsPrefix}${settings.name}/output`;
    const transport = ssmTransport(settings, { bucket, prefix }, systemDeps);
    return workerHandler(config, () => transport);
  };
