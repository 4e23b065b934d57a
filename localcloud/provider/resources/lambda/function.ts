import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  GetFunctionCommand,
  LambdaClient,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
  type Architecture,
} from "@aws-sdk/client-lambda";
import { client } from "../../clients";
import {
  completing,
  defineResource,
  ignoreGone,
  tagChanges,
  tagOutputs,
  unlessGone,
  untilConsistent,
} from "../../define";
import { isSameInput } from "../../diff";
import type { ProviderContext } from "../../types";
import { zipArchive } from "../../zip";
import { configurationOutputs, configuration, type Inputs } from "./configuration";
import { setLambdaTags } from "./tags";

const GONE = ["ResourceNotFoundException"];

const WAIT = { maxWaitTime: 300, minDelay: 0.05, maxDelay: 1 };

/** Properties that need UpdateFunctionCode; every other one is configuration. */
const CODE = ["code", "sourceCodeHash", "architectures"];

export const lambdaFunction = defineResource<Inputs>({
  token: "aws:lambda/function:Function",
  inputs: [
    "architectures",
    "code",
    "deadLetterConfig",
    "description",
    "environment",
    "ephemeralStorage",
    "handler",
    "kmsKeyArn",
    "layers",
    "loggingConfig",
    "memorySize",
    "name",
    "packageType",
    "publish",
    "reservedConcurrentExecutions",
    "role",
    "runtime",
    "s3Bucket",
    "skipDestroy",
    "sourceCodeHash",
    "tags",
    "timeout",
    "tracingConfig",
    "vpcConfig",
  ],
  computed: [
    "architectures",
    "ephemeralStorage",
    "loggingConfig",
    "sourceCodeHash",
    "tracingConfig",
  ],
  volatileOutputs: [
    "codeSha256",
    "lastModified",
    "qualifiedArn",
    "qualifiedInvokeArn",
    "sourceCodeSize",
    "version",
  ],
  autoname: { property: "name", maxLength: 64 },
  required: ["role"],
  defaults: {
    memorySize: 128,
    timeout: 3,
    publish: false,
    packageType: "Zip",
    reservedConcurrentExecutions: -1,
  },
  replaceOn: ["name", "packageType"],
  check: (inputs) =>
    inputs.packageType === "Image" || inputs.s3Bucket
      ? [
          {
            property: inputs.s3Bucket ? "s3Bucket" : "packageType",
            reason: "only `code` archives are supported here",
          },
        ]
      : [],
  async create(inputs, context) {
    const lambda = client(LambdaClient, context);
    await untilConsistent(cannotAssumeYet, () =>
      lambda.send(
        new CreateFunctionCommand({
          ...configuration(inputs),
          FunctionName: inputs.name,
          Role: inputs.role,
          Code: { ZipFile: zipArchive(inputs.code, context.programDirectory) },
          Architectures: inputs.architectures as Architecture[] | undefined,
          Publish: inputs.publish,
          Tags: inputs.tags,
        }),
      ),
    );
    return completing(inputs.name ?? "", async () => {
      await waitUntilFunctionActiveV2({ client: lambda, ...WAIT }, { FunctionName: inputs.name });
      if ((inputs.reservedConcurrentExecutions ?? -1) >= 0) await setConcurrency(inputs, lambda);
    });
  },
  read: (id, inputs, context) => unlessGone(GONE, () => readFunction(id, inputs, context)),
  async update(id, news, olds, context) {
    const lambda = client(LambdaClient, context);
    const changed = (key: keyof Inputs): boolean => !isSameInput(news[key], olds[key]);
    const keys = Object.keys({ ...olds, ...news }) as (keyof Inputs)[];
    const published = news.publish ? await latestVersion(id, lambda) : undefined;
    if (
      keys.some((key) => !CODE.includes(key) && !NOT_CONFIGURATION.includes(key) && changed(key))
    ) {
      await lambda.send(
        new UpdateFunctionConfigurationCommand({ ...configuration(news), FunctionName: id }),
      );
      await waitUntilFunctionUpdatedV2({ client: lambda, ...WAIT }, { FunctionName: id });
    }
    if (CODE.some((key) => changed(key as keyof Inputs))) {
      await lambda.send(
        new UpdateFunctionCodeCommand({
          FunctionName: id,
          ZipFile: zipArchive(news.code, context.programDirectory),
          Architectures: news.architectures as Architecture[] | undefined,
        }),
      );
      await waitUntilFunctionUpdatedV2({ client: lambda, ...WAIT }, { FunctionName: id });
    }
    // A no-op if neither code nor configuration changed: AWS then returns the last version.
    if (published !== undefined) await lambda.send(new PublishVersionCommand({ FunctionName: id }));
    if (changed("reservedConcurrentExecutions")) await setConcurrency(news, lambda);
    await setTags(id, news, olds, lambda);
  },
  async delete(id, { skipDestroy }, context) {
    if (skipDestroy) return;
    await ignoreGone(GONE, () =>
      client(LambdaClient, context).send(new DeleteFunctionCommand({ FunctionName: id })),
    );
  },
});

/** Properties that neither call contains. */
const NOT_CONFIGURATION: readonly (keyof Inputs)[] = [
  "tags",
  "publish",
  "reservedConcurrentExecutions",
  "skipDestroy",
];

async function readFunction(
  id: string,
  inputs: Partial<Inputs>,
  context: ProviderContext,
): Promise<Record<string, unknown>> {
  const lambda = client(LambdaClient, context);
  const {
    Configuration: found = {},
    Tags,
    Concurrency,
  } = await lambda.send(new GetFunctionCommand({ FunctionName: id }));
  const version = inputs.publish ? await latestVersion(id, lambda) : "$LATEST";
  const qualifiedArn = `${found.FunctionArn}:${version}`;
  return {
    ...configurationOutputs(found, inputs),
    name: found.FunctionName,
    arn: found.FunctionArn,
    invokeArn: invokeArn(found.FunctionArn ?? "", context),
    qualifiedArn,
    qualifiedInvokeArn: invokeArn(qualifiedArn, context),
    version,
    reservedConcurrentExecutions: Concurrency?.ReservedConcurrentExecutions ?? -1,
    ...tagOutputs(Tags),
  };
}

async function setConcurrency(inputs: Inputs, lambda: LambdaClient): Promise<void> {
  const count = inputs.reservedConcurrentExecutions ?? -1;
  const FunctionName = inputs.name;
  if (count >= 0)
    await lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: count }),
    );
  else await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
}

async function setTags(
  id: string,
  news: Inputs,
  olds: Inputs,
  lambda: LambdaClient,
): Promise<void> {
  const { set, remove } = tagChanges(olds.tags, news.tags);
  if (Object.keys(set).length + remove.length === 0) return;
  const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: id }));
  await setLambdaTags(Configuration?.FunctionArn, news.tags, olds.tags, lambda);
}

/** Returns the number of the newest published version; `$LATEST` without one. */
async function latestVersion(FunctionName: string, lambda: LambdaClient): Promise<string> {
  let newest = "$LATEST";
  let Marker: string | undefined;
  do {
    const page = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName, Marker }));
    newest = page.Versions?.at(-1)?.Version ?? newest;
    Marker = page.NextMarker;
  } while (Marker);
  return newest;
}

export function invokeArn(functionArn: string, { aws }: ProviderContext): string {
  return `arn:aws:apigateway:${aws.region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
}

function cannotAssumeYet(error: Error): boolean {
  return (
    error.name === "InvalidParameterValueException" &&
    /cannot be assumed by Lambda/.test(error.message)
  );
}
