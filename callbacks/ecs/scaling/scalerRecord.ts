export const deploymentOnlyModule = true;

/**
 * Where the parameters of all scalers are: `/task-scalers/<project>/<stack>/<name>`. A name that began with `aws` would
 * be refused.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
 */
export const SCALER_RECORDS = "/task-scalers";

/** What the commands find a scaler by. */
export interface ScalerRecord {
  readonly tableName: string;
  readonly functionName: string;
  /** Name of the ECS cluster, where there is one. */
  readonly cluster?: string;
  /** What is scaled: a service or a group of the cluster, or a fleet. */
  readonly service: string;
  readonly min: number;
  readonly max: number;
  /** What is counted. Default `tasks`. */
  readonly unit?: string;
}
