import type {
  DeleteGatewayResponseCommandInput,
  GatewayResponse,
  GetGatewayResponseCommandInput,
  GetGatewayResponseCommandOutput,
  GetGatewayResponsesCommandInput,
  GetGatewayResponsesCommandOutput,
  PutGatewayResponseCommandInput,
  PutGatewayResponseCommandOutput,
  UpdateGatewayResponseCommandInput,
  UpdateGatewayResponseCommandOutput,
} from "@aws-sdk/client-api-gateway";
import { badRequest, enumViolation, notFound, validationException } from "../model/apiErrors";
import {
  effectiveGatewayResponse,
  GATEWAY_RESPONSE_TYPES,
  newGatewayResponse,
  type ResponseType,
} from "../model/gatewayResponses";
import { checkGatewayResponseMapping } from "../model/mappingExpressions";
import { mapRule } from "../model/mapPatch";
import { checkStatusCode } from "./methodResponses";
import { operation, type Output } from "../model/operation";
import {
  patched,
  plainRefusals,
  replaceText,
  type PatchRefusals,
  type PatchRule,
} from "../model/patch";

interface GatewayResponseId {
  restApiId: string | undefined;
  responseType: string | undefined;
}

const listPath = ({ restApiId }: { restApiId: string | undefined }): string =>
  `/restapis/${restApiId}/gatewayresponses`;
const path = (id: GatewayResponseId): string => `${listPath(id)}/${id.responseType}`;

export const putGatewayResponse = operation<
  PutGatewayResponseCommandInput,
  Output<PutGatewayResponseCommandOutput>
>("PUT", path, (input, { store }) => {
  const api = store.api(input.restApiId);
  const type = checkType(input.responseType);
  if (input.statusCode !== undefined) checkStatusCode(input.statusCode);
  checkGatewayResponseMapping(input.responseParameters);
  const response = newGatewayResponse(type, {
    statusCode: input.statusCode,
    responseParameters: input.responseParameters,
    responseTemplates: input.responseTemplates,
    defaultResponse: false,
  });
  api.gatewayResponses.set(type, response);
  return structuredClone(response);
});

export const getGatewayResponse = operation<
  GetGatewayResponseCommandInput,
  Output<GetGatewayResponseCommandOutput>
>("GET", path, (input, { store }) => {
  const customized = Object.fromEntries(store.api(input.restApiId).gatewayResponses);
  return structuredClone(effectiveGatewayResponse(checkType(input.responseType), customized));
});

export const getGatewayResponses = operation<
  GetGatewayResponsesCommandInput,
  Output<GetGatewayResponsesCommandOutput>
>("GET", listPath, (input, { store }) => {
  const customized = Object.fromEntries(store.api(input.restApiId).gatewayResponses);
  return {
    items: GATEWAY_RESPONSE_TYPES.map((type) =>
      structuredClone(effectiveGatewayResponse(type, customized)),
    ),
  };
});

export const updateGatewayResponse = operation<
  UpdateGatewayResponseCommandInput,
  Output<UpdateGatewayResponseCommandOutput>
>("PATCH", path, (input, { store }) => {
  const api = store.api(input.restApiId);
  const type = checkType(input.responseType);
  const customized = Object.fromEntries(api.gatewayResponses);
  const response = patched(
    effectiveGatewayResponse(type, customized),
    input.patchOperations,
    rules,
    refusals,
    "updateGatewayResponseInput",
  );
  checkGatewayResponseMapping(response.responseParameters);
  response.defaultResponse = false;
  api.gatewayResponses.set(type, response);
  return structuredClone(response);
});

export const deleteGatewayResponse = operation<DeleteGatewayResponseCommandInput, object>(
  "DELETE",
  path,
  (input, { store }) => {
    const api = store.api(input.restApiId);
    if (!api.gatewayResponses.delete(checkType(input.responseType)))
      throw notFound("Gateway response type not defined on api");
    return {};
  },
);

/**
 * As recorded, a path that an operation does not support is an unknown one.
 * https://github.com/localstack/localstack/blob/main/tests/aws/services/apigateway/test_apigateway_api.snapshot.json
 */
const refusals: PatchRefusals = { ...plainRefusals, unsupportedOp: plainRefusals.unknownPath };

const rules: readonly PatchRule<GatewayResponse>[] = [
  replaceText("/statusCode", (response, value) => {
    response.statusCode = value ? checkStatusCode(value) : undefined;
  }),
  mapRule("/responseParameters", {
    read: (response) => response.responseParameters,
    write: (response, map) => {
      response.responseParameters = map ?? {};
    },
    parse: (value) => value || refuseEmpty("responseParameters"),
    missing: "Invalid parameter name specified",
    notReplaceable: "Invalid parameter name specified",
  }),
  mapRule("/responseTemplates", {
    read: (response) => response.responseTemplates,
    write: (response, map) => {
      response.responseTemplates = map ?? {};
    },
    parse: (value) => value || refuseEmpty("responseTemplates"),
    missing: "Invalid null or empty value in responseTemplates",
  }),
];

function refuseEmpty(member: string): never {
  throw badRequest(`Invalid null or empty value in ${member}`);
}

function checkType(type: string | undefined): ResponseType {
  const known = GATEWAY_RESPONSE_TYPES.find((candidate) => candidate === type);
  if (!known)
    throw validationException([
      enumViolation(String(type), "responseType", GATEWAY_RESPONSE_TYPES),
    ]);
  return known;
}
