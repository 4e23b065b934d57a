export const deploymentOnlyModule = true;

/**
 * Path prefix of the parameters of all crons: `/ssh-crons/<project>/<stack>/<name>`. AWS refuses names that begin with
 * `aws` or `ssm`.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
 */
export const CRON_RECORDS = "/ssh-crons";

/** How the commands find a cron's resources. */
export interface CronRecord {
  readonly tableName: string;
  readonly triggerName: string;
  readonly logsBucket: string;
  readonly user: string;
  readonly schedule: string;
  /** Bucket in which `new-key` puts the private key; absent when the key is kept elsewhere. */
  readonly keyBucket?: string;
  readonly keyName?: string;
}
