export const deploymentOnlyModule = true;

/**
 * Where the parameters of all APIs are: `/staged-api/<project>/<stack>/<name>/api`, `.../verdicts`, `.../history`.
 * A name that began with `aws` would be refused.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
 */
export const RECORDS = "/staged-api";

/** What the commands find an API by. */
export interface ApiRecord {
  readonly functionName?: string;
  /** Where there is no function: that whose alias PROD says what move of prod is under way. */
  readonly journalFunction?: string;
  readonly restApiId: string;
  /** Description of the deployments that the component makes. */
  readonly description: string;
  /** Published versions that are kept. */
  readonly keep: number;
  /**
   * What the callbacks may do (`dynamodb:GetItem <hash of resource and conditions>`), with the version of the function
   * that was the newest when it was first allowed. Absent where the deployer may not read it again, or it has no room.
   */
  readonly granted?: Readonly<Record<string, string>>;
  /** What a canary needs; absent where the program does not ask for one. */
  readonly canary?: CanaryRecord;
}

export interface CanaryRecord {
  /** Name of the rule that calls the controller each minute while it is enabled. */
  readonly rule: string;
  /** Names of the alarms that stop a canary. */
  readonly alarms: readonly string[];
}
