export const deploymentOnlyModule = true;

/**
 * Where the parameters of all crons are: `/ssh-crons/<project>/<stack>/<name>`. A name that began with `aws` or `ssm`
 * would be refused.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
 */
export const CRON_RECORDS = "/ssh-crons";

/** What the commands find a cron by. */
export interface CronRecord {
  readonly tableName: string;
  readonly triggerName: string;
  readonly logsBucket: string;
  readonly user: string;
  readonly schedule: string;
  /** Where `new-key` puts the private part; absent when the key is somewhere else. */
  readonly keyBucket?: string;
  readonly keyName?: string;
}
