import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  DeleteAliasCommand,
  DeleteEventSourceMappingCommand,
  DeleteFunctionEventInvokeConfigCommand,
  GetAliasCommand,
  GetEventSourceMappingCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  LambdaClient,
  PutFunctionEventInvokeConfigCommand,
  RemovePermissionCommand,
  UpdateAliasCommand,
  UpdateEventSourceMappingCommand,
  type DestinationConfig,
  type FunctionUrlAuthType,
} from "@aws-sdk/client-lambda";
import type { AliasArgs } from "@pulumi/aws/lambda/alias";
import type { EventSourceMappingArgs } from "@pulumi/aws/lambda/eventSourceMapping";
import type { FunctionEventInvokeConfigArgs } from "@pulumi/aws/lambda/functionEventInvokeConfig";
import type { PermissionArgs } from "@pulumi/aws/lambda/permission";
import { client } from "../clients";
import { defineResource, ignoreGone, unlessGone, untilConsistent, type Args } from "../define";
import type { Properties, ResourceType } from "../types";
import { functionUrl } from "./functionUrl";
import { invokeArn, lambdaFunction } from "./lambdaFunction";

const GONE = ["ResourceNotFoundException"];

const alias = defineResource<Args<AliasArgs>>({
  token: "aws:lambda/alias:Alias",
  inputs: ["description", "functionName", "functionVersion", "name", "routingConfig"],
  autoname: { property: "name", maxLength: 128 },
  required: ["functionName", "functionVersion"],
  replaceOn: ["name", "functionName"],
  async create(inputs, context) {
    const { AliasArn = "" } = await client(LambdaClient, context).send(
      new CreateAliasCommand({
        FunctionName: inputs.functionName,
        Name: inputs.name,
        FunctionVersion: inputs.functionVersion,
        Description: inputs.description,
        RoutingConfig: routing(inputs),
      }),
    );
    return AliasArn;
  },
  importKey: (id) => pairKey(id, "functionName", "name"),
  read(id, inputs, context) {
    // An id is the alias' ARN: `...:function:<function>:<alias>`.
    const [functionName = inputs.functionName, name = inputs.name] = id.split(":").slice(6);
    return unlessGone(GONE, async () => {
      const found = await client(LambdaClient, context).send(
        new GetAliasCommand({ FunctionName: functionName, Name: name }),
      );
      const weights = found.RoutingConfig?.AdditionalVersionWeights;
      return {
        name: found.Name,
        arn: found.AliasArn,
        invokeArn: invokeArn(found.AliasArn ?? "", context),
        functionName: sameFunction(inputs.functionName, functionName),
        functionVersion: found.FunctionVersion,
        description: found.Description || undefined,
        routingConfig: weights && { additionalVersionWeights: weights },
      };
    });
  },
  async update(_id, news, _olds, context) {
    await client(LambdaClient, context).send(
      new UpdateAliasCommand({
        FunctionName: news.functionName,
        Name: news.name,
        FunctionVersion: news.functionVersion,
        Description: news.description ?? "",
        RoutingConfig: routing(news) ?? { AdditionalVersionWeights: {} },
      }),
    );
  },
  async delete(_id, { functionName, name }, context) {
    await ignoreGone(GONE, () =>
      client(LambdaClient, context).send(
        new DeleteAliasCommand({ FunctionName: functionName, Name: name }),
      ),
    );
  },
});

const permission = defineResource<Args<PermissionArgs>>({
  token: "aws:lambda/permission:Permission",
  inputs: [
    "action",
    "eventSourceToken",
    "function",
    "functionUrlAuthType",
    "invokedViaFunctionUrl",
    "principal",
    "principalOrgId",
    "qualifier",
    "sourceAccount",
    "sourceArn",
    "statementId",
    "statementIdPrefix",
  ],
  autoname: { property: "statementId", maxLength: 100 },
  required: ["action", "function", "principal"],
  async create(inputs, context) {
    await untilConsistent(
      (error) => error.name === "PreconditionFailedException",
      () =>
        client(LambdaClient, context).send(
          new AddPermissionCommand({
            FunctionName: String(inputs.function),
            StatementId: inputs.statementId,
            Action: inputs.action,
            Principal: inputs.principal,
            SourceArn: inputs.sourceArn,
            SourceAccount: inputs.sourceAccount,
            Qualifier: inputs.qualifier,
            EventSourceToken: inputs.eventSourceToken,
            PrincipalOrgID: inputs.principalOrgId,
            InvokedViaFunctionUrl: inputs.invokedViaFunctionUrl,
            FunctionUrlAuthType: inputs.functionUrlAuthType as FunctionUrlAuthType | undefined,
          }),
        ),
    );
    return inputs.statementId ?? "";
  },
  importKey: (id) => pairKey(id, "function", "statementId"),
  read(id, inputs, context) {
    const statementId = inputs.statementId ?? id;
    return unlessGone(GONE, async () => {
      const { Policy = "{}" } = await client(LambdaClient, context).send(
        new GetPolicyCommand({
          FunctionName: String(inputs.function),
          Qualifier: inputs.qualifier,
        }),
      );
      const { Statement = [] } = JSON.parse(Policy) as { Statement?: PolicyStatement[] };
      const found = Statement.find(({ Sid }) => Sid === statementId);
      return found && { statementId, ...permissionOutputs(found) };
    });
  },
  async delete(id, state, context) {
    await ignoreGone(GONE, () =>
      client(LambdaClient, context).send(
        new RemovePermissionCommand({
          FunctionName: String(state.function),
          StatementId: state.statementId ?? id,
          Qualifier: state.qualifier,
        }),
      ),
    );
  },
});

