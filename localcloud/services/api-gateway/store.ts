import type {
  Account,
  ApiKey,
  Authorizer,
  Deployment,
  GatewayResponse,
  Method,
  Model,
  RequestValidator,
  RestApi,
  Stage,
  UsagePlan,
} from "@aws-sdk/client-api-gateway";
import { notFound } from "./model/apiErrors";
import { GatewayRuntime } from "./model/runtime";
import type { ApiSnapshot } from "./model/snapshot";

/** A node of the resource tree; its path is derived from its parents. */
export interface ApiResource {
  readonly id: string;
  parentId?: string;
  pathPart?: string;
  /** Methods by HTTP method or `ANY`, with their responses and integrations. */
  readonly methods: Map<string, Method>;
}

export interface StoredDeployment {
  readonly summary: Deployment;
  readonly snapshot: ApiSnapshot;
}

/** A REST API with all its objects; only its deployments can be called. */
export interface Api {
  readonly id: string;
  settings: RestApi;
  readonly rootResourceId: string;
  readonly resources: Map<string, ApiResource>;
  readonly models: Map<string, Model>;
  readonly requestValidators: Map<string, RequestValidator>;
  readonly authorizers: Map<string, Authorizer>;
  /** Customized responses only, by response type. */
  readonly gatewayResponses: Map<string, GatewayResponse>;
  readonly deployments: Map<string, StoredDeployment>;
  readonly stages: Map<string, Stage>;
}

export interface StoredUsagePlan {
  readonly id: string;
  settings: UsagePlan;
  /** Ids of the plan's API keys. */
  readonly keyIds: Set<string>;
}

/** API Gateway's state in one region. */
export class ApiGatewayStore {
  readonly apis = new Map<string, Api>();
  readonly apiKeys = new Map<string, ApiKey>();
  readonly usagePlans = new Map<string, StoredUsagePlan>();
  /** Default account limits: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
  account: Account = {
    throttleSettings: { burstLimit: 5000, rateLimit: 10_000 },
    features: ["UsagePlans"],
    apiKeyVersion: "4",
  };
  /** State that results from requests: token buckets, quotas, authorizer caches. */
  readonly runtime = new GatewayRuntime();

  constructor(readonly accountId: string) {}

  api(id: string | undefined): Api {
    const api = this.apis.get(id ?? "");
    if (!api) throw notFound(`Invalid API identifier specified ${this.accountId}:${id}`);
    return api;
  }
}

/** Returns the resource. As on AWS, an unknown API is reported as an unknown resource. */
export function resourceOf(
  store: ApiGatewayStore,
  input: { restApiId: string | undefined; resourceId: string | undefined },
): ApiResource {
  const resource = store.apis.get(input.restApiId ?? "")?.resources.get(input.resourceId ?? "");
  if (!resource) throw notFound("Invalid Resource identifier specified");
  return resource;
}

export function methodOf(
  store: ApiGatewayStore,
  input: {
    restApiId: string | undefined;
    resourceId: string | undefined;
    httpMethod: string | undefined;
  },
): Method {
  const method = resourceOf(store, input).methods.get(input.httpMethod ?? "");
  if (!method) throw notFound("Invalid Method identifier specified");
  return method;
}

/** Returns a path such as `/comments/{pageId}`; the root is `/`. */
export function pathOf(api: Api, resource: ApiResource): string {
  const parts: string[] = [];
  for (
    let node: ApiResource | undefined = resource;
    node?.parentId !== undefined;
    node = api.resources.get(node.parentId)
  )
    parts.unshift(node.pathPart ?? "");
  return `/${parts.join("/")}`;
}
