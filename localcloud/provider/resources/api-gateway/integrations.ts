import {
  DeleteIntegrationCommand,
  DeleteIntegrationResponseCommand,
  GetIntegrationCommand,
  GetIntegrationResponseCommand,
  PutIntegrationCommand,
  PutIntegrationResponseCommand,
  type ConnectionType,
  type ContentHandlingStrategy,
  type IntegrationType,
} from "@aws-sdk/client-api-gateway";
import type { IntegrationArgs } from "@pulumi/aws/apigateway/integration";
import type { IntegrationResponseArgs } from "@pulumi/aws/apigateway/integrationResponse";
import { defineResource, ignoreGone, unlessGone, type Args } from "../../define";
import type { ProviderContext } from "../../types";
import { api, GONE, idParts } from "./client";
import { inputKey, key, identifier } from "./methodKey";

export const integration = defineResource<Args<IntegrationArgs>>({
  token: "aws:apigateway/integration:Integration",
  inputs: [
    "cacheKeyParameters",
    "cacheNamespace",
    "connectionId",
    "connectionType",
    "contentHandling",
    "credentials",
    "httpMethod",
    "integrationHttpMethod",
    "passthroughBehavior",
    "requestParameters",
    "requestTemplates",
    "resourceId",
    "restApi",
    "timeoutMilliseconds",
    "tlsConfig",
    "type",
    "uri",
  ],
  computed: ["cacheNamespace", "passthroughBehavior"],
  importKey: (id) => idParts(id, "restApi", "resourceId", "httpMethod"),
  required: ["httpMethod", "resourceId", "restApi", "type"],
  defaults: { connectionType: "INTERNET", timeoutMilliseconds: 29_000 },
  replaceOn: ["restApi", "resourceId", "httpMethod"],
  deleteBeforeReplace: true,
  async create(inputs, context) {
    await putIntegration(inputs, context);
    return `agi-${identifier(inputs)}`;
  },
  read(_id, inputs, context) {
    return unlessGone(GONE, async () => {
      const found = await api(context).send(new GetIntegrationCommand(key(inputs)));
      return {
        ...inputKey(inputs),
        type: found.type,
        connectionType: found.connectionType ?? "INTERNET",
        connectionId: found.connectionId,
        contentHandling: found.contentHandling,
        tlsConfig: found.tlsConfig,
        uri: found.uri,
        credentials: found.credentials,
        integrationHttpMethod: found.httpMethod,
        passthroughBehavior: found.passthroughBehavior,
        requestTemplates: found.requestTemplates,
        requestParameters: found.requestParameters,
        timeoutMilliseconds: found.timeoutInMillis,
        cacheNamespace: found.cacheNamespace,
        cacheKeyParameters: found.cacheKeyParameters ?? [],
      };
    });
  },
  // Putting an integration again keeps nothing of the old one except its responses.
  update: (_id, news, _olds, context) => replaceIntegration(news, context),
  async delete(_id, state, context) {
    await ignoreGone(GONE, () => api(context).send(new DeleteIntegrationCommand(key(state))));
  },
});

export const integrationResponse = defineResource<Args<IntegrationResponseArgs>>({
  token: "aws:apigateway/integrationResponse:IntegrationResponse",
  inputs: [
    "contentHandling",
    "httpMethod",
    "resourceId",
    "responseParameters",
    "responseTemplates",
    "restApi",
    "selectionPattern",
    "statusCode",
  ],
  importKey: (id) => idParts(id, "restApi", "resourceId", "httpMethod", "statusCode"),
  required: ["httpMethod", "resourceId", "restApi", "statusCode"],
  replaceOn: ["restApi", "resourceId", "httpMethod", "statusCode"],
  deleteBeforeReplace: true,
  async create(inputs, context) {
    await putIntegrationResponse(inputs, context);
    return `agir-${identifier(inputs)}-${inputs.statusCode}`;
  },
  read(_id, inputs, context) {
    return unlessGone(GONE, async () => {
      const found = await api(context).send(
        new GetIntegrationResponseCommand({ ...key(inputs), statusCode: inputs.statusCode }),
      );
      const { selectionPattern, responseTemplates, responseParameters, contentHandling } = found;
      return {
        ...inputKey(inputs),
        statusCode: inputs.statusCode,
        selectionPattern,
        responseTemplates,
        responseParameters,
        contentHandling,
      };
    });
  },
  update: (_id, news, _olds, context) => putIntegrationResponse(news, context),
  async delete(_id, state, context) {
    await ignoreGone(GONE, () =>
      api(context).send(
        new DeleteIntegrationResponseCommand({ ...key(state), statusCode: state.statusCode }),
      ),
    );
  },
});

async function putIntegration(
  inputs: Args<IntegrationArgs>,
  context: ProviderContext,
): Promise<void> {
  await api(context).send(
    new PutIntegrationCommand({
      ...key(inputs),
      type: inputs.type as IntegrationType,
      integrationHttpMethod: inputs.integrationHttpMethod,
      uri: inputs.uri,
      connectionType: inputs.connectionType as ConnectionType | undefined,
      connectionId: inputs.connectionId,
      credentials: inputs.credentials,
      requestParameters: inputs.requestParameters,
      requestTemplates: inputs.requestTemplates,
      passthroughBehavior: inputs.passthroughBehavior,
      cacheNamespace: inputs.cacheNamespace,
      cacheKeyParameters: inputs.cacheKeyParameters,
      contentHandling: inputs.contentHandling as ContentHandlingStrategy | undefined,
      timeoutInMillis: inputs.timeoutMilliseconds,
      tlsConfig: inputs.tlsConfig,
    }),
  );
}

/** Puts an integration, and then its responses as they were, because PutIntegration deletes them. */
async function replaceIntegration(
  inputs: Args<IntegrationArgs>,
  context: ProviderContext,
): Promise<void> {
  const before = await api(context).send(new GetIntegrationCommand(key(inputs)));
  await putIntegration(inputs, context);
  for (const [statusCode, response] of Object.entries(before.integrationResponses ?? {}))
    await api(context).send(
      new PutIntegrationResponseCommand({ ...key(inputs), ...response, statusCode }),
    );
}

async function putIntegrationResponse(
  inputs: Args<IntegrationResponseArgs>,
  context: ProviderContext,
): Promise<void> {
  await api(context).send(
    new PutIntegrationResponseCommand({
      ...key(inputs),
      statusCode: inputs.statusCode,
      selectionPattern: inputs.selectionPattern,
      responseTemplates: inputs.responseTemplates,
      responseParameters: inputs.responseParameters,
      contentHandling: inputs.contentHandling as ContentHandlingStrategy | undefined,
    }),
  );
}
