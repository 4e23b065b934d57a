import type * as aws from "@pulumi/aws";

/**
 * One method of one path as API Gateway stores it, without ids. An API's resources are made from these definitions, and
 * a deployment is a snapshot of them. https://docs.aws.amazon.com/apigateway/latest/api/API_Method.html
 */
export interface RouteDefinition {
  /** Path with parameters in braces, such as `/comments/{pageId}`. */
  readonly path: string;
  readonly httpMethod: string;
  /** `method.request.<path | querystring | header>.<name>`, and whether the parameter is required. Default: none. */
  readonly requestParameters?: Readonly<Record<string, boolean>>;
  /** JSON Schema (draft 4) that a JSON body must match. Default: any body. */
  readonly schema?: string;
  readonly integration: Omit<aws.apigateway.IntegrationArgs, keyof MethodPlace>;
  /** Default: none, as `AWS_PROXY` requires. */
  readonly responses?: readonly ResponseDefinition[];
  /** Logical name of the method's resources. Default: made from method and path. */
  readonly logicalName?: string;
}

/** One answer of a method: the results of the integration that it applies to, and what the client gets. */
export interface ResponseDefinition {
  readonly statusCode: string;
  /** Regular expression for the integration's status or error. Default: everything that no other answer matches. */
  readonly selectionPattern?: string;
  /** `method.response.header.<name>` and its value, static ones in single quotes. */
  readonly responseParameters: Readonly<Record<string, string>>;
  readonly responseTemplates: Readonly<Record<string, string>>;
}

/** The place of a method in an API. */
export type MethodPlace = Pick<aws.apigateway.MethodArgs, "restApi" | "resourceId" | "httpMethod">;

/** Returns the names in braces, in order; `{proxy+}` gives `proxy+`. */
export function pathParameters(path: string): string[] {
  return [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = ""]) => name);
}

/** Turns headers by name into the parameters of the method's response. */
export function headerParameters<T>(
  headers: Readonly<Record<string, string>>,
  parameter: (value: string) => T,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(headers).map(([header, value]) => [
      `method.response.header.${header}`,
      parameter(value),
    ]),
  );
}

const HEADER = "method.request.header.";

/** Returns the headers that the methods of each path declare, by path; undefined for a path without any. */
export function headersByPath(
  routes: readonly RouteDefinition[],
): Record<string, string[]> | undefined {
  const declaring = routes.filter((route) => declaredHeaders(route).length > 0);
  if (declaring.length === 0) return undefined;
  const of = (path: string): string[] =>
    declaring.filter((route) => route.path === path).flatMap(declaredHeaders);
  return Object.fromEntries(declaring.map(({ path }) => [path, of(path)]));
}

/** `{ "method.request.header.X-Id": true }` -> `X-Id` */
function declaredHeaders({ requestParameters = {} }: RouteDefinition): string[] {
  return Object.keys(requestParameters)
    .filter((parameter) => parameter.startsWith(HEADER))
    .map((parameter) => parameter.slice(HEADER.length));
}
