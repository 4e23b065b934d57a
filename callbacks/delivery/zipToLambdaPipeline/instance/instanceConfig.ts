import { type Environment, required } from "../../../environment";
import { configurationFrom, type PipelineSettings, type WorkerConfig } from "../settings";

export const deploymentOnlyModule = true;

/** Settings of workers on instances that the program decides. */
export interface InstanceSettings extends PipelineSettings {
  /** Seconds that one zip may take. */
  readonly workTime: number;
  /** Additional seconds that its build may take. */
  readonly buildTimeout: number;
  /** Seconds without a zip after which an instance may be terminated. */
  readonly idleTime: number;
}

export interface InstanceConfig extends WorkerConfig, InstanceSettings {
  readonly instanceId: string;
  /** The Auto Scaling group that the instance belongs to. */
  readonly groupName: string;
  readonly logGroupName: string;
}

/** Reads the configuration that the instance got in its user data. */
export function instanceConfigFrom(settings: InstanceSettings, env: Environment): InstanceConfig {
  return {
    ...settings,
    ...configurationFrom(env),
    instanceId: required(env, "INSTANCE_ID"),
    groupName: required(env, "GROUP_NAME"),
    logGroupName: required(env, "LOG_GROUP_NAME"),
  };
}
