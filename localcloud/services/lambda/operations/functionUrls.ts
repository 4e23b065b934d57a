import type {
  Cors,
  CreateFunctionUrlConfigRequest,
  CreateFunctionUrlConfigResponse,
  DeleteFunctionUrlConfigRequest,
  FunctionUrlConfig,
  GetFunctionUrlConfigRequest,
  GetFunctionUrlConfigResponse,
  ListFunctionUrlConfigsRequest,
  ListFunctionUrlConfigsResponse,
  UpdateFunctionUrlConfigRequest,
  UpdateFunctionUrlConfigResponse,
} from "@aws-sdk/client-lambda";
import { page } from "../../../core/page";
import { randomText } from "../../../core/randomPool";
import type { AccessCheck, Operation } from "../../../core/service";
import { onFunction, onUnqualified } from "../model/access";
import { conflict, invalidParameter, notFound } from "../model/errors";
import { functionArn } from "../model/functionReference";
import type { FunctionUrl, LambdaFunction } from "../model/model";
import { findFunction, type LambdaContext } from "../model/resolve";
import { urlPath } from "../url/urlPath";
import type { LambdaStore } from "../store";

type UrlOperation<Input, Output> = Operation<LambdaStore, Input, Output>;
type Named = { FunctionName?: string; Qualifier?: string; AuthType?: string };

export const createFunctionUrlConfig: UrlOperation<
  CreateFunctionUrlConfigRequest,
  CreateFunctionUrlConfigResponse
> = {
  access: withAuthType("CreateFunctionUrlConfig"),
  run(input, context) {
    const { target, qualifier } = findHolder(input, context);
    if (target.urls.has(qualifier ?? ""))
      throw conflict(
        `Failed to create function url config for [functionArn = ${functionArn(context, target.name, qualifier)}]. ` +
          "Error message:  FunctionUrlConfig exists for this Lambda function",
      );
    const now = context.clock.date();
    const url: FunctionUrl = {
      id: randomText(16, "hex"),
      qualifier,
      authType: input.AuthType ?? "AWS_IAM",
      invokeMode: input.InvokeMode ?? "BUFFERED",
      cors: corsOf(input.Cors),
      createdAt: now,
      modifiedAt: now,
    };
    target.urls.set(qualifier ?? "", url);
    return configOf(target, url, context);
  },
};

export const getFunctionUrlConfig: UrlOperation<
  GetFunctionUrlConfigRequest,
  GetFunctionUrlConfigResponse
> = {
  access: onFunction("GetFunctionUrlConfig"),
  run(input, context) {
    const { target, url } = findUrl(input, context);
    return configOf(target, url, context);
  },
};

export const updateFunctionUrlConfig: UrlOperation<
  UpdateFunctionUrlConfigRequest,
  UpdateFunctionUrlConfigResponse
> = {
  access: withAuthType("UpdateFunctionUrlConfig"),
  run(input, context) {
    const { target, url } = findUrl(input, context);
    url.authType = input.AuthType ?? url.authType;
    url.invokeMode = input.InvokeMode ?? url.invokeMode;
    if (input.Cors) url.cors = corsOf(input.Cors);
    url.modifiedAt = context.clock.date();
    return configOf(target, url, context);
  },
};

export const deleteFunctionUrlConfig: UrlOperation<DeleteFunctionUrlConfigRequest, object> = {
  access: onFunction("DeleteFunctionUrlConfig"),
  run(input, context) {
    const { target, url } = findUrl(input, context);
    target.urls.delete(url.qualifier ?? "");
    return {};
  },
};

export const listFunctionUrlConfigs: UrlOperation<
  ListFunctionUrlConfigsRequest,
  ListFunctionUrlConfigsResponse
> = {
  access: onUnqualified("ListFunctionUrlConfigs"),
  run(input, context) {
    const { target } = findFunction(input, context);
    const { items, nextToken } = page([...target.urls.values()], {
      key: ({ qualifier }) => qualifier ?? "",
      size: Math.min(input.MaxItems ?? 50, 50),
      token: input.Marker,
      invalidToken: () => invalidParameter("Invalid Marker."),
    });
    return {
      FunctionUrlConfigs: items.map((url) => configOf(target, url, context)),
      NextMarker: nextToken,
    };
  },
};

/**
 * Adds the condition key `lambda:FunctionUrlAuthType`, by which a policy can limit who may call a URL:
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
function withAuthType(action: string) {
  const usual = onFunction(action);
  return (input: Named, context: LambdaContext): readonly AccessCheck[] =>
    usual(input, context).map((check) => ({
      ...check,
      ...(input.AuthType !== undefined && {
        context: { "lambda:FunctionUrlAuthType": input.AuthType },
      }),
    }));
}

/** Returns the CORS settings; settings without any member count as not set. */
function corsOf(cors: Cors | undefined): Cors | undefined {
  return Object.values(cors ?? {}).some((value) => value !== undefined) ? cors : undefined;
}

/** Finds the function or alias that the URL belongs to. Published versions cannot have a URL. */
function findHolder(
  input: Named,
  context: LambdaContext,
): { target: LambdaFunction; qualifier?: string } {
  const { target, qualifier } = findFunction(input, context);
  if (qualifier !== undefined && !target.aliases.has(qualifier))
    throw /^(\d+|\$LATEST)$/.test(qualifier)
      ? invalidParameter("Function URLs are for functions and aliases, not for versions.")
      : notFound(`Function does not exist: ${functionArn(context, target.name, qualifier)}`);
  return { target, qualifier };
}

function findUrl(
  input: Named,
  context: LambdaContext,
): { target: LambdaFunction; url: FunctionUrl } {
  const { target, qualifier } = findFunction(input, context);
  const url = target.urls.get(qualifier ?? "");
  if (!url) throw notFound("The resource you requested does not exist.");
  return { target, url };
}

function configOf(target: LambdaFunction, url: FunctionUrl, context: LambdaContext) {
  return {
    FunctionUrl: `${context.cloud.endpoint}${urlPath(url.id)}/`,
    FunctionArn: functionArn(context, target.name, url.qualifier),
    AuthType: url.authType,
    ...(url.cors && { Cors: url.cors }),
    CreationTime: url.createdAt.toISOString(),
    LastModifiedTime: url.modifiedAt.toISOString(),
    InvokeMode: url.invokeMode,
  } satisfies FunctionUrlConfig;
}
