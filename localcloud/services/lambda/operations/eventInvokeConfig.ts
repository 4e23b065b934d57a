import type {
  DeleteFunctionEventInvokeConfigRequest,
  DestinationConfig,
  FunctionEventInvokeConfig,
  GetFunctionEventInvokeConfigRequest,
  ListFunctionEventInvokeConfigsRequest,
  ListFunctionEventInvokeConfigsResponse,
  PutFunctionEventInvokeConfigRequest,
  UpdateFunctionEventInvokeConfigRequest,
} from "@aws-sdk/client-lambda";
import { parseArn } from "../../../core/arn";
import { checkRange } from "../../../core/constraint";
import { page } from "../../../core/page";
import type { Operation } from "../../../core/service";
import { changeChecked } from "../../../core/changeChecked";
import { onFunction, onUnqualified } from "../model/access";
import { mayCall, maySend } from "../model/checkTarget";
import { functionNotFound, invalidParameter, notFound, unsupported } from "../model/errors";
import { functionArn } from "../model/functionReference";
import type { EventInvokeConfig, LambdaFunction } from "../model/model";
import { findFunction, resolveVersion, type LambdaContext } from "../model/resolve";
import type { LambdaStore } from "../store";

export const putFunctionEventInvokeConfig: Operation<
  LambdaStore,
  PutFunctionEventInvokeConfigRequest,
  FunctionEventInvokeConfig
> = {
  access: onFunction("PutFunctionEventInvokeConfig"),
  async run(input, context) {
    return set(input, context, await validated(input, context));
  },
};

export const updateFunctionEventInvokeConfig: Operation<
  LambdaStore,
  UpdateFunctionEventInvokeConfigRequest,
  FunctionEventInvokeConfig
> = {
  access: onFunction("UpdateFunctionEventInvokeConfig"),
  run(input, context) {
    return changeChecked(
      () => findConfig(input, context),
      () => validated(input, context),
      (current) => {
        const changed = configOf(input, context);
        return set(input, context, {
          maximumRetryAttempts: changed.maximumRetryAttempts ?? current.maximumRetryAttempts,
          maximumEventAge: changed.maximumEventAge ?? current.maximumEventAge,
          destinations: { ...current.destinations, ...changed.destinations },
          lastModified: changed.lastModified,
        });
      },
    );
  },
};

export const getFunctionEventInvokeConfig: Operation<
  LambdaStore,
  GetFunctionEventInvokeConfigRequest,
  FunctionEventInvokeConfig
> = {
  access: onFunction("GetFunctionEventInvokeConfig"),
  run(input, context) {
    const { target, qualifier } = locate(input, context);
    return describe(target, qualifier, findConfig(input, context), context);
  },
};

export const deleteFunctionEventInvokeConfig: Operation<
  LambdaStore,
  DeleteFunctionEventInvokeConfigRequest,
  object
> = {
  access: onFunction("DeleteFunctionEventInvokeConfig"),
  run(input, context) {
    findConfig(input, context);
    const { target, qualifier } = locate(input, context);
    target.eventInvokeConfigs.delete(qualifier);
    return {};
  },
};

export const listFunctionEventInvokeConfigs: Operation<
  LambdaStore,
  ListFunctionEventInvokeConfigsRequest,
  ListFunctionEventInvokeConfigsResponse
> = {
  access: onUnqualified("ListFunctionEventInvokeConfigs"),
  run(input, context) {
    checkRange(input.MaxItems, "maxItems", { min: 1, max: 50 });
    const { target } = findFunction(input, context);
    const { items, nextToken } = page(target.eventInvokeConfigs, {
      key: ([qualifier]) => qualifier,
      size: input.MaxItems ?? 50,
      token: input.Marker,
      invalidToken: () => invalidParameter("Invalid Marker."),
    });
    return {
      FunctionEventInvokeConfigs: items.map(([qualifier, config]) =>
        describe(target, qualifier, config, context),
      ),
      NextMarker: nextToken,
    };
  },
};

