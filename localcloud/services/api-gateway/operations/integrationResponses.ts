import type {
  DeleteIntegrationResponseCommandInput,
  GetIntegrationResponseCommandInput,
  GetIntegrationResponseCommandOutput,
  Integration,
  IntegrationResponse,
  Method,
  PutIntegrationResponseCommandInput,
  PutIntegrationResponseCommandOutput,
  UpdateIntegrationResponseCommandInput,
  UpdateIntegrationResponseCommandOutput,
} from "@aws-sdk/client-api-gateway";
import { notFound } from "../model/apiErrors";
import { resourceOf, type ApiGatewayStore } from "../store";
import { without } from "../model/without";
import { contentHandling } from "../model/integrationPatch";
import { checkResponseMapping } from "../model/mappingExpressions";
import { mapRule } from "../model/mapPatch";
import { checkStatusCode } from "./methodResponses";
import { methodPath } from "./methods";
import { operation, type Output } from "../model/operation";
import { patched, plainRefusals, replaceText, type PatchRule } from "../model/patch";
import { checkPattern, checkTemplates } from "../model/templates";

interface ResponseId {
  restApiId: string | undefined;
  resourceId: string | undefined;
  httpMethod: string | undefined;
  statusCode: string | undefined;
}

const path = (id: ResponseId): string => `${methodPath(id)}/integration/responses/${id.statusCode}`;

export const putIntegrationResponse = operation<
  PutIntegrationResponseCommandInput,
  Output<PutIntegrationResponseCommandOutput>
>("PUT", path, (input, { store }) => {
  const { method, integration } = find(store, input);
  const statusCode = checkStatusCode(input.statusCode);
  const response: IntegrationResponse = {
    statusCode,
    ...(input.selectionPattern !== undefined && { selectionPattern: input.selectionPattern }),
    ...(input.responseParameters && { responseParameters: { ...input.responseParameters } }),
    ...(input.responseTemplates && { responseTemplates: { ...input.responseTemplates } }),
    ...(input.contentHandling !== undefined && {
      contentHandling: contentHandling(input.contentHandling),
    }),
  };
  checkResponse(response, method);
  integration.integrationResponses = {
    ...integration.integrationResponses,
    [statusCode]: response,
  };
  return structuredClone(response);
});

export const getIntegrationResponse = operation<
  GetIntegrationResponseCommandInput,
  Output<GetIntegrationResponseCommandOutput>
>("GET", path, (input, { store }) =>
  structuredClone(responseOf(find(store, input).integration, input.statusCode)),
);

export const updateIntegrationResponse = operation<
  UpdateIntegrationResponseCommandInput,
  Output<UpdateIntegrationResponseCommandOutput>
>("PATCH", path, (input, { store }) => {
  const { method, integration } = find(store, input);
  const response = patched(
    responseOf(integration, input.statusCode),
    input.patchOperations,
    rules,
    plainRefusals,
    "updateIntegrationResponseInput",
  );
  checkResponse(response, method);
  integration.integrationResponses = {
    ...integration.integrationResponses,
    [response.statusCode ?? ""]: response,
  };
  return structuredClone(response);
});

export const deleteIntegrationResponse = operation<DeleteIntegrationResponseCommandInput, object>(
  "DELETE",
  path,
  (input, { store }) => {
    const { integration } = find(store, input);
    responseOf(integration, input.statusCode);
    const rest = without(integration.integrationResponses, input.statusCode ?? "");
    integration.integrationResponses = Object.keys(rest).length > 0 ? rest : undefined;
    return {};
  },
);

/** https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateIntegrationResponse-Patch */
const rules: readonly PatchRule<IntegrationResponse>[] = [
  replaceText("/selectionPattern", (response, value) => {
    response.selectionPattern = value ?? "";
  }),
  {
    path: "/contentHandling",
    ops: ["replace", "remove"],
    apply: (response, { op, value }) => {
      response.contentHandling =
        op === "remove" || value === "" ? undefined : contentHandling(value);
    },
  },
  mapRule("/responseParameters", {
    read: (response) => response.responseParameters,
    write: (response, map) => {
      response.responseParameters = map;
    },
    parse: (value) => value ?? "",
    missing: "Invalid parameter name specified",
  }),
  mapRule("/responseTemplates", {
    read: (response) => response.responseTemplates,
    write: (response, map) => {
      response.responseTemplates = map;
    },
    parse: (value) => value ?? "",
    missing: "Content-Type specified was not found",
  }),
];

/** Finds the integration. As on AWS, a missing method is reported as a missing integration. */
function find(
  store: ApiGatewayStore,
  input: ResponseId,
): { method: Method; integration: Integration } {
  const method = resourceOf(store, input).methods.get(input.httpMethod ?? "");
  if (!method?.methodIntegration) throw notFound("Invalid Integration identifier specified");
  return { method, integration: method.methodIntegration };
}

function responseOf(integration: Integration, statusCode: string | undefined): IntegrationResponse {
  const response = integration.integrationResponses?.[statusCode ?? ""];
  if (!response) throw notFound("Invalid Response status code specified");
  return response;
}

function checkResponse(response: IntegrationResponse, method: Method): void {
  checkPattern(response.selectionPattern, "selection pattern");
  checkResponseMapping(response.responseParameters, method, response.statusCode ?? "");
  checkTemplates(response.responseTemplates);
}
