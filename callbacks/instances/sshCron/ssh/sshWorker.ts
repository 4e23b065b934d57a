import { systemDeps } from "../../../deps";
import { keyReader } from "../readKeys";
import { runJob } from "../runJob";
import type { KeySource, SshCronFunctions, SshCronSettings } from "../settings";
import { workerConfig, workerHandler, type WorkerHandler } from "../worker";
import { sshTransport } from "./sshTransport";

export const deploymentOnlyModule = true;

/** Made for `callbackFactory`: runs the job on the host of each message, by SSH. */
export const sshWorkerFactory =
  (settings: SshCronSettings, functions: SshCronFunctions) => (): WorkerHandler => {
    const { KEYS = "[]", JUMP_INSTANCES = "[]" } = process.env;
    const readKeys = keyReader(JSON.parse(KEYS) as KeySource[], systemDeps);
    const jumpInstances = JSON.parse(JUMP_INSTANCES) as (string | null)[];
    return workerHandler(workerConfig(settings, functions), (store) =>
      sshTransport({ settings, store, jumpInstances, readKeys, runJob }),
    );
  };
