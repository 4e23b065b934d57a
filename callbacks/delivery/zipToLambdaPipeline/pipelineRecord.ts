export const deploymentOnlyModule = true;

/** Where the parameters of all pipelines are: `/zip-pipelines/<project>/<stack>/<name>`. */
export const PIPELINE_RECORDS = "/zip-pipelines";

/** What the commands find a pipeline by. */
export interface PipelineRecord {
  readonly bucketName: string;
  readonly workerName: string;
  /** What stands before the name of an app. */
  readonly functionPrefix: string;
}