const eventInvokeConfig = defineResource<Args<FunctionEventInvokeConfigArgs>>({
  token: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  inputs: [
    "destinationConfig",
    "functionName",
    "maximumEventAgeInSeconds",
    "maximumRetryAttempts",
    "qualifier",
  ],
  defaults: { maximumRetryAttempts: 2 },
  required: ["functionName"],
  replaceOn: ["functionName", "qualifier"],
  async create(inputs, context) {
    await client(LambdaClient, context).send(
      new PutFunctionEventInvokeConfigCommand(invokeSettings(inputs)),
    );
    return inputs.qualifier ? `${inputs.functionName}:${inputs.qualifier}` : inputs.functionName;
  },
  importKey: (id) => pairKey(id, "functionName", "qualifier", ":"),
  read(_id, { functionName: FunctionName, qualifier: Qualifier }, context) {
    return unlessGone(GONE, async () => {
      const found = await client(LambdaClient, context).send(
        new GetFunctionEventInvokeConfigCommand({ FunctionName, Qualifier }),
      );
      return {
        maximumRetryAttempts: found.MaximumRetryAttempts,
        maximumEventAgeInSeconds: found.MaximumEventAgeInSeconds,
        destinationConfig: destinations(found.DestinationConfig),
      };
    });
  },
  async update(_id, news, _olds, context) {
    await client(LambdaClient, context).send(
      new PutFunctionEventInvokeConfigCommand(invokeSettings(news)),
    );
  },
  async delete(_id, { functionName: FunctionName, qualifier: Qualifier }, context) {
    await ignoreGone(GONE, () =>
      client(LambdaClient, context).send(
        new DeleteFunctionEventInvokeConfigCommand({ FunctionName, Qualifier }),
      ),
    );
  },
});

const eventSourceMapping = defineResource<Args<EventSourceMappingArgs>>({
  token: "aws:lambda/eventSourceMapping:EventSourceMapping",
  inputs: [
    "batchSize",
    "enabled",
    "eventSourceArn",
    "filterCriteria",
    "functionName",
    "functionResponseTypes",
    "maximumBatchingWindowInSeconds",
    "scalingConfig",
  ],
  computed: ["batchSize"],
  volatileOutputs: ["lastModified", "state"],
  required: ["functionName"],
  defaults: { enabled: true },
  replaceOn: ["eventSourceArn"],
  async create(inputs, context) {
    const { UUID = "" } = await untilConsistent(
      (error) => /role does not have permissions|cannot be assumed/.test(error.message),
      () =>
        client(LambdaClient, context).send(
          new CreateEventSourceMappingCommand({
            ...mappingSettings(inputs),
            EventSourceArn: inputs.eventSourceArn,
          }),
        ),
    );
    return UUID;
  },
  read(UUID, inputs, context) {
    return unlessGone(GONE, async () => {
      const found = await client(LambdaClient, context).send(
        new GetEventSourceMappingCommand({ UUID }),
      );
      return {
        uuid: found.UUID,
        arn: found.EventSourceMappingArn,
        functionArn: found.FunctionArn,
        state: found.State,
        lastModified: found.LastModified?.toISOString(),
        eventSourceArn: found.EventSourceArn,
        functionName: sameFunction(inputs.functionName, found.FunctionArn),
        batchSize: found.BatchSize,
        maximumBatchingWindowInSeconds: found.MaximumBatchingWindowInSeconds,
        functionResponseTypes: found.FunctionResponseTypes,
        scalingConfig: found.ScalingConfig?.MaximumConcurrency
          ? { maximumConcurrency: found.ScalingConfig.MaximumConcurrency }
          : undefined,
        filterCriteria: found.FilterCriteria?.Filters?.length
          ? { filters: found.FilterCriteria.Filters.map(({ Pattern }) => ({ pattern: Pattern })) }
          : undefined,
        enabled: found.State !== "Disabled" && found.State !== "Disabling",
      };
    });
  },
  async update(UUID, news, _olds, context) {
    await client(LambdaClient, context).send(
      new UpdateEventSourceMappingCommand({ ...mappingSettings(news), UUID }),
    );
  },
  async delete(UUID, _state, context) {
    await ignoreGone(GONE, () =>
      client(LambdaClient, context).send(new DeleteEventSourceMappingCommand({ UUID })),
    );
  },
});

