import type { PipelineClients } from "../clients";
import type { WorkerConfig } from "../settings";
import type { Upload } from "../uploads/upload";
import type { WorkerDeps } from "../workerDeps";
import { logPlace, statusOf, type UploadState, type UploadStatus, writeStatus } from "./status";
import { metricLine } from "./sendEvent";

export const deploymentOnlyModule = true;

/** The part of a function's context that locates its log. */
export interface LogContext {
  readonly awsRequestId?: string;
  readonly logGroupName?: string;
  readonly logStreamName?: string;
}

/** Clients and context for reports. */
export interface Reporting {
  readonly clients: PipelineClients;
  readonly config: WorkerConfig;
  readonly deps: WorkerDeps;
  readonly context: LogContext & { getRemainingTimeInMillis(): number };
}

/** Returns the status of an upload without writing it; a key that names no app has an empty name. */
export function describeUpload(
  upload: Upload,
  name: string,
  { config, deps, context }: Reporting,
  state: UploadState,
  more: Partial<UploadStatus> = {},
): UploadStatus {
  return statusOf(upload, state, deps.now(), {
    app: name,
    log: logPlace(context, deps.region),
    ...(name === "" ? {} : { functionName: config.functionPrefix + name }),
    ...more,
  });
}

/** Writes the progress of an upload. */
export async function report(
  upload: Upload,
  name: string,
  reporting: Reporting,
  state: UploadState,
  more?: Partial<UploadStatus>,
): Promise<UploadStatus> {
  const status = describeUpload(upload, name, reporting, state, more);
  await writeStatus(reporting.clients.s3, reporting.config.bucketName, status);
  return status;
}

/** Counts the result of an upload in the metrics. */
export function count(
  { key, versionId }: Pick<Upload, "key" | "versionId">,
  app: string,
  { config, deps }: Pick<Reporting, "config" | "deps">,
  state: "deployed" | "rejected" | "superseded" | "removed",
  facts: object,
): void {
  const outcome = `${state[0]?.toUpperCase()}${state.slice(1)}` as Parameters<typeof metricLine>[1];
  deps.print(metricLine(config.pipeline, outcome, deps.now(), { app, key, versionId, ...facts }));
}
