import type {
  DeleteIntegrationCommandInput,
  GetIntegrationCommandInput,
  GetIntegrationCommandOutput,
  Integration,
  Method,
  PutIntegrationCommandInput,
  PutIntegrationCommandOutput,
  UpdateIntegrationCommandInput,
  UpdateIntegrationCommandOutput,
} from "@aws-sdk/client-api-gateway";
import type { AccessCheck } from "../../../core/service";
import { notFound, unsupportedOption } from "../model/apiErrors";
import { methodOf } from "../store";
import { checkIntegration } from "../model/checkIntegration";
import { integrationRules } from "../model/integrationPatch";
import { methodPath, nonEmpty } from "./methods";
import { operation, passRoleCheck, type Context, type Output } from "../model/operation";
import { patched, plainRefusals } from "../model/patch";

type IntegrationId = Parameters<typeof methodPath>[0];

const path = (id: IntegrationId): string => `${methodPath(id)}/integration`;

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const DEFAULT_TIMEOUT_MS = 29_000;

export const putIntegration = operation<
  PutIntegrationCommandInput,
  Output<PutIntegrationCommandOutput>
>(
  "PUT",
  path,
  (input, context) => {
    const method = methodOf(context.store, input);
    refuseUnsupported(input);
    const integration = newIntegration(input);
    checkIntegration(integration, method, callerOf(context));
    // As on AWS, a new integration has no responses.
    method.methodIntegration = integration;
    return structuredClone(integration);
  },
  ({ credentials }) => passRoleCheck(credentials),
);

export const getIntegration = operation<
  GetIntegrationCommandInput,
  Output<GetIntegrationCommandOutput>
>("GET", path, (input, { store }) => structuredClone(integrationOf(methodOf(store, input))));

export const updateIntegration = operation<
  UpdateIntegrationCommandInput,
  Output<UpdateIntegrationCommandOutput>
>(
  "PATCH",
  path,
  (input, context) => {
    const method = methodOf(context.store, input);
    const integration = patched(
      integrationOf(method),
      input.patchOperations,
      integrationRules,
      plainRefusals,
      "updateIntegrationInput",
    );
    checkIntegration(integration, method, callerOf(context));
    method.methodIntegration = integration;
    return structuredClone(integration);
  },
  ({ patchOperations }): readonly AccessCheck[] =>
    (patchOperations ?? [])
      .filter((patch) => patch.path === "/credentials")
      .flatMap((patch) => passRoleCheck(patch.value)),
);

export const deleteIntegration = operation<DeleteIntegrationCommandInput, object>(
  "DELETE",
  path,
  (input, { store }) => {
    const method = methodOf(store, input);
    integrationOf(method);
    delete method.methodIntegration;
    return {};
  },
);

export function integrationOf(method: Method): Integration {
  if (!method.methodIntegration) throw notFound("Invalid Integration identifier specified");
  return method.methodIntegration;
}

function newIntegration(input: PutIntegrationCommandInput): Integration {
  const isHttp = input.type === "HTTP" || input.type === "HTTP_PROXY";
  return {
    type: input.type,
    ...(input.integrationHttpMethod !== undefined && { httpMethod: input.integrationHttpMethod }),
    ...(input.uri !== undefined && { uri: input.uri }),
    ...(isHttp && { connectionType: "INTERNET" as const }),
    ...(input.credentials !== undefined && { credentials: input.credentials }),
    ...nonEmpty("requestParameters", input.requestParameters),
    ...nonEmpty("requestTemplates", input.requestTemplates),
    passthroughBehavior: (input.passthroughBehavior ?? "WHEN_NO_MATCH").toUpperCase(),
    ...(input.contentHandling !== undefined && { contentHandling: input.contentHandling }),
    timeoutInMillis: input.timeoutInMillis ?? DEFAULT_TIMEOUT_MS,
    cacheNamespace: input.cacheNamespace ?? input.resourceId,
    cacheKeyParameters: [...(input.cacheKeyParameters ?? [])],
    ...(input.tlsConfig && { tlsConfig: { ...input.tlsConfig } }),
  };
}

function refuseUnsupported(input: PutIntegrationCommandInput): void {
  if (input.connectionType === "VPC_LINK") throw unsupportedOption("connectionType VPC_LINK");
  for (const member of ["connectionId", "integrationTarget"] as const)
    if (input[member] !== undefined) throw unsupportedOption(member);
  if (input.responseTransferMode === "STREAM")
    throw unsupportedOption("responseTransferMode STREAM");
}

function callerOf({ accountId, region }: Context): { accountId: string; region: string } {
  return { accountId, region };
}