export const LAMBDA_RESOURCES: readonly ResourceType[] = [
  lambdaFunction,
  alias,
  permission,
  eventInvokeConfig,
  eventSourceMapping,
  functionUrl,
];

interface PolicyStatement {
  readonly Sid?: string;
  readonly Action?: string;
  readonly Principal?: string | Readonly<Record<string, string>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Returns the inputs of one statement in a function's policy. */
function permissionOutputs({ Action, Principal, Condition = {} }: PolicyStatement): Properties {
  const condition = (key: string): string | undefined =>
    Object.values(Condition)
      .flatMap((test) => Object.entries(test))
      .find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
  return {
    action: Action,
    principal: typeof Principal === "object" ? (Principal.Service ?? Principal.AWS) : Principal,
    sourceArn: condition("AWS:SourceArn"),
    sourceAccount: condition("AWS:SourceAccount"),
    principalOrgId: condition("aws:PrincipalOrgID"),
    functionUrlAuthType: condition("lambda:FunctionUrlAuthType"),
    invokedViaFunctionUrl:
      condition("lambda:InvokedViaFunctionUrl") === undefined
        ? undefined
        : condition("lambda:InvokedViaFunctionUrl") === "true",
    eventSourceToken: condition("lambda:EventSourceToken"),
  };
}

/** Returns a function in the form in which it was given, name or ARN, if it is the same function. */
function sameFunction(given: string | undefined, found: string | undefined): string | undefined {
  if (given === undefined || found === undefined) return found;
  const name = (text: string): string => text.split(":function:").at(-1) ?? text;
  return name(given) === name(found) ? given : found;
}

function destinations(config: DestinationConfig | undefined): Properties | undefined {
  const { OnFailure, OnSuccess } = config ?? {};
  const found = {
    ...(OnFailure?.Destination ? { onFailure: { destination: OnFailure.Destination } } : {}),
    ...(OnSuccess?.Destination ? { onSuccess: { destination: OnSuccess.Destination } } : {}),
  };
  return Object.keys(found).length > 0 ? found : undefined;
}

/** Parses an import id such as `function/alias`, with the names of its two parts. */
function pairKey(id: string, first: string, second: string, separator = "/"): Properties {
  const cut = id.lastIndexOf(separator);
  return cut < 0 ? { [first]: id } : { [first]: id.slice(0, cut), [second]: id.slice(cut + 1) };
}

function routing({
  routingConfig,
}: Args<AliasArgs>): { AdditionalVersionWeights: Record<string, number> } | undefined {
  const weights = routingConfig?.additionalVersionWeights;
  return weights && { AdditionalVersionWeights: weights };
}

function invokeSettings(
  inputs: Args<FunctionEventInvokeConfigArgs>,
): ConstructorParameters<typeof PutFunctionEventInvokeConfigCommand>[0] {
  const { onFailure, onSuccess } = inputs.destinationConfig ?? {};
  return {
    FunctionName: inputs.functionName,
    Qualifier: inputs.qualifier,
    MaximumRetryAttempts: inputs.maximumRetryAttempts,
    MaximumEventAgeInSeconds: inputs.maximumEventAgeInSeconds,
    DestinationConfig: {
      OnFailure: onFailure && { Destination: onFailure.destination },
      OnSuccess: onSuccess && { Destination: onSuccess.destination },
    },
  };
}

function mappingSettings(
  inputs: Args<EventSourceMappingArgs>,
): ConstructorParameters<typeof CreateEventSourceMappingCommand>[0] {
  const { maximumConcurrency } = inputs.scalingConfig ?? {};
  return {
    FunctionName: inputs.functionName,
    BatchSize: inputs.batchSize,
    Enabled: inputs.enabled,
    MaximumBatchingWindowInSeconds: inputs.maximumBatchingWindowInSeconds,
    FunctionResponseTypes: (inputs.functionResponseTypes ?? []) as "ReportBatchItemFailures"[],
    // Empty blocks remove the settings.
    ScalingConfig:
      maximumConcurrency === undefined ? {} : { MaximumConcurrency: maximumConcurrency },
    FilterCriteria: {
      Filters: inputs.filterCriteria?.filters?.map(({ pattern }) => ({ Pattern: pattern })),
    },
  };
}
