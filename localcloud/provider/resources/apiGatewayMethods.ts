import {
  DeleteIntegrationCommand,
  DeleteIntegrationResponseCommand,
  DeleteMethodCommand,
  DeleteMethodResponseCommand,
  GetIntegrationCommand,
  GetIntegrationResponseCommand,
  GetMethodCommand,
  GetMethodResponseCommand,
  PutIntegrationCommand,
  PutIntegrationResponseCommand,
  PutMethodCommand,
  PutMethodResponseCommand,
  UpdateMethodCommand,
  UpdateMethodResponseCommand,
  type ConnectionType,
  type ContentHandlingStrategy,
  type IntegrationType,
  type PatchOperation,
} from "@aws-sdk/client-api-gateway";
import type { IntegrationArgs } from "@pulumi/aws/apigateway/integration";
import type { IntegrationResponseArgs } from "@pulumi/aws/apigateway/integrationResponse";
import type { MethodArgs } from "@pulumi/aws/apigateway/method";
import type { MethodResponseArgs } from "@pulumi/aws/apigateway/methodResponse";
import { defineResource, ignoreGone, unlessGone, type Args } from "../define";
import type { ProviderContext, ResourceType } from "../types";
import { api, GONE, idParts } from "./apiGatewayClient";
import { listPatches, mapPatches, patches } from "./apiGatewayPatch";

/** The three inputs that identify a method. */
interface MethodKey {
  readonly restApi?: unknown;
  readonly resourceId?: string;
  readonly httpMethod?: string;
}

const method = defineResource<Args<MethodArgs>>({
  token: "aws:apigateway/method:Method",
  inputs: [
    "apiKeyRequired",
    "authorization",
    "authorizationScopes",
    "authorizerId",
    "httpMethod",
    "operationName",
    "requestModels",
    "requestParameters",
    "requestValidatorId",
    "resourceId",
    "restApi",
  ],
  importKey: (id) => idParts(id, "restApi", "resourceId", "httpMethod"),
  required: ["authorization", "httpMethod", "resourceId", "restApi"],
  defaults: { apiKeyRequired: false },
  replaceOn: ["restApi", "resourceId", "httpMethod"],
  deleteBeforeReplace: true,
  async create(inputs, context) {
    await api(context).send(
      new PutMethodCommand({
        ...key(inputs),
        authorizationType: inputs.authorization,
        authorizerId: inputs.authorizerId,
        authorizationScopes: inputs.authorizationScopes,
        apiKeyRequired: inputs.apiKeyRequired,
        operationName: inputs.operationName,
        requestModels: inputs.requestModels,
        requestParameters: inputs.requestParameters,
        requestValidatorId: inputs.requestValidatorId,
      }),
    );
    return `agm-${identifier(inputs)}`;
  },
  read(_id, inputs, context) {
    return unlessGone(GONE, async () => {
      const found = await api(context).send(new GetMethodCommand(key(inputs)));
      return {
        ...inputKey(inputs),
        authorization: found.authorizationType,
        authorizerId: found.authorizerId,
        authorizationScopes: found.authorizationScopes,
        operationName: found.operationName,
        apiKeyRequired: found.apiKeyRequired ?? false,
        requestModels: found.requestModels,
        requestParameters: found.requestParameters,
        requestValidatorId: found.requestValidatorId,
      };
    });
  },
  async update(_id, news, olds, context) {
    const patchOperations: PatchOperation[] = [
      ...patches(news, olds, {
        authorization: "/authorizationType",
        authorizerId: "/authorizerId",
        apiKeyRequired: "/apiKeyRequired",
        operationName: "/operationName",
        requestValidatorId: "/requestValidatorId",
      }),
      ...mapPatches("/requestModels", olds.requestModels, news.requestModels),
      ...mapPatches(
        "/requestParameters",
        texts(olds.requestParameters),
        texts(news.requestParameters),
      ),
      ...listPatches("/authorizationScopes", olds.authorizationScopes, news.authorizationScopes),
    ];
    if (patchOperations.length === 0) return;
    await api(context).send(new UpdateMethodCommand({ ...key(news), patchOperations }));
  },
  async delete(_id, state, context) {
    await ignoreGone(GONE, () => api(context).send(new DeleteMethodCommand(key(state))));
  },
});

const methodResponse = defineResource<Args<MethodResponseArgs>>({
  token: "aws:apigateway/methodResponse:MethodResponse",
  inputs: [
    "httpMethod",
    "resourceId",
    "responseModels",
    "responseParameters",
    "restApi",
    "statusCode",
  ],
  importKey: (id) => idParts(id, "restApi", "resourceId", "httpMethod", "statusCode"),
  replaceOn: ["restApi", "resourceId", "httpMethod", "statusCode"],
  required: ["httpMethod", "resourceId", "restApi", "statusCode"],
  deleteBeforeReplace: true,
  async create(inputs, context) {
    const { statusCode, responseModels, responseParameters } = inputs;
    await api(context).send(
      new PutMethodResponseCommand({
        ...key(inputs),
        statusCode,
        responseModels,
        responseParameters,
      }),
    );
    return `agmr-${identifier(inputs)}-${statusCode}`;
  },
  read(_id, inputs, context) {
    return unlessGone(GONE, async () => {
      const { responseModels, responseParameters } = await api(context).send(
        new GetMethodResponseCommand({ ...key(inputs), statusCode: inputs.statusCode }),
      );
      return {
        ...inputKey(inputs),
        statusCode: inputs.statusCode,
        responseModels,
        responseParameters,
      };
    });
  },
  async update(_id, news, olds, context) {
    const patchOperations = [
      ...mapPatches("/responseModels", olds.responseModels, news.responseModels),
      ...mapPatches(
        "/responseParameters",
        texts(olds.responseParameters),
        texts(news.responseParameters),
      ),
    ];
    if (patchOperations.length === 0) return;
    await api(context).send(
      new UpdateMethodResponseCommand({
        ...key(news),
        statusCode: news.statusCode,
        patchOperations,
      }),
    );
  },
  async delete(_id, state, context) {
    await ignoreGone(GONE, () =>
      api(context).send(
        new DeleteMethodResponseCommand({ ...key(state), statusCode: state.statusCode }),
      ),
    );
  },
});

const integration = defineResource<Args<IntegrationArgs>>({
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

const integrationResponse = defineResource<Args<IntegrationResponseArgs>>({
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

export const API_GATEWAY_METHOD_RESOURCES: readonly ResourceType[] = [
  method,
  methodResponse,
  integration,
  integrationResponse,
];

/** Returns the three as they were given, for the answer of `read`. */
function inputKey({ restApi, resourceId, httpMethod }: MethodKey): MethodKey {
  return { restApi, resourceId, httpMethod };
}

/** Returns flags of parameters as texts, as patch operations need them. */
function texts(flags: Readonly<Record<string, boolean>> | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(flags ?? {}).map(([name, flag]) => [name, String(flag)]),
  );
}

function key({ restApi, resourceId, httpMethod }: MethodKey): {
  restApiId: string;
  resourceId: string | undefined;
  httpMethod: string | undefined;
} {
  return { restApiId: String(restApi), resourceId, httpMethod };
}

function identifier({ restApi, resourceId, httpMethod }: MethodKey): string {
  return `${String(restApi)}-${resourceId}-${httpMethod}`;
}

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
