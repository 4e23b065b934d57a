import type {
  DeleteFunctionRequest,
  FunctionConfiguration,
  GetFunctionConfigurationRequest,
  GetFunctionRequest,
  GetFunctionResponse,
  ListFunctionsRequest,
  ListFunctionsResponse,
} from "@aws-sdk/client-lambda";
import { authorize } from "../../../access/authorize";
import { AwsError } from "../../../core/errors";
import { checkRange } from "../../../core/constraint";
import { page } from "../../../core/page";
import type { Operation } from "../../../core/service";
import { onFunction, onUnqualified } from "../model/access";
import { configurationOf } from "../model/configuration";
import { conflict, functionNotFound, invalidParameter, unsupported } from "../model/errors";
import { functionArn } from "../model/functionReference";
import type { CodePackage, FunctionVersion, LambdaFunction } from "../model/model";
import { findFunction, findVersion, type LambdaContext, publishedVersion } from "../model/resolve";
import type { LambdaStore } from "../store";

export const getFunction: Operation<LambdaStore, GetFunctionRequest, GetFunctionResponse> = {
  access: onFunction("GetFunction"),
  run(input, context) {
    const { target, qualifier, version } = findVersion(input, context);
    const { tags, reservedConcurrency } = target;
    return {
      Configuration: configurationOf(version, context, qualifier),
      Code: codeLocation(version.settings.code, context),
      ...(Object.keys(tags).length > 0 && mayListTags(input, context) && { Tags: { ...tags } }),
      ...(reservedConcurrency !== undefined && {
        Concurrency: { ReservedConcurrentExecutions: reservedConcurrency },
      }),
    };
  },
};

/** Returns a link to Lambda's copy of the code, or the object that is read in place. */
function codeLocation(
  code: CodePackage,
  { cloud, store }: LambdaContext,
): NonNullable<GetFunctionResponse["Code"]> {
  if (!code.source)
    return { RepositoryType: "S3", Location: cloud.endpoint + store.downloads.link(code) };
  const { bucket, key, versionId } = code.source;
  return {
    RepositoryType: "S3",
    ResolvedS3Object: { S3Bucket: bucket, S3Key: key, S3ObjectVersion: versionId },
  };
}

/**
 * Checks whether the caller may list tags; GetFunction omits them otherwise. Asks IAM without recording a call.
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html (Tags)
 */
function mayListTags(input: GetFunctionRequest, context: LambdaContext): boolean {
  const { principal, region, clock, cloud } = context;
  const request = { region, now: clock.date(), service: "lambda" };
  try {
    for (const check of onUnqualified("ListTags")(input, context))
      authorize(check, principal, cloud.identity, request);
    return true;
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}

export const getFunctionConfiguration: Operation<
  LambdaStore,
  GetFunctionConfigurationRequest,
  FunctionConfiguration
> = {
  access: onFunction("GetFunctionConfiguration"),
  run(input, context) {
    const { qualifier, version } = findVersion(input, context);
    return configurationOf(version, context, qualifier);
  },
};

/** AWS lists at most 50 functions in one page, even if MaxItems is larger. */
const MAX_PAGE = 50;

export const listFunctions: Operation<LambdaStore, ListFunctionsRequest, ListFunctionsResponse> = {
  run(input, context) {
    checkRange(input.MaxItems, "maxItems", { min: 1, max: 10_000 });
    if (input.MasterRegion !== undefined) throw unsupported("MasterRegion (Lambda@Edge)");
    if (input.FunctionVersion !== undefined && input.FunctionVersion !== "ALL")
      throw invalidParameter("FunctionVersion must be ALL.");
    const versions = [...context.store.functions.values()].flatMap(({ latest, published }) =>
      input.FunctionVersion === "ALL" ? [latest, ...published] : [latest],
    );
    const { items, nextToken } = page(versions, {
      key: ({ functionName, version }) => `${functionName} ${version.padStart(12, "0")}`,
      size: Math.min(input.MaxItems ?? MAX_PAGE, MAX_PAGE),
      token: input.Marker,
      invalidToken: () => invalidParameter("Invalid Marker."),
    });
    const all = input.FunctionVersion === "ALL";
    return {
      Functions: items.map((version) =>
        configurationOf(version, context, all ? version.version : undefined),
      ),
      NextMarker: nextToken,
    };
  },
};

export const deleteFunction: Operation<LambdaStore, DeleteFunctionRequest, object> = {
  access: onFunction("DeleteFunction"),
  run(input, context) {
    const { store } = context;
    const { target, qualifier } = findFunction(input, context);
    if (qualifier !== undefined) return deleteVersion(store, target, qualifier);
    target.deleted = true;
    store.functions.delete(target.name);
    store.clock.clearTimeout(target.latest.change?.timer);
    for (const version of [target.latest, ...target.published]) store.fleet.discard(version);
    return {};
  },
};

function deleteVersion(store: LambdaStore, target: LambdaFunction, qualifier: string): object {
  if (qualifier === "$LATEST")
    throw invalidParameter("$LATEST version cannot be deleted without deleting the function.");
  if (target.aliases.has(qualifier))
    throw invalidParameter("Deletion of aliases is not currently supported.");
  const version = publishedVersion(target, qualifier);
  if (!version) throw functionNotFound(functionArn(store.place, target.name, qualifier));
  checkUnreferenced(target, version);
  target.published = target.published.filter((other) => other !== version);
  target.policies.delete(qualifier);
  target.eventInvokeConfigs.delete(qualifier);
  store.fleet.discard(version);
  return {};
}

function checkUnreferenced(target: LambdaFunction, { version }: FunctionVersion): void {
  const aliases = [...target.aliases.values()]
    .filter((alias) => alias.version === version || version in (alias.weights ?? {}))
    .map(({ name }) => name);
  if (aliases.length > 0)
    throw conflict(
      `Unable to delete version because the following aliases reference it: [${aliases.join(", ")}]`,
    );
}
