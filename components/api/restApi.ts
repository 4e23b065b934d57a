import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { childName } from "../names";
import { type ApiAuthorization, type Authorization, createAuthorization } from "./authorization";
import { type Cors, createPreflight } from "./cors";
import { createGatewayResponses, GATEWAY_RESPONSES } from "./gatewayResponses";
import { createMethod } from "./method";
import { ApiNames, withFormerName } from "./names";
import { createPaths } from "./paths";
import { headersByPath, type RouteDefinition } from "./routeDefinition";

export interface RestApiArgs {
  /** The routes. Called when the API exists, because integrations may refer to it. */
  readonly routes: readonly RouteDefinition[];
  /** Default: everyone may call. */
  readonly authorization?: Authorization;
  /** Adds a preflight to every path and a CORS header to every error. Default: no other origin. */
  readonly cors?: Cors;
  readonly tags?: Record<string, pulumi.Input<string>>;
}

/** A REST API before it is deployed. */
export interface RestApi {
  readonly restApi: aws.apigateway.RestApi;
  /** What must exist before the API is deployed: its methods, integrations and answers. */
  readonly parts: readonly pulumi.Resource[];
  /** Everything about the API that a client can notice; a change causes a new deployment. */
  readonly definition: pulumi.Output<unknown>;
}

/**
 * Creates a regional REST API from a list of routes: paths, validator, methods, integrations, answers, preflights and
 * gateway responses.
 *
 * @param name of the component that it belongs to.
 */
export function createRestApi(
  name: string,
  args: RestApiArgs,
  opts: pulumi.CustomResourceOptions,
): RestApi {
  const { routes, cors, tags } = args;
  const restApi = new aws.apigateway.RestApi(
    name,
    { endpointConfiguration: { types: "REGIONAL" }, tags },
    opts,
  );
  const authorization = createAuthorization(restApi, args.authorization, opts);
  const names = new ApiNames(
    name,
    routes.map(({ httpMethod, path }) => ({ method: httpMethod, path })),
  );
  const parts = [
    ...authorization.parts,
    ...createGatewayResponses(name, { restApi, cors }, opts),
    ...createMethods(name, { restApi, names, routes, authorization, cors }, opts),
  ];
  return { restApi, parts, definition: definitionOf(routes, authorization, cors) };
}

interface MethodsArgs {
  readonly restApi: aws.apigateway.RestApi;
  readonly names: ApiNames;
  readonly routes: readonly RouteDefinition[];
  readonly authorization: ApiAuthorization;
  readonly cors?: Cors;
}

function createMethods(
  name: string,
  { restApi, names, routes, authorization, cors }: MethodsArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const paths = [...new Set(routes.map(({ path }) => path))];
  const ids = createPaths(names, { restApi, paths }, opts);
  const idOf = (path: string): pulumi.Output<string> => ids.get(path) ?? restApi.rootResourceId;
  const validator = new aws.apigateway.RequestValidator(
    childName(name, "validator"),
    { restApi: restApi.id, validateRequestBody: true, validateRequestParameters: true },
    opts,
  );
  const methods = routes.flatMap((route) => {
    const { httpMethod, path, logicalName } = route;
    const named = logicalName ? { name: logicalName } : names.method({ method: httpMethod, path });
    const at = { restApi: restApi.id, resourceId: idOf(path), httpMethod };
    return createMethod(named, { at, route, authorization, validator }, opts);
  });
  if (!cors) return methods;
  const headers = headersByPath(routes);
  const preflights = paths.flatMap((path) => {
    const named = names.preflight(path);
    const preflight = {
      restApi: restApi.id,
      resourceId: idOf(path),
      methods: routes.filter((route) => route.path === path).map(({ httpMethod }) => httpMethod),
      headers: headers?.[path],
      cors,
    };
    return createPreflight(named.name, preflight, withFormerName(named, opts));
  });
  return [...methods, ...preflights];
}

function definitionOf(
  routes: readonly RouteDefinition[],
  authorization: ApiAuthorization,
  cors: Cors | undefined,
): pulumi.Output<unknown> {
  return pulumi.output({
    definitions: routes.map((route) => ({
      path: route.path,
      httpMethod: route.httpMethod,
      method: { ...authorization.method, requestParameters: route.requestParameters },
      schema: route.schema,
      integration: route.integration,
      responses: route.responses,
    })),
    cors,
    errors: GATEWAY_RESPONSES,
    authorizer: authorization.definition,
    preflights: cors && headersByPath(routes),
  });
}
