export const deploymentOnlyModule = true;

/**
 * Path prefix of the parameters of all scalers: `/task-scalers/<project>/<stack>/<name>`. AWS refuses names that begin
 * with `aws`.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
 */
export const SCALER_RECORDS = "/task-scalers";

/** How the commands find a scaler's resources. */
export interface ScalerRecord {
  readonly tableName: string;
  readonly functionName: string;
  /** Name of the ECS cluster, if there is one. */
  readonly cluster?: string;
  /** Name of what is scaled: a service or a group of the cluster, or a fleet. */
  readonly service: string;
  readonly min: number;
  readonly max: number;
  /** Noun for what is counted. Default `tasks`. */
  readonly unit?: string;
}
