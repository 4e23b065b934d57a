import type {
  Authorizer,
  GatewayResponse,
  Method,
  Model,
  RequestValidator,
} from "@aws-sdk/client-api-gateway";
import type { PolicyDocument } from "../../../core/policyDocument";
import { pathOf, type Api } from "../store";

/** A deployed resource with its methods. */
export interface ResourceSnapshot {
  readonly id: string;
  readonly path: string;
  readonly methods: Readonly<Record<string, Method>>;
}

/**
 * An API at the time of a deployment; later changes are not visible in it.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html
 */
export interface ApiSnapshot {
  readonly apiId: string;
  readonly apiName: string;
  readonly apiKeySource: string;
  readonly binaryMediaTypes: readonly string[];
  /** Minimum size in bytes of responses that are compressed for clients that accept it; absent: never compressed. */
  readonly minimumCompressionSize?: number;
  readonly disableExecuteApiEndpoint: boolean;
  readonly policy?: PolicyDocument;
  readonly resources: readonly ResourceSnapshot[];
  readonly models: Readonly<Record<string, Model>>;
  readonly requestValidators: Readonly<Record<string, RequestValidator>>;
  readonly authorizers: Readonly<Record<string, Authorizer>>;
  readonly gatewayResponses: Readonly<Record<string, GatewayResponse>>;
}

export function takeSnapshot(api: Api): ApiSnapshot {
  const { settings } = api;
  const snapshot: ApiSnapshot = {
    apiId: api.id,
    apiName: settings.name ?? "",
    apiKeySource: settings.apiKeySource ?? "HEADER",
    binaryMediaTypes: settings.binaryMediaTypes ?? [],
    ...(settings.minimumCompressionSize !== undefined && {
      minimumCompressionSize: settings.minimumCompressionSize,
    }),
    disableExecuteApiEndpoint: settings.disableExecuteApiEndpoint ?? false,
    ...(settings.policy && { policy: JSON.parse(settings.policy) as PolicyDocument }),
    resources: [...api.resources.values()].map((resource) => ({
      id: resource.id,
      path: pathOf(api, resource),
      methods: Object.fromEntries(resource.methods),
    })),
    models: Object.fromEntries(api.models),
    requestValidators: Object.fromEntries(api.requestValidators),
    authorizers: Object.fromEntries(api.authorizers),
    gatewayResponses: Object.fromEntries(api.gatewayResponses),
  };
  return deepFreeze(structuredClone(snapshot));
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
