export const deploymentOnlyModule = true;

/**
 * Path prefix of the parameters of all APIs: `/staged-api/<project>/<stack>/<name>/api`, `.../verdicts`, `.../history`.
 * AWS refuses names that begin with `aws`.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
 */
export const RECORDS = "/staged-api";

/** How the commands find an API's resources. */
export interface ApiRecord {
  readonly functionName?: string;
  /** Only for an API without a function: the function whose alias PROD describes which move of prod is under way. */
  readonly journalFunction?: string;
  readonly restApiId: string;
  /** Description by which the component recognizes its own deployments. */
  readonly description: string;
  /** How many published versions are kept. */
  readonly keep: number;
  /**
   * Permissions of the callbacks (`dynamodb:GetItem <hash of resource and conditions>`), each with the newest version
   * of the function when it was first granted. Absent where the deployer may not read the record again, or it does not
   * fit.
   */
  readonly granted?: Readonly<Record<string, string>>;
  /** The resources of a canary; absent where the program does not ask for one. */
  readonly canary?: CanaryRecord;
}

export interface CanaryRecord {
  /** Name of the rule that calls the controller each minute while it is enabled. */
  readonly rule: string;
  /** Names of the alarms that stop a canary. */
  readonly alarms: readonly string[];
}
