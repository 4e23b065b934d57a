export const deploymentOnlyModule = true;

/** Path prefix of the parameters of all pipelines: `/zip-pipelines/<project>/<stack>/<name>`. */
export const PIPELINE_RECORDS = "/zip-pipelines";

/** How the commands find a pipeline's resources. */
export interface PipelineRecord {
  readonly bucketName: string;
  readonly workerName: string;
  /** Prefix of the function names; the name of the app follows. */
  readonly functionPrefix: string;
}
