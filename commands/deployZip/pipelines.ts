import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { paginateGetParametersByPath, SSMClient } from "@aws-sdk/client-ssm";
import type {
  ManualRequest,
  ManualAnswer,
} from "../../callbacks/delivery/zipToLambdaPipeline/changeManually";
import {
  PIPELINE_RECORDS,
  type PipelineRecord,
} from "../../callbacks/delivery/zipToLambdaPipeline/pipelineRecord";
import { CommandError } from "../commandError";
import type { PipelineQuery } from "./options";

export interface AppClients {
  readonly lambda: LambdaClient;
  readonly s3: S3Client;
  readonly ssm: SSMClient;
}

/** Creates clients for the account, region and endpoint of the environment. */
export function createAppClients(settings: object = {}): AppClients {
  return {
    // Used only to call the worker. No retries: a rollback whose answer was lost would be done twice.
    lambda: new LambdaClient({ ...settings, maxAttempts: 1 }),
    s3: new S3Client(settings),
    ssm: new SSMClient(settings),
  };
}

export interface FoundPipeline extends PipelineRecord {
  readonly name: string;
  readonly project: string;
  readonly stack: string;
}

/**
 * Finds the pipeline.
 *
 * @throws CommandError if there is none, or more than one.
 */
export async function findPipeline(
  { ssm }: Pick<AppClients, "ssm">,
  query: PipelineQuery,
): Promise<FoundPipeline> {
  const all: FoundPipeline[] = [];
  for await (const { Parameters = [] } of paginateGetParametersByPath(
    { client: ssm },
    { Path: PIPELINE_RECORDS, Recursive: true },
  ))
    for (const { Name = "", Value = "" } of Parameters) {
      const [, , project = "", stack = "", name = ""] = Name.split("/");
      all.push({ ...(JSON.parse(Value) as PipelineRecord), project, stack, name });
    }
  const found = all.filter(
    ({ name, project, stack }) =>
      [undefined, name].includes(query.pipeline) &&
      [undefined, project].includes(query.project) &&
      [undefined, stack].includes(query.stack),
  );
  const [only] = found;
  if (only && found.length === 1) return only;
  const list = (pipelines: readonly FoundPipeline[]): string =>
    pipelines.map(({ name, project, stack }) => `${name} (${project}/${stack})`).join(", ");
  if (found.length > 1)
    throw new CommandError(
      `There are several pipelines: ${list(found)}; give --pipeline, --project or --stack.`,
    );
  const wanted = query.pipeline === undefined ? "" : ` '${query.pipeline}'`;
  throw new CommandError(
    `There is no ZipToLambdaPipeline${wanted}; there is: ${list(all) || "none"}.`,
  );
}

/**
 * Calls the worker of a pipeline to do something on request.
 *
 * @throws CommandError with the worker's reason if it fails.
 */
export async function askWorker(
  { lambda }: Pick<AppClients, "lambda">,
  { workerName }: PipelineRecord,
  asked: ManualRequest,
): Promise<Exclude<ManualAnswer, { refused: string }>> {
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName: workerName, Payload: JSON.stringify(asked) }),
  );
  const answer = JSON.parse(Buffer.from(Payload ?? []).toString()) as
    ManualAnswer | { errorMessage?: string };
  if (FunctionError !== undefined)
    throw new CommandError(`The worker failed: ${String(Reflect.get(answer, "errorMessage"))}`);
  if ("refused" in answer) throw new CommandError(`Nothing was changed: ${answer.refused}.`);
  return answer as Exclude<ManualAnswer, { refused: string }>;
}
