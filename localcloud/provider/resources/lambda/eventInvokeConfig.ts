import {
  DeleteFunctionEventInvokeConfigCommand,
  GetFunctionEventInvokeConfigCommand,
  LambdaClient,
  PutFunctionEventInvokeConfigCommand,
  type DestinationConfig,
} from "@aws-sdk/client-lambda";
import type { FunctionEventInvokeConfigArgs } from "@pulumi/aws/lambda/functionEventInvokeConfig";
import { client } from "../../clients";
import { defineResource, ignoreGone, unlessGone, type Args } from "../../define";
import type { Properties } from "../../types";
import { GONE, pairKey } from "./keys";

export const eventInvokeConfig = defineResource<Args<FunctionEventInvokeConfigArgs>>({
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

function destinations(config: DestinationConfig | undefined): Properties | undefined {
  const { OnFailure, OnSuccess } = config ?? {};
  const found = {
    ...(OnFailure?.Destination ? { onFailure: { destination: OnFailure.Destination } } : {}),
    ...(OnSuccess?.Destination ? { onSuccess: { destination: OnSuccess.Destination } } : {}),
  };
  return Object.keys(found).length > 0 ? found : undefined;
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
