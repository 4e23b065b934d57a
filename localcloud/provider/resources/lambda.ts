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
  type FunctionUrlAuthType,
} from "@aws-sdk/client-lambda";
import type { AliasArgs } from "@pulumi/aws/lambda/alias";
import type { EventSourceMappingArgs } from "@pulumi/aws/lambda/eventSourceMapping";
import type { FunctionEventInvokeConfigArgs } from "@pulumi/aws/lambda/functionEventInvokeConfig";
import type { PermissionArgs } from "@pulumi/aws/lambda/permission";
import { client } from "../clients";
import { defineResource, ignoreGone, unlessGone, untilConsistent, type Args } from "../define";
import type { ResourceType } from "../types";
import { invokeArn, lambdaFunction } from "./lambdaFunction";

const GONE = ["ResourceNotFoundException"];

const alias = defineResource<Args<AliasArgs>>({
  token: "aws:lambda/alias:Alias",
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
  read(_id, { functionName, name }, context) {
    return unlessGone(GONE, async () => {
      const found = await client(LambdaClient, context).send(
        new GetAliasCommand({ FunctionName: functionName, Name: name }),
      );
      const weights = found.RoutingConfig?.AdditionalVersionWeights;
      return {
        name: found.Name,
        arn: found.AliasArn,
        invokeArn: invokeArn(found.AliasArn ?? "", context),
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
      client(LambdaClient, context).send(new DeleteAliasCommand({ FunctionName: functionName, Name: name })),
    );
  },
});

const permission = defineResource<Args<PermissionArgs>>({
  token: "aws:lambda/permission:Permission",
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
            FunctionUrlAuthType: inputs.functionUrlAuthType as FunctionUrlAuthType | undefined,
          }),
        ),
    );
    return inputs.statementId ?? "";
  },
  read(id, inputs, context) {
    return unlessGone(GONE, async () => {
      const { Policy = "{}" } = await client(LambdaClient, context).send(
        new GetPolicyCommand({ FunctionName: String(inputs.function), Qualifier: inputs.qualifier }),
      );
      const { Statement = [] } = JSON.parse(Policy) as { Statement?: { Sid?: string }[] };
      return Statement.some(({ Sid }) => Sid === id) ? { statementId: id } : undefined;
    });
  },
  async delete(id, state, context) {
    await ignoreGone(GONE, () =>
      client(LambdaClient, context).send(
        new RemovePermissionCommand({
          FunctionName: String(state.function),
          StatementId: id,
          Qualifier: state.qualifier,
        }),
      ),
    );
  },
});

const eventInvokeConfig = defineResource<Args<FunctionEventInvokeConfigArgs>>({
  token: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  required: ["functionName"],
  replaceOn: ["functionName", "qualifier"],
  async create(inputs, context) {
    await client(LambdaClient, context).send(new PutFunctionEventInvokeConfigCommand(invokeSettings(inputs)));
    return inputs.qualifier ? `${inputs.functionName}:${inputs.qualifier}` : inputs.functionName;
  },
  read(_id, { functionName: FunctionName, qualifier: Qualifier }, context) {
    return unlessGone(GONE, async () => {
      const found = await client(LambdaClient, context).send(
        new GetFunctionEventInvokeConfigCommand({ FunctionName, Qualifier }),
      );
      return {
        maximumRetryAttempts: found.MaximumRetryAttempts,
        maximumEventAgeInSeconds: found.MaximumEventAgeInSeconds,
      };
    });
  },
  async update(_id, news, _olds, context) {
    await client(LambdaClient, context).send(new PutFunctionEventInvokeConfigCommand(invokeSettings(news)));
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
  required: ["functionName"],
  defaults: { enabled: true },
  replaceOn: ["eventSourceArn", "startingPosition"],
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
  read(UUID, _inputs, context) {
    return unlessGone(GONE, async () => {
      const found = await client(LambdaClient, context).send(new GetEventSourceMappingCommand({ UUID }));
      return {
        uuid: found.UUID,
        arn: found.EventSourceMappingArn,
        functionArn: found.FunctionArn,
        state: found.State,
        lastModified: found.LastModified?.toISOString(),
        batchSize: found.BatchSize,
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
];

function routing({ routingConfig }: Args<AliasArgs>): { AdditionalVersionWeights: Record<string, number> } | undefined {
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
    FunctionResponseTypes: inputs.functionResponseTypes as "ReportBatchItemFailures"[] | undefined,
    ScalingConfig: maximumConcurrency === undefined ? undefined : { MaximumConcurrency: maximumConcurrency },
    FilterCriteria: inputs.filterCriteria && {
      Filters: inputs.filterCriteria.filters?.map(({ pattern }) => ({ Pattern: pattern })),
    },
  };
}