type Named = { FunctionName?: string; Qualifier?: string };

function locate(
  input: Named,
  context: LambdaContext,
): { target: LambdaFunction; qualifier: string } {
  const { target, qualifier = "$LATEST" } = findFunction(input, context);
  if (!resolveVersion(target, qualifier))
    throw functionNotFound(functionArn(context, target.name, qualifier));
  return { target, qualifier };
}

function findConfig(input: Named, context: LambdaContext): EventInvokeConfig {
  const { target, qualifier } = locate(input, context);
  const config = target.eventInvokeConfigs.get(qualifier);
  if (config) return config;
  const arn = functionArn(context, target.name, qualifier);
  throw notFound(`The function ${arn} doesn't have an EventInvokeConfig`);
}

async function validated(
  input: PutFunctionEventInvokeConfigRequest,
  context: LambdaContext,
): Promise<EventInvokeConfig> {
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig: given } = input;
  checkRange(MaximumRetryAttempts, "maximumRetryAttempts", { min: 0, max: 2 });
  checkRange(MaximumEventAgeInSeconds, "maximumEventAgeInSeconds", { min: 60, max: 21_600 });
  if (MaximumRetryAttempts === undefined && MaximumEventAgeInSeconds === undefined && !given)
    throw invalidParameter(
      "You must specify at least one of error handling or destination setting.",
    );
  const { target } = locate(input, context);
  await checkDestination(given?.OnSuccess?.Destination, target, context);
  await checkDestination(given?.OnFailure?.Destination, target, context);
  return configOf(input, context);
}

function configOf(
  input: PutFunctionEventInvokeConfigRequest,
  { clock }: LambdaContext,
): EventInvokeConfig {
  return {
    maximumRetryAttempts: input.MaximumRetryAttempts,
    maximumEventAge: input.MaximumEventAgeInSeconds,
    destinations: input.DestinationConfig ?? {},
    lastModified: clock.date(),
  };
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
async function checkDestination(
  destination: string | undefined,
  target: LambdaFunction,
  { store }: LambdaContext,
): Promise<void> {
  if (!destination) return;
  const { role } = target.latest.settings;
  const functionName = target.name;
  const denied = (action: string): Error =>
    invalidParameter(
      `The function's execution role does not have permissions to call ${action} on ${destination}`,
    );
  switch (parseArn(destination)?.service) {
    case "sqs":
      if (!(await maySend(store, role, functionName, destination))) throw denied("SendMessage");
      return;
    case "lambda": {
      if (destination === target.arn || destination.startsWith(`${target.arn}:`))
        throw invalidParameter("You can't specify the function as a destination for itself.");
      const input = { FunctionName: destination, InvocationType: "DryRun" };
      const probe = { role, functionName, service: "lambda", operation: "Invoke", input };
      if (!(await mayCall(store, probe))) throw denied("InvokeFunction");
      return;
    }
    default:
      throw unsupported(`the destination ${destination} (only SQS queues and Lambda functions)`);
  }
}

function set(
  input: Named,
  context: LambdaContext,
  config: EventInvokeConfig,
): FunctionEventInvokeConfig {
  const { target, qualifier } = locate(input, context);
  target.eventInvokeConfigs.set(qualifier, config);
  return describe(target, qualifier, config, context);
}

function describe(
  target: LambdaFunction,
  qualifier: string,
  config: EventInvokeConfig,
  context: LambdaContext,
): FunctionEventInvokeConfig {
  const { OnSuccess, OnFailure }: DestinationConfig = config.destinations;
  return {
    LastModified: config.lastModified,
    FunctionArn: functionArn(context, target.name, qualifier),
    MaximumRetryAttempts: config.maximumRetryAttempts,
    MaximumEventAgeInSeconds: config.maximumEventAge,
    DestinationConfig: { OnSuccess: OnSuccess ?? {}, OnFailure: OnFailure ?? {} },
  };
}
